/**
 * The batch so far on paper: 交易明细, a line or two for each transaction, and 交易汇总, the table of what was charged.
 * Neither settles anything. What was declined, taken back or is owed is on the details with its state, and counted in
 * the totals beside the sums, never in them.
 */
import type { Bytes } from '../../hal/bytes';
import type { TransactionRecord } from '../journal/transaction-record';
import { foreignText } from '../texts/foreign-text';
import {
  T_SLIP_BATCH,
  T_SLIP_BATCH_CLEARED,
  T_SLIP_BATCH_DECLINED,
  T_SLIP_BATCH_HEAD,
  T_SLIP_BATCH_OWED,
  T_SLIP_BATCH_REVERSED,
  T_SLIP_DEBIT_TOTAL,
  T_SLIP_DETAILS_DAMAGED,
  T_SLIP_DETAILS_HEAD,
  T_SLIP_DETAILS_TITLE,
  T_SLIP_DOMESTIC,
  T_SLIP_FOREIGN,
  T_SLIP_MERCHANT_NAME,
  T_SLIP_MERCHANT_NO,
  T_SLIP_NOT_COUNTED,
  T_SLIP_OPERATOR,
  T_SLIP_SALE,
  T_SLIP_TERMINAL_NO,
  T_SLIP_TOTALS_TITLE,
} from '../texts/ids';
import { amountText, clockLine, ending, entryLetter, fixedDigits, fixedText } from './slip-parts';
import { COLUMNS, line, note, RULE, title, twoLines, type SlipInfo } from './slip-parts';
import type { Side, Totals } from '../journal/totals';

const BLANK_LINE = '                                ';

export interface BatchInfo extends SlipInfo {
  readonly batch: Bytes;
  readonly operator: Bytes;
  /** Records of the batch were lost. */
  readonly damaged: boolean;
}

/** Left and right in one line, or in two where they do not fit. */
function spread(left: Bytes, right: Bytes): Bytes {
  const free = COLUMNS - left.length - right.length;
  return (free > 0 ? left + BLANK_LINE.substr(0, free) : left + '\n' + BLANK_LINE.substr(right.length)) + right + '\n';
}

function head(info: BatchInfo, titleId: number): Bytes {
  const { text } = info;
  return (
    title(text(titleId)) +
    RULE +
    twoLines(text(T_SLIP_MERCHANT_NAME), foreignText(info.merchantName, 2 * COLUMNS)) +
    twoLines(text(T_SLIP_MERCHANT_NO), foreignText(info.merchantId, COLUMNS)) +
    line(text(T_SLIP_TERMINAL_NO), foreignText(info.terminalId, COLUMNS)) +
    line(text(T_SLIP_OPERATOR), info.operator) +
    line(text(T_SLIP_BATCH), info.batch) +
    clockLine(info) +
    RULE
  );
}

/** What stands above the list. */
export function detailsHead(info: BatchInfo): Bytes {
  const warning = info.damaged ? note(info.text(T_SLIP_DETAILS_DAMAGED)) + RULE : '';
  return head(info, T_SLIP_DETAILS_TITLE) + warning + note(info.text(T_SLIP_DETAILS_HEAD)) + RULE;
}

/** Voucher number, how the card was read, card; amount, authorisation, and the state of what does not stand. */
export function detailsLines(record: TransactionRecord, state: Bytes): Bytes {
  const first = fixedDigits(record, 11) + ' ' + entryLetter(record) + ' ' + record.maskedPan;
  const auth = state === '' ? fixedText(record, 38) : state;
  return first + '\n' + spread(' ' + amountText(record), auth);
}

/** What stands below the list. */
export function detailsEnd(info: BatchInfo): Bytes {
  return RULE + ending(info);
}

function row(label: Bytes, count: number, amount: Bytes): Bytes {
  return spread(label + ' ' + count, amount);
}

function sideRows(info: BatchInfo, labelId: number, side: Side): Bytes {
  if (side.count === 0) return '';
  return note(info.text(labelId)) + row(info.text(T_SLIP_SALE), side.count, yuanText(side.fen));
}

function yuanText(fen: Bytes): Bytes {
  let first = 0;
  while (first < 9 && fen.charAt(first) === '0') first++;
  return fen.substring(first, 10) + '.' + fen.substr(10);
}

/** A count that is not in the sums; nothing for none. */
function beside(info: BatchInfo, labelId: number, count: number): Bytes {
  return count === 0 ? '' : line(info.text(labelId), '' + count);
}

/** `debit`: sum of both sides, twelve digits of fen. */
export function totalsSlip(info: BatchInfo, totals: Totals, debit: Bytes): Bytes {
  const { text } = info;
  const others =
    beside(info, T_SLIP_BATCH_REVERSED, totals.reversed) +
    beside(info, T_SLIP_BATCH_OWED, totals.owed) +
    beside(info, T_SLIP_BATCH_CLEARED, totals.cleared) +
    beside(info, T_SLIP_BATCH_DECLINED, totals.declined);
  return (
    head(info, T_SLIP_TOTALS_TITLE) +
    note(text(T_SLIP_BATCH_HEAD)) +
    RULE +
    sideRows(info, T_SLIP_DOMESTIC, totals.domestic) +
    sideRows(info, T_SLIP_FOREIGN, totals.foreign) +
    RULE +
    row(text(T_SLIP_DEBIT_TOTAL), totals.domestic.count + totals.foreign.count, yuanText(debit)) +
    (others === '' ? '' : RULE + note(text(T_SLIP_NOT_COUNTED)) + others) +
    RULE +
    ending(info)
  );
}
