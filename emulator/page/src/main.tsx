/** The page: a terminal to play with, and what goes over its wires. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { About, Gloss } from './about';
import { Books } from './books';
import { Cards } from './cards';
import { useConnection, type View } from './connection';
import { Faults } from './faults';
import { Hint, stopOf } from './hint';
import { useKeyboard } from './keys';
import { Modem } from './modem';
import { Slips } from './paper';
import { PinPad } from './pinpad';
import { Terminal, type Passing } from './terminal';
import { say, type Language, type Word } from './texts';
import { Time } from './time';
import { Timeline } from './timeline';
import './style.css';
import './terminal.css';
import './objects.css';
import './panels.css';
import './narrow.css';

const LANGUAGE = 'cupos.language';
const tabs: readonly (readonly [Tab, Word])[] = [
  ['timeline', 'timeline'],
  ['books', 'books'],
  ['slips', 'paper'],
];
type Tab = 'timeline' | 'books' | 'slips';

/** Storage may be forbidden; then the choice lasts as long as the page. */
function storedLanguage(): string | null {
  try {
    return localStorage.getItem(LANGUAGE);
  } catch {
    return null;
  }
}

function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch {
    // As above.
  }
}

function preferredLanguage(): Language {
  const stored = storedLanguage();
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

interface PanelsProps {
  readonly view: View;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  readonly language: Language;
}

function Panels({ view, tab, onTab, language }: PanelsProps) {
  const slips = view.state?.slips.filter((slip) => !slip.inMouth) ?? [];
  const counts: Readonly<Record<Tab, number>> = {
    timeline: 0,
    books: view.ledger?.faults.length ?? 0,
    slips: slips.length,
  };
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? tabs.length - 1 : 0;
    if (step === 0) return;
    const next = tabs[(tabs.findIndex(([name]) => name === tab) + step) % tabs.length]?.[0] ?? 'timeline';
    onTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="panels panel">
      <div class="tabs" role="tablist" aria-label={say(language, 'panels')} onKeyDown={move}>
        {tabs.map(([name, word]) => (
          <button
            key={name}
            id={`tab-${name}`}
            role="tab"
            aria-selected={tab === name}
            aria-controls="panel-body"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => onTab(name)}
          >
            {say(language, word)}
            {counts[name] > 0 && <span class="count">{counts[name]}</span>}
          </button>
        ))}
        {tab === 'timeline' && <small>{say(language, 'timelineHint')}</small>}
      </div>
      <div id="panel-body" class="panel-body" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'timeline' && <Timeline rows={view.rows} opened={view.opened} language={language} />}
        {tab === 'books' && view.ledger && (
          <Books ledger={view.ledger} cards={view.hello?.cards ?? []} language={language} />
        )}
        {tab === 'slips' && <Slips slips={view.state?.slips ?? []} language={language} />}
      </div>
    </section>
  );
}

/** Of the tour: the card that shows what comes next. */
const wantedCards = { sale: 'debit', decline: 'lowBalance', cut: 'debit', recovery: '', end: '' } as const;

function App() {
  const view = useConnection();
  const [language, setLanguage] = useState<Language>(preferredLanguage);
  const [passing, setPassing] = useState<Passing | null>(null);
  const [tab, setTab] = useState<Tab>('timeline');
  const { state } = view;
  const cards = view.hello?.cards ?? [];
  const stop = state ? stopOf(state.tour) : 'sale';
  useKeyboard(state?.padAsking ?? false);
  useEffect(() => {
    // Where the tray is out of sight, or the card beyond its edge.
    if (state?.next === 'swipe')
      document.querySelector('.card.wanted')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [state?.next]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `Cupos · ${say(language, 'title')}`;
  }, [language]);
  const switchLanguage = (): void => {
    const other = language === 'zh' ? 'en' : 'zh';
    rememberLanguage(other);
    setLanguage(other);
  };
  const isArmed = state?.waiting.some((one) => one.what.do === 'cut') ?? false;
  return (
    <div class={`page next-${state?.next ?? 'none'} stop-${stop}${isArmed ? ' armed' : ''}`}>
      <header>
        <h1>
          Cupos <small>{say(language, 'title')}</small>
        </h1>
        {state && <Time state={state} language={language} />}
        <button class="language" lang={language === 'zh' ? 'en' : 'zh'} onClick={switchLanguage}>
          {say(language, 'language')}
        </button>
      </header>
      {state && <Hint state={state} cards={cards} language={language} />}
      {!view.connected && (
        <p class="alert" role="alert">
          {say(language, state ? 'offline' : 'connecting')}
        </p>
      )}
      {view.refused && view.refused.place !== 'swipe-own' && (
        <p class="alert" role="alert">
          {view.refused.message}
        </p>
      )}
      {state && (
        <main class="desk">
          <div class="scene">
            <Terminal state={state} language={language} passing={passing} onTear={() => setTab('slips')} />
            <div class="side">
              <PinPad state={state} language={language} />
              <Modem modem={state.modem} language={language} />
              <About facts={state.facts} language={language} />
              {view.hello?.english !== (language === 'en') && <Gloss rows={state.gloss} language={language} />}
            </div>
          </div>
          <Faults state={state} waitingAtCenter={view.ledger?.faults ?? []} language={language} />
          <Cards
            cards={cards}
            language={language}
            refused={view.refused}
            wanted={wantedCards[stop]}
            onSwipe={(card) => setPassing((old) => ({ ...card, number: (old?.number ?? 0) + 1 }))}
          />
          <Panels view={view} tab={tab} onTab={setTab} language={language} />
        </main>
      )}
    </div>
  );
}

render(<App />, document.getElementById('app') as HTMLElement);

// The font's hundred faces are described in a style sheet larger than the page; nothing waits for it.
window.addEventListener('load', () => window.setTimeout(() => void import('@fontsource/noto-sans-sc/400.css'), 50));
