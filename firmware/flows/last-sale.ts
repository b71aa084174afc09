/** What became of the last sale (money rule 7). */
import { FAULT_NONE } from '../../hal/fault';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_LAST_SALE, T_LCD_NOTHING_TO_PRINT } from '../texts/ids';
import { ANSWER_MS, warn } from '../ui/dialog';
import { voucherOf } from './batch-walk';
import { showTransaction } from './transaction-view';

export function lastSale(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { ui, text, journal } = terminal;
  const record = journal.last();
  if (!record) {
    warn(terminal, text(T_LCD_LAST_SALE), text(T_LCD_NOTHING_TO_PRINT), '', () => {
      done(FAULT_NONE);
    });
    return;
  }
  showTransaction(terminal, text(T_LCD_LAST_SALE) + ' ' + voucherOf(record), record, '');
  ui.keys(() => {
    ui.keys(null, 0);
    done(FAULT_NONE);
  }, ANSWER_MS);
}
