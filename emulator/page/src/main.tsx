/** The page: the terminal as an object, what one does to it, and what goes over its wires. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { send, useConnection } from './connection';
import { PinPad, TerminalKeys } from './keys';
import { Lcd } from './lcd';
import { Cards, Faults, Ledger, Time, Timeline } from './panels';
import { say, type Language } from './texts';
import '@fontsource/noto-sans-sc/400.css';
import './style.css';

function Paper({
  slips,
  language,
}: {
  slips: readonly { id: number; version: number; cut: boolean }[];
  language: Language;
}) {
  return (
    <section class="paper" aria-label={say(language, 'paper')}>
      {slips.length === 0 && <p class="hint">{say(language, 'noPaper')}</p>}
      {[...slips].reverse().map((slip) => (
        <img
          key={slip.id}
          class={slip.cut ? 'slip cut' : 'slip'}
          src={`/paper/${slip.id}.png?v=${slip.version}`}
          alt={`${say(language, 'paper')} ${slip.id + 1}`}
        />
      ))}
    </section>
  );
}

function App() {
  const view = useConnection();
  const [language, setLanguage] = useState<Language>(navigator.language.startsWith('zh') ? 'zh' : 'en');
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  const { state } = view;
  return (
    <>
      <header>
        <h1>
          Cupos <small>{say(language, 'title')}</small>
        </h1>
        {state && <Time state={state} language={language} />}
        <button onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </header>
      <p class="lead">{say(language, 'first')}</p>
      {!view.connected && <p class="alert">{say(language, 'offline')}</p>}
      {view.refused && <p class="alert">{view.refused}</p>}
      {state && (
        <div class="desk">
          <div class="column">
            <Paper slips={state.slips} language={language} />
            {state.slips.length > 0 && (
              <button class="tear" onClick={() => send({ do: 'tear' })}>
                ✂ {say(language, 'tear')}
              </button>
            )}
          </div>
          <section class="terminal" aria-label={say(language, 'terminal')}>
            <div class="slot" aria-hidden="true" />
            <div class="brand">
              <b>CUPOS</b>
              <span class="lamps">
                <i class={state.supply ? 'lamp on' : 'lamp'} title="power" />
                <i class={state.connected ? 'lamp on blue' : 'lamp'} title="line" />
                <i class={state.paperOut ? 'lamp on red' : 'lamp'} title="paper" />
              </span>
            </div>
            <Lcd pixels={state.lcd} light={state.light} on={state.supply} />
            <TerminalKeys language={language} />
          </section>
          <div class="column">
            <PinPad rows={state.pad} language={language} />
          </div>
          <div class="column wide">
            <Cards cards={view.hello?.cards ?? []} language={language} />
            <Faults language={language} />
            {view.ledger && <Ledger ledger={view.ledger} language={language} />}
          </div>
          <Timeline rows={view.rows} language={language} />
        </div>
      )}
    </>
  );
}

render(<App />, document.getElementById('app') as HTMLElement);
