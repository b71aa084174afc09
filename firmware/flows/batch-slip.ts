/** Prints the batch so far: its details, a few transactions at a time so that memory holds no more, or its totals. */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE } from '../../hal/fault';
import { RECORD_APPROVED, RECORD_OWED, type TransactionRecord } from '../journal/transaction-record';
import { detailsEnd, detailsHead, detailsLines, totalsSlip, type BatchInfo } from '../slips/batch-slips';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_NOTHING_TO_PRINT, T_LCD_PRINT_FAILED, T_LCD_PRINT_MENU, T_LCD_UNKNOWN } from '../texts/ids';
import { tell, warn } from '../ui/dialog';
import { firstOf, neighbour, voucherOf } from './batch-walk';
import { printBlock } from './print-block';
import { slipInfo } from './slip-info';
import { addFen, totalsOf } from '../journal/totals';
import { stateText } from './transaction-view';

const RECORDS_A_BLOCK = 8;

function batchInfo(terminal: Terminal, damaged: boolean): BatchInfo {
  const info = slipInfo(terminal);
  const { journal, operator } = terminal;
  return {
    merchantName: info.merchantName,
    merchantId: info.merchantId,
    terminalId: info.terminalId,
    hotline: info.hotline,
    english: info.english,
    text: info.text,
    now: info.now,
    batch: journal.batch(),
    operator,
    damaged,
  };
}

/** Job: `details`, else the totals; `damaged` where records of the batch were lost. */
export function batchSlip(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const { journal, text } = terminal;
  const info = batchInfo(terminal, job.damaged === true);
  let left = journal.count();
  let record = firstOf(journal);

  function conclude(fault: number): void {
    if (!fault) done(FAULT_NONE);
    else {
      tell(terminal, text(T_LCD_PRINT_FAILED), '', '', () => {
        done(fault);
      });
    }
  }

  function linesOf(one: TransactionRecord): Bytes {
    if (one.state === RECORD_APPROVED) return detailsLines(one, '');
    // Its outcome was there once: none is begun while another is owed.
    const owed = journal.owed();
    const isLost = job.damaged && one.state === RECORD_OWED && !(owed && voucherOf(owed) === voucherOf(one));
    return detailsLines(one, text(isLost ? T_LCD_UNKNOWN : stateText(one.state)));
  }

  /** The next lines of the list, with what stands below it once it is complete. */
  function nextBlock(): Bytes {
    let block = '';
    for (let i = 0; i < RECORDS_A_BLOCK && record && left > 0; i++) {
      block += linesOf(record);
      left--;
      record = left > 0 ? neighbour(journal, record, true) : null;
    }
    return record ? block : block + detailsEnd(info);
  }

  function printOn(fault: number): void {
    if (fault || !record) conclude(fault);
    else printBlock(terminal, nextBlock(), '', printOn);
  }

  if (!record) {
    warn(terminal, text(T_LCD_PRINT_MENU), text(T_LCD_NOTHING_TO_PRINT), '', () => {
      done(FAULT_NONE);
    });
  } else if (job.details) {
    printBlock(terminal, detailsHead(info), '', printOn);
  } else {
    const totals = totalsOf(journal);
    printBlock(terminal, totalsSlip(info, totals, addFen(totals.domestic.fen, totals.foreign.fen)), '', conclude);
  }
}
