/** The center's books as the page shows them: accounts, postings, the last exchanges, faults that wait. */
import type { Center } from '../../host/center/types';
import { timeOfDay } from '../beijing-time';
import type { LedgerUpdate } from './messages';

const SHOWN_ROWS = 30;

export class Books {
  /** Ids from which on rows are looked at: the books may be years old. */
  private ledgerFrom = 0;
  private exchangesFrom = 0;
  private shown = '';

  constructor(private readonly center: Center) {}

  /** null when nothing changed since the last call (unless `always`). */
  update(always: boolean): LedgerUpdate | null {
    const update = this.read();
    const text = JSON.stringify(update);
    if (!always && text === this.shown) return null;
    this.shown = text;
    return update;
  }

  private read(): LedgerUpdate {
    const { center } = this;
    const postings = center.ledger(this.ledgerFrom).slice(-SHOWN_ROWS);
    const exchanges = center.exchanges(this.exchangesFrom).slice(-SHOWN_ROWS);
    this.ledgerFrom = (postings[0]?.id ?? 1) - 1;
    this.exchangesFrom = (exchanges[0]?.id ?? 1) - 1;
    return {
      type: 'ledger',
      accounts: center.accounts().map(({ card, maskedPan, balanceFen, fate, pinTries }) => {
        return { card, maskedPan, balanceFen, fate, pinTries };
      }),
      rows: postings.map(({ kind, maskedPan, stan, amountFen, atMs }) => {
        return { time: timeOfDay(atMs), kind, maskedPan, stan, amountFen };
      }),
      exchanges: exchanges.map(
        ({ id, mti, transaction, maskedPan, stan, amountFen, code, reversed, repeats, atMs }) => {
          return { id, time: timeOfDay(atMs), mti, transaction, maskedPan, stan, amountFen, code, reversed, repeats };
        },
      ),
      faults: center.faults().map(({ id, fault, mti, remaining }) => ({ id, fault, mti, remaining })),
    };
  }
}
