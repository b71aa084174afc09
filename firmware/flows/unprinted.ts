/**
 * Slips that were not finished (money rule 7): every approved transaction whose paper lacks one is offered at the next
 * start, the latest first. Who refuses one has settled that one; where nobody answers, or the printer cannot, the rest
 * stays for the start after this one.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE } from '../../hal/fault';
import { KEY_CANCEL } from '../../hal/devices';
import { digitsOf } from '../iso8583/wire-form';
import { RECORD_APPROVED, type TransactionRecord } from '../journal/transaction-record';
import { MODULE_PRINT } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_PRINT_ASK, T_LCD_UNPRINTED, T_LCD_VOUCHER } from '../texts/ids';
import { ask } from '../ui/dialog';
import { voucherOf } from './batch-walk';

const SLIPS_OF_A_SALE = 2;
const STAN_BYTES = 3;

function lacksSlips(record: TransactionRecord): boolean {
  return record.state === RECORD_APPROVED && record.slipsDone < SLIPS_OF_A_SALE;
}

/** F11 of all that lack slips, the latest first: three bytes each. */
function collect(terminal: Terminal): Bytes {
  const { journal } = terminal;
  let stans = '';
  journal.forEach((record) => {
    if (lacksSlips(record)) stans = (record.fields[11] || '').substr(0, STAN_BYTES) + stans;
  }, SLIPS_OF_A_SALE);
  // The last one of the batch before may be left alone with a batch that has none yet.
  const last = journal.last();
  return stans === '' && last && lacksSlips(last) ? last.fields[11] || '' : stans;
}

export function unprinted(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { journal, text } = terminal;
  const stans = collect(terminal);
  let at = 0;

  function next(): void {
    const record = at < stans.length ? journal.find(digitsOf(stans.substr(at, STAN_BYTES))) : null;
    at += STAN_BYTES;
    if (record) offer(record);
    else done(FAULT_NONE);
  }

  function offer(record: TransactionRecord): void {
    const voucher = voucherOf(record);
    ask(terminal, text(T_LCD_UNPRINTED), text(T_LCD_VOUCHER) + voucher, text(T_LCD_PRINT_ASK), (confirmed, key) => {
      // A slip may have come out just before the power went: what is printed now says that it may be a duplicate.
      if (confirmed) {
        terminal.perform(MODULE_PRINT, { record, reprint: true }, (fault) => {
          if (fault) done(FAULT_NONE);
          else next();
        });
      } else if (key === KEY_CANCEL) journal.slipsDone(voucher, SLIPS_OF_A_SALE, next);
      else done(FAULT_NONE);
    });
  }

  next();
}
