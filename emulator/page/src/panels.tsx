/** Everything around the terminal: cards, faults, time, accounts, the timeline. */
import { useState } from 'preact/hooks';
import type { CardView, LedgerUpdate, State, TimelineRow } from '../../server/messages';
import { send } from './connection';
import { say, type Language } from './texts';

export function Cards({ cards, language }: { cards: readonly CardView[]; language: Language }) {
  return (
    <section class="cards" aria-label={say(language, 'cards')}>
      {cards.map((card, i) => (
        <button key={card.id} class={`card tone${i % 4}`} onClick={() => send({ do: 'swipe', card: card.id })}>
          <span class="card-name">{language === 'zh' ? card.zh : card.en}</span>
          <span class="card-pan">{card.maskedPan}</span>
          <span class="card-foot">
            {card.pin ? `${say(language, 'pinIs')} ${card.pin}` : say(language, 'noPin')}
            <b>{say(language, 'swipe')} ⇣</b>
          </span>
        </button>
      ))}
    </section>
  );
}

export function Faults({ language }: { language: Language }) {
  const fault =
    (device: string, name: string, value = 1) =>
    () =>
      send({ do: 'fault', device, fault: name, value });
  return (
    <section class="faults" aria-label={say(language, 'faults')}>
      <button class="danger" onClick={() => send({ do: 'cut' })}>
        ⚡ {say(language, 'powerCut')}
      </button>
      <button onClick={fault('printer', 'paper', 0)}>{say(language, 'paperOut')}</button>
      <button onClick={fault('printer', 'refill')}>{say(language, 'paperIn')}</button>
      <button onClick={fault('network', 'down')}>{say(language, 'lineDead')}</button>
      <button onClick={fault('network', 'up')}>{say(language, 'lineBack')}</button>
      <button onClick={fault('center', 'no-answer')}>{say(language, 'loseAnswer')}</button>
      <button onClick={fault('center', 'wrong-mac')}>{say(language, 'wrongMac')}</button>
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

export function yuan(fen: number): string {
  return (fen / 100).toFixed(2);
}

export function Ledger({ ledger, language }: { ledger: LedgerUpdate; language: Language }) {
  return (
    <section class="ledger">
      <h2>{say(language, 'ledger')}</h2>
      <table>
        <tbody>
          {ledger.accounts.map((account) => (
            <tr key={account.maskedPan}>
              <td>{account.card}</td>
              <td class="mono">{account.maskedPan}</td>
              <td class="amount">{yuan(account.balanceFen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ol>
        {ledger.rows.slice(-6).map((row, i) => (
          <li key={i}>
            <span>{row.time}</span> {row.text} <b>{yuan(row.amountFen)}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}

const arrows = { out: '→', in: '←', note: '•' } as const;

export function Timeline({ rows, language }: { rows: readonly TimelineRow[]; language: Language }) {
  const [filter, setFilter] = useState('');
  const shown = rows.filter((row) => !filter || `${row.wire} ${row.text}`.toLowerCase().includes(filter.toLowerCase()));
  return (
    <section class="timeline">
      <h2>
        {say(language, 'timeline')}
        <input
          type="search"
          placeholder={say(language, 'filter')}
          aria-label={say(language, 'filter')}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </h2>
      <ol>
        {shown
          .slice(-120)
          .reverse()
          .map((row) => (
            <li key={row.id} class={row.direction}>
              <time>{(row.atMs / 1000).toFixed(3)}</time>
              <span class={`wire ${row.wire}`}>{row.wire}</span>
              <span class="arrow">{arrows[row.direction]}</span>
              <span class="what">{row.text}</span>
            </li>
          ))}
      </ol>
    </section>
  );
}
