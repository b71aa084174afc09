/**
 * Slips about a reversal: it could not be finished (冲正故障单), the supervisor cleared it, or it took back a sale whose
 * slip said approved (money rules 3 and 7).
 */
import type { Bytes } from '../../hal/bytes';
import type { TransactionRecord } from '../journal/transaction-record';
import {
  T_SLIP_CLEARED_1,
  T_SLIP_CLEARED_2,
  T_SLIP_CLEARED_TITLE,
  T_SLIP_FAULT_1,
  T_SLIP_FAULT_2,
  T_SLIP_FAULT_TITLE,
  T_SLIP_REASON,
  T_SLIP_REFERENCE,
  T_SLIP_REVERSAL_1,
  T_SLIP_REVERSAL_2,
  T_SLIP_REVERSAL_TITLE,
  T_SLIP_TRIES,
} from '../texts/ids';
import {
  amountLines,
  cardLines,
  clockLine,
  ending,
  fixedText,
  line,
  merchantLines,
  note,
  numberLines,
  RULE,
  timeLine,
  title,
  typeLines,
  type SlipInfo,
} from './slip-parts';

function notice(
  record: TransactionRecord,
  info: SlipInfo,
  titleId: number,
  middle: Bytes,
  first: number,
  second: number,
): Bytes {
  return (
    title(info.text(titleId)) +
    RULE +
    merchantLines(info, record) +
    cardLines(info, record) +
    typeLines(info) +
    numberLines(info, record) +
    // What got no answer has no time of its own.
    (timeLine(info, record) || clockLine(info)) +
    line(info.text(T_SLIP_REFERENCE), fixedText(record, 37)) +
    amountLines(info, record) +
    middle +
    RULE +
    note(info.text(first)) +
    note(info.text(second)) +
    ending(info)
  );
}

function reasonLine(record: TransactionRecord, info: SlipInfo): Bytes {
  return line(info.text(T_SLIP_REASON), record.reason);
}

/** The reversal did not end within the tries: what happened to the money is unknown. */
export function faultSlip(record: TransactionRecord, info: SlipInfo): Bytes {
  const middle = reasonLine(record, info) + line(info.text(T_SLIP_TRIES), '' + record.tries);
  return notice(record, info, T_SLIP_FAULT_TITLE, middle, T_SLIP_FAULT_1, T_SLIP_FAULT_2);
}

/** The supervisor cleared the owed reversal. */
export function clearedSlip(record: TransactionRecord, info: SlipInfo): Bytes {
  return notice(record, info, T_SLIP_CLEARED_TITLE, reasonLine(record, info), T_SLIP_CLEARED_1, T_SLIP_CLEARED_2);
}

/** The transaction was taken back. */
export function reversalSlip(record: TransactionRecord, info: SlipInfo): Bytes {
  return notice(record, info, T_SLIP_REVERSAL_TITLE, '', T_SLIP_REVERSAL_1, T_SLIP_REVERSAL_2);
}
