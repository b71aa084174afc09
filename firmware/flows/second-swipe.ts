/**
 * The card and amount of the sale before, within minutes, may be a second swipe by mistake, after a slip that was not
 * seen or a message that was not read: then the clerk is asked first. A card is known again by what slips show of it and
 * its expiry; no PAN is kept for that.
 */
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import { digitsOf } from '../iso8583/wire-form';
import type { Journal } from '../journal/journal';
import { RECORD_APPROVED, type TransactionRecord } from '../journal/transaction-record';
import type { Job, SwipedCard, Terminal } from '../terminal-context';
import { T_LCD_GO_ON_ASK, T_LCD_SAME_AGAIN, T_LCD_VOUCHER } from '../texts/ids';
import { TRANSACTION_SALE } from '../transactions/transaction-row';
import { ask } from '../ui/dialog';
import { neighbour, voucherOf } from './batch-walk';

/** Each but the newest costs a read of the flash. */
const MOST_LOOKED_AT = 8;
const DAY_S = 86400;

function secondsOf(hhmmss: Bytes): number {
  return (
    parseInt(hhmmss.substr(0, 2), 10) * 3600 +
    parseInt(hhmmss.substr(2, 2), 10) * 60 +
    parseInt(hhmmss.substr(4, 2), 10)
  );
}

/** True where the second day, MMDD, follows the first. The last days of a month count alike. */
function isDayAfter(before: Bytes, after: Bytes): boolean {
  const day = parseInt(before.substr(2), 10);
  const next = parseInt(after.substr(2), 10);
  const months = parseInt(after.substr(0, 2), 10) - parseInt(before.substr(0, 2), 10);
  return months === 0 ? next === day + 1 : (months === 1 || months === -11) && next === 1 && day >= 28;
}

/**
 * Seconds from F13 and F12 of an answer to `now`, YYYYMMDDhhmmss; less than 0 where the center's clock is ahead of the
 * terminal's; a day or more stands for any longer time, and for an answer without a time.
 */
export function secondsSince(record: TransactionRecord, now: Bytes): number {
  const date = digitsOf(record.fields[13] || '');
  const time = digitsOf(record.fields[12] || '');
  const today = now.substr(4, 4);
  if (date.length !== 4 || time.length !== 6) return DAY_S;
  const seconds = secondsOf(now.substr(8)) - secondsOf(time);
  if (date === today) return seconds;
  if (isDayAfter(date, today)) return seconds + DAY_S;
  return isDayAfter(today, date) ? seconds - DAY_S : DAY_S;
}

/** The last approved sale of the batch; what was declined or reversed after it charged nobody. */
function lastApproved(journal: Journal): TransactionRecord | null {
  let left = Math.min(journal.count(), MOST_LOOKED_AT);
  let record = left > 0 ? journal.last() : null;
  while (record && record.state !== RECORD_APPROVED) {
    left--;
    record = left > 0 ? neighbour(journal, record, false) : null;
  }
  return record;
}

function isSame(record: TransactionRecord, swiped: SwipedCard): boolean {
  return (
    record.transaction === TRANSACTION_SALE &&
    record.maskedPan === swiped.maskedPan &&
    record.fields[14] === swiped.expiry &&
    record.fields[4] === swiped.amount
  );
}

function isRecent(terminal: Terminal, record: TransactionRecord): boolean {
  const age = secondsSince(record, terminal.board.rtc.read());
  const limit = terminal.settings.secondSwipeMinutes * 60;
  return age <= limit && age >= -limit;
}

/** Job: `swiped`. Ends with 0 where it may go on. */
export function secondSwipe(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const { text } = terminal;
  const twin = lastApproved(terminal.journal);
  if (!twin || !isSame(twin, job.swiped as SwipedCard) || !isRecent(terminal, twin)) {
    done(FAULT_NONE);
    return;
  }
  terminal.ui.alert();
  ask(terminal, text(T_LCD_SAME_AGAIN), text(T_LCD_VOUCHER) + voucherOf(twin), text(T_LCD_GO_ON_ASK), (confirmed) => {
    done(confirmed ? FAULT_NONE : FAULT_CANCELLED);
  });
}
