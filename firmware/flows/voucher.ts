/** Asks for a voucher number, which is the STAN of a slip, and finds its transaction. */
import { FAULT_CANCELLED } from '../../hal/fault';
import type { TransactionRecord } from '../journal/transaction-record';
import type { Terminal } from '../terminal-context';
import { T_LCD_NO_SUCH_VOUCHER, T_LCD_VOUCHER_ASK } from '../texts/ids';
import { ANSWER_MS, warn } from '../ui/dialog';
import { readDigits } from '../ui/entry';

const VOUCHER_DIGITS = 6;

/** Leading zeros need not be keyed. Ends without a record where there is none (told) or the entry was left. */
export function askVoucher(
  terminal: Terminal,
  titleId: number,
  done: (fault: number, record: TransactionRecord | null) => void,
): void {
  const { ui, text, journal } = terminal;
  ui.show(text(titleId), text(T_LCD_VOUCHER_ASK), '', '');
  readDigits(
    ui,
    { row: 2, label: '', maxDigits: VOUCHER_DIGITS, secret: false, timeoutMs: ANSWER_MS },
    (fault, digits) => {
      const record = fault ? null : journal.find(digits);
      if (fault || record) {
        done(fault, record);
        return;
      }
      warn(terminal, text(titleId), text(T_LCD_NO_SUCH_VOUCHER), '', () => {
        done(FAULT_CANCELLED, null);
      });
    },
  );
}
