/** The slip before a forced factory reset: what the terminal is about to forget (money rule 4). */
import type { Bytes } from '../../hal/bytes';
import type { TransactionRecord } from '../journal/transaction-record';
import { foreignText } from '../texts/foreign-text';
import {
  T_SLIP_BATCH,
  T_SLIP_MERCHANT_NAME,
  T_SLIP_MERCHANT_NO,
  T_SLIP_OPERATOR,
  T_SLIP_RESET_1,
  T_SLIP_RESET_2,
  T_SLIP_RESET_3,
  T_SLIP_RESET_COUNT,
  T_SLIP_RESET_OWED,
  T_SLIP_RESET_TITLE,
  T_SLIP_RESET_TOTAL,
  T_SLIP_TERMINAL_NO,
} from '../texts/ids';
import {
  amountText,
  cardLines,
  clockLine,
  COLUMNS,
  ending,
  line,
  note,
  numberLines,
  RULE,
  title,
  twoLines,
  type SlipInfo,
} from './slip-parts';

export interface Forgotten {
  readonly operator: Bytes;
  readonly batch: Bytes;
  /** Approved sales of the batch, and their sum in yuan. */
  readonly count: number;
  readonly total: Bytes;
  readonly owed: TransactionRecord | null;
}

function owedLines(owed: TransactionRecord | null, info: SlipInfo): Bytes {
  if (!owed) return '';
  return note(info.text(T_SLIP_RESET_OWED)) + cardLines(info, owed) + numberLines(info, owed) + note(amountText(owed));
}

export function resetSlip(forgotten: Forgotten, info: SlipInfo): Bytes {
  const { text } = info;
  const { operator, batch, count, total, owed } = forgotten;
  return (
    title(text(T_SLIP_RESET_TITLE)) +
    RULE +
    twoLines(text(T_SLIP_MERCHANT_NAME), foreignText(info.merchantName, 64)) +
    twoLines(text(T_SLIP_MERCHANT_NO), foreignText(info.merchantId, COLUMNS)) +
    line(text(T_SLIP_TERMINAL_NO), foreignText(info.terminalId, COLUMNS)) +
    line(text(T_SLIP_OPERATOR), operator) +
    clockLine(info) +
    RULE +
    note(text(T_SLIP_RESET_1)) +
    note(text(T_SLIP_RESET_2)) +
    line(text(T_SLIP_BATCH), batch) +
    line(text(T_SLIP_RESET_COUNT), '' + count) +
    line(text(T_SLIP_RESET_TOTAL), 'RMB ' + total) +
    owedLines(owed, info) +
    RULE +
    note(text(T_SLIP_RESET_3)) +
    ending(info)
  );
}
