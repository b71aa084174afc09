/** The slip that says what became of a reversal: not finished, cleared by the supervisor, or done. */
import { RECORD_CLEARED, RECORD_OWED, type TransactionRecord } from '../journal/transaction-record';
import { clearedSlip, faultSlip, reversalSlip } from '../slips/notice-slips';
import type { Job, Terminal } from '../terminal-context';
import { printBlock } from './print-block';
import { slipInfo } from './slip-info';

/** Job: `record`. */
export function noticeSlip(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const record = job.record as TransactionRecord;
  const info = slipInfo(terminal);
  if (record.state === RECORD_OWED) printBlock(terminal, faultSlip(record, info), '', done);
  else printBlock(terminal, (record.state === RECORD_CLEARED ? clearedSlip : reversalSlip)(record, info), '', done);
}
