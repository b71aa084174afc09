/** The center's books: what was posted, what was exchanged, what the accounts hold, which faults wait. */
import type { ComponentChildren } from 'preact';
import type { CardView, LedgerUpdate } from '../../server/messages';
import { send } from './connection';
import { say, sayFate, sayFault, type Language, type Word } from './texts';

function yuan(fen: number): string {
  const [whole, part] = (Math.abs(fen) / 100).toFixed(2).split('.') as [string, string];
  return `${fen < 0 ? '−' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${part}`;
}

function shortPan(masked: string): string {
  return `${masked.slice(0, 4)}…${masked.slice(-4)}`;
}

interface TableProps {
  readonly title: Word;
  readonly empty?: Word;
  readonly columns: readonly Word[];
  readonly name: string;
  readonly language: Language;
  readonly children: ComponentChildren[];
}

function Table({ title, empty, columns, name, language, children }: TableProps) {
  return (
    <section class={`book ${name}`} aria-label={say(language, title)}>
      <h3>{say(language, title)}</h3>
      {children.length === 0 && empty && <p class="empty">{say(language, empty)}</p>}
      {children.length > 0 && (
        <table class={name}>
          <thead>
            <tr>
              {columns.map((word) => (
                <th key={word} scope="col" class={word === 'amount' || word === 'balance' ? 'number' : ''}>
                  {say(language, word)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      )}
    </section>
  );
}

interface BooksProps {
  readonly ledger: LedgerUpdate;
  readonly cards: readonly CardView[];
  readonly language: Language;
}

export function Books({ ledger, cards, language }: BooksProps) {
  const nameOf = (id: string): string => cards.find((one) => one.id === id)?.[language] ?? id;
  return (
    <div class="books" tabIndex={0}>
      <Table
        title="postings"
        empty="noPosting"
        name="postings"
        columns={['time_', 'kind', 'card', 'stan', 'amount']}
        language={language}
      >
        {[...ledger.rows].reverse().map((row, i) => (
          <tr key={ledger.rows.length - i} class={row.kind}>
            <td>{row.time}</td>
            <td>{say(language, row.kind)}</td>
            <td class="mono">{shortPan(row.maskedPan)}</td>
            <td class="mono">{row.stan}</td>
            <td class="number">{yuan(row.amountFen)}</td>
          </tr>
        ))}
      </Table>
      <Table
        title="exchanges"
        empty="noExchange"
        name="exchanges"
        columns={['time_', 'message', 'stan', 'amount', 'code']}
        language={language}
      >
        {[...ledger.exchanges].reverse().map((row) => (
          <tr key={row.id} class={row.code === '00' ? '' : 'refused'}>
            <td>{row.time}</td>
            <td>
              <span class="mono">{row.mti}</span>
              {row.reversed && <em>{say(language, 'reversed')}</em>}
              {row.repeats > 0 && <em>{`${say(language, 'repeated')} ×${row.repeats}`}</em>}
            </td>
            <td class="mono">{row.stan}</td>
            <td class="number">{yuan(row.amountFen)}</td>
            <td class="mono code">{row.code}</td>
          </tr>
        ))}
      </Table>
      <Table title="accounts" name="accounts" columns={['card', 'fate', 'balance']} language={language}>
        {ledger.accounts.map((account) => (
          <tr key={account.maskedPan}>
            <td>
              {nameOf(account.card)} <span class="mono soft">{shortPan(account.maskedPan)}</span>
            </td>
            <td>{sayFate(language, account.fate)}</td>
            <td class="number">{yuan(account.balanceFen)}</td>
          </tr>
        ))}
      </Table>
      <Table
        title="waitingFaults"
        empty="noFault"
        name="center-faults"
        columns={['message', 'kind', 'remove']}
        language={language}
      >
        {ledger.faults.map((fault) => (
          <tr key={fault.id}>
            <td class="mono">{fault.mti}</td>
            <td>
              {sayFault(language, 'center', fault.fault)}
              {fault.remaining > 1 ? ` ×${fault.remaining}` : ''}
            </td>
            <td>
              <button class="small" onClick={() => send({ do: 'spare', id: fault.id })}>
                {say(language, 'remove')}
              </button>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
