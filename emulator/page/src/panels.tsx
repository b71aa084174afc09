/** Everything around the terminal: cards, faults, time, accounts. */
import { useState } from 'preact/hooks';
import type { CardView, LedgerUpdate, State } from '../../server/messages';
import { send } from './connection';
import { say, sayFault, type Language } from './texts';

const tones: Readonly<Record<string, string>> = { debit: 'blue', credit: 'red', vip: 'gold', lowBalance: 'green' };

interface CardsProps {
  readonly cards: readonly CardView[];
  readonly language: Language;
  readonly onSwipe: (card: CardView) => void;
}

export function Cards({ cards, language, onSwipe }: CardsProps) {
  const [how, setHow] = useState<'well' | 'reverse' | 'scratched'>('well');
  return (
    <section class="tray" aria-label={say(language, 'cards')}>
      <h2>
        {say(language, 'cards')}
        <select
          aria-label={say(language, 'howToSwipe')}
          value={how}
          onChange={(event) => setHow(event.currentTarget.value as typeof how)}
        >
          <option value="well">{say(language, 'swipeWell')}</option>
          <option value="reverse">{say(language, 'swipeReverse')}</option>
          <option value="scratched">{say(language, 'swipeScratched')}</option>
        </select>
      </h2>
      <div class="cards">
        {cards.map((card) => (
          <button
            key={card.id}
            class={`card ${tones[card.id] ?? 'plain'}`}
            data-card={card.id}
            title={say(language, 'swipe')}
            onClick={() => {
              onSwipe(card);
              send({ do: 'swipe', card: card.id, reverse: how === 'reverse', scratched: how === 'scratched' });
            }}
          >
            <span class="card-name">{language === 'zh' ? card.zh : card.en}</span>
            <span class="card-pan">{card.maskedPan}</span>
            <span class="card-foot">
              {card.pin ? (
                <>
                  {say(language, 'pinIs')} <b>{card.pin}</b>
                </>
              ) : (
                say(language, 'noPin')
              )}
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}

const centerFaults = [
  ...['silence', 'lost', 'late', 'slow', 'duplicate', 'badMac', 'noMac', 'close', 'wrongStan', 'wrongAmount'],
  ...['wrongTerminal', 'wrongMti', 'macOfOther', 'forged', 'truncated', 'garbage', 'keys'],
];

const deviceFaults: readonly (readonly [device: string, fault: string])[] = [
  ['network', 'close'],
  ['network', 'garbage'],
  ['modem', 'reset'],
  ['modem', 'garbage'],
  ['pinpad', 'keyloss'],
  ['pinpad', 'restart'],
];

interface PickProps {
  readonly label: string;
  readonly choices: readonly (readonly [device: string, fault: string])[];
  readonly language: Language;
}

function Pick({ label, choices, language }: PickProps) {
  return (
    <select
      aria-label={label}
      value=""
      onChange={(event) => {
        const [device, fault] = event.currentTarget.value.split(' ');
        event.currentTarget.value = '';
        if (device && fault) send({ do: 'fault', device, fault, value: 1 });
      }}
    >
      <option value="">{label}</option>
      {choices.map(([device, fault]) => (
        <option key={`${device} ${fault}`} value={`${device} ${fault}`}>
          {sayFault(language, device, fault)}
        </option>
      ))}
    </select>
  );
}

export function Faults({ broken, language }: { broken: readonly string[]; language: Language }) {
  const noPaper = broken.includes('paper');
  const noLine = broken.includes('line');
  const cause = (device: string, fault: string, value: number) => () => send({ do: 'fault', device, fault, value });
  return (
    <section class="faults" aria-label={say(language, 'faults')}>
      <h2>{say(language, 'faults')}</h2>
      <button class="danger" onClick={() => send({ do: 'cut' })}>
        {say(language, 'powerCut')}
      </button>
      <button class={noPaper ? 'mend' : ''} onClick={cause('printer', noPaper ? 'refill' : 'paper', 0)}>
        {say(language, noPaper ? 'paperIn' : 'paperOut')}
      </button>
      <button class={noLine ? 'mend' : ''} onClick={cause('network', 'down', noLine ? 0 : 1)}>
        {say(language, noLine ? 'lineBack' : 'lineDead')}
      </button>
      <Pick
        label={say(language, 'centerFault')}
        choices={centerFaults.map((fault) => ['center', fault] as const)}
        language={language}
      />
      <Pick label={say(language, 'deviceFault')} choices={deviceFaults} language={language} />
    </section>
  );
}

export function Time({ state, language }: { state: State; language: Language }) {
  return (
    <section class="time" aria-label={say(language, 'time')}>
      <output>{(state.atMs / 1000).toFixed(1)} s</output>
      <button onClick={() => send({ do: 'pause', paused: !state.paused })}>
        {say(language, state.paused ? 'resume' : 'pause')}
      </button>
      <button onClick={() => send({ do: 'step' })} disabled={!state.paused}>
        {say(language, 'step')}
      </button>
      {[1, 10].map((factor) => (
        <button
          key={factor}
          aria-pressed={state.speed === factor}
          class={state.speed === factor ? 'chosen' : ''}
          onClick={() => send({ do: 'speed', factor })}
        >
          ×{factor}
        </button>
      ))}
    </section>
  );
}

function yuan(fen: number): string {
  const [whole, part] = (Math.abs(fen) / 100).toFixed(2).split('.') as [string, string];
  return `${fen < 0 ? '−' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${part}`;
}

interface LedgerProps {
  readonly ledger: LedgerUpdate;
  readonly cards: readonly CardView[];
  readonly language: Language;
}

/** The center's books: what was posted, and what the accounts hold that somebody touched. */
export function Ledger({ ledger, cards, language }: LedgerProps) {
  const nameOf = (id: string): string => {
    const card = cards.find((one) => one.id === id);
    return card ? card[language] : id;
  };
  return (
    <section class="ledger" aria-label={say(language, 'ledger')}>
      <h2>{say(language, 'ledger')}</h2>
      {ledger.rows.length === 0 && <p class="hint">{say(language, 'noPosting')}</p>}
      <table class="postings">
        <tbody>
          {[...ledger.rows].reverse().map((row, i) => (
            <tr key={ledger.rows.length - i} class={row.kind}>
              <td>{row.time}</td>
              <td>{say(language, row.kind)}</td>
              <td class="mono">
                {row.maskedPan.slice(0, 4)}…{row.maskedPan.slice(-4)}
              </td>
              <td class="mono">{row.stan}</td>
              <td class="amount">{yuan(row.amountFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>{say(language, 'accounts')}</summary>
        <table>
          <tbody>
            {ledger.accounts.map((account) => (
              <tr key={account.maskedPan}>
                <td>{nameOf(account.card)}</td>
                <td class="mono">
                  {account.maskedPan.slice(0, 4)}…{account.maskedPan.slice(-4)}
                </td>
                <td class="amount">{yuan(account.balanceFen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
