/** Slips again, marked as duplicates: of the last approved transaction, or of any by its voucher number. */
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import { RECORD_APPROVED, type TransactionRecord } from '../journal/transaction-record';
import { MODULE_PRINT } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_NO_SLIP, T_LCD_NOTHING_TO_PRINT, T_LCD_REPRINT } from '../texts/ids';
import { warn } from '../ui/dialog';
import { nearest, neighbour } from './batch-walk';
import { stateText } from './transaction-view';
import { askVoucher } from './voucher';

/** The last approved transaction: of the batch, or the one that ended the batch before. */
function lastApproved(terminal: Terminal): TransactionRecord | null {
  const { journal } = terminal;
  let left = journal.count();
  let record = left > 0 ? nearest(journal, journal.stan(), false) : journal.last();
  while (record && record.state !== RECORD_APPROVED) {
    left--;
    record = left > 0 ? neighbour(journal, record, false) : null;
  }
  return record;
}

/** Job: `any` asks for the voucher number. */
export function reprint(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const { text } = terminal;

  function refuse(row1: number, row2: number): void {
    warn(terminal, text(T_LCD_REPRINT), text(row1), row2 < 0 ? '' : text(row2), () => {
      done(FAULT_NONE);
    });
  }

  function print(record: TransactionRecord): void {
    terminal.perform(MODULE_PRINT, { record, reprint: true }, done);
  }

  if (!job.any) {
    const record = lastApproved(terminal);
    if (record) print(record);
    else refuse(T_LCD_NOTHING_TO_PRINT, -1);
    return;
  }
  askVoucher(terminal, T_LCD_REPRINT, (fault, record) => {
    if (!record) done(fault || FAULT_CANCELLED);
    else if (record.state === RECORD_APPROVED) print(record);
    // What was declined or taken back has no slip: one would say that it was paid.
    else refuse(stateText(record.state), T_LCD_NO_SLIP);
  });
}
