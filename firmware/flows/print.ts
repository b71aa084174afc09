/**
 * The two slips of an approved transaction: the cardholder's, a prompt to tear it off, the merchant's. How far the paper
 * is, is durable after each one, so that the rest is offered at the next boot (money rule 7).
 */
import { FAULT_NONE } from '../../hal/fault';
import { digitsOf } from '../iso8583/wire-form';
import type { TransactionRecord } from '../journal/transaction-record';
import type { Job, Terminal } from '../terminal-context';
import { saleSlip } from '../slips/sale-slip';
import { T_LCD_APPROVED, T_LCD_PRINT_FAILED, T_LCD_TEAR, T_LCD_TEAR_HINT, T_LCD_TEAR_NEXT } from '../texts/ids';
import { tell } from '../ui/dialog';
import { printBlock } from './print-block';
import { slipInfo } from './slip-info';

/** The merchant's slip comes by itself after this. */
const TEAR_WAIT_MS = 30000;
const COPIES = 2;

/** Job: `record`; with `reprint` both slips again, marked as duplicates. */
export function print(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const { ui, text, journal } = terminal;
  const record = job.record as TransactionRecord;
  const reprint = job.reprint === true;
  let copy = reprint && record.slipsDone >= COPIES ? 0 : record.slipsDone;

  function next(): void {
    copy++;
    if (copy > COPIES) {
      done(FAULT_NONE);
      return;
    }
    const outcome = reprint ? '' : text(T_LCD_APPROVED);
    printBlock(terminal, saleSlip(record, slipInfo(terminal), copy === 1 ? 1 : 2, reprint), outcome, (fault) => {
      if (fault) giveUp(fault);
      else printed();
    });
  }

  function giveUp(fault: number): void {
    tell(terminal, text(T_LCD_PRINT_FAILED), '', '', () => {
      done(fault);
    });
  }

  function printed(): void {
    if (record.slipsDone >= copy) {
      tear();
      return;
    }
    // A journal that fails here has lost nothing but "this slip was printed".
    journal.slipsDone(digitsOf(record.fields[11] as string), copy, tear);
  }

  function tear(): void {
    if (copy >= COPIES) {
      next();
      return;
    }
    ui.show(text(T_LCD_TEAR), text(T_LCD_TEAR_HINT), text(T_LCD_TEAR_NEXT), '');
    ui.keys(() => {
      ui.keys(null, 0);
      next();
    }, TEAR_WAIT_MS);
  }

  next();
}
