/** The page: the terminal as an object, what one does to it, and what goes over its wires. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { CardView, State } from '../../server/messages';
import { useConnection } from './connection';
import { Hint } from './hint';
import { PinPad, TerminalKeys, useKeyboard } from './keys';
import { Lcd } from './lcd';
import { Paper, PrinterMouth } from './paper';
import { Cards, Faults, Ledger, Time } from './panels';
import { say, type Language } from './texts';
import { Timeline } from './timeline';
import './style.css';
import './terminal.css';
import './panels.css';
import './narrow.css';

function Lamps({ state, language }: { state: State; language: Language }) {
  return (
    <span class="lamps">
      <i class={state.supply ? 'lamp on' : 'lamp'} title={say(language, 'lampPower')} />
      <i class={state.connected ? 'lamp on blue' : 'lamp'} title={say(language, 'lampLine')} />
      <i class={state.paperOut ? 'lamp on red' : 'lamp'} title={say(language, 'lampPaper')} />
    </span>
  );
}

interface TerminalProps {
  readonly state: State;
  readonly language: Language;
  /** The card on its way through the slot; its number makes each swipe a new one. */
  readonly swiped: { readonly card: CardView; readonly number: number } | null;
}

function Terminal({ state, language, swiped }: TerminalProps) {
  return (
    <div class="object">
      {swiped && (
        <div key={swiped.number} class="passing" aria-hidden="true">
          {swiped.card[language]}
        </div>
      )}
      <PrinterMouth slip={state.slips.at(-1)} />
      <section class="terminal" aria-label={say(language, 'terminal')}>
        <div class="slot" aria-hidden="true" />
        <div class="brand">
          <b>CUPOS</b>
          <Lamps state={state} language={language} />
        </div>
        <Lcd pixels={state.lcd} light={state.light} on={state.supply} />
        <TerminalKeys language={language} />
      </section>
    </div>
  );
}

function preferredLanguage(): Language {
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

function App() {
  const view = useConnection();
  const [language, setLanguage] = useState<Language>(preferredLanguage);
  const [swiped, setSwiped] = useState<TerminalProps['swiped']>(null);
  const { state } = view;
  const cards = view.hello?.cards ?? [];
  useKeyboard(state?.padAsking ?? false);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <div class={`page next-${state?.next ?? 'none'}`}>
      <header>
        <h1>
          Cupos <small>{say(language, 'title')}</small>
        </h1>
        {state && <Time state={state} language={language} />}
        <button lang={language === 'zh' ? 'en' : 'zh'} onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </header>
      {state && <Hint state={state} cards={cards} language={language} />}
      {!view.connected && <p class="alert">{say(language, state ? 'offline' : 'connecting')}</p>}
      {view.refused && <p class="alert">{view.refused}</p>}
      {state && (
        <div class="desk">
          <Terminal state={state} language={language} swiped={swiped} />
          <Paper slips={state.slips} language={language} />
          <div class="side">
            <PinPad rows={state.pad} asking={state.padAsking} language={language} />
            <Faults broken={state.broken} language={language} />
          </div>
          <Cards
            cards={cards}
            language={language}
            onSwipe={(card) => setSwiped((old) => ({ card, number: (old?.number ?? 0) + 1 }))}
          />
          {view.ledger && <Ledger ledger={view.ledger} cards={cards} language={language} />}
          <Timeline rows={view.rows} language={language} />
        </div>
      )}
    </div>
  );
}

render(<App />, document.getElementById('app') as HTMLElement);

// The font's hundred faces are described in a style sheet larger than the page; nothing waits for it.
window.addEventListener('load', () => window.setTimeout(() => void import('@fontsource/noto-sans-sc/400.css'), 50));
