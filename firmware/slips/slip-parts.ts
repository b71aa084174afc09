/** What slips are made of: lines from the wire form of a transaction's fields. A line without a value is left out. */
import { find, type Bytes } from '../../hal/bytes';
import { PRINT_CENTRED, PRINT_CUT, PRINT_DOUBLE_HEIGHT, PRINT_DOUBLE_SIZE } from '../../hal/devices';
import { digitsOf } from '../iso8583/wire-form';
import type { TransactionRecord } from '../journal/transaction-record';
import { foreignText } from '../texts/foreign-text';
import {
  T_SLIP_AMOUNT,
  T_SLIP_BATCH,
  T_SLIP_CARD_NO,
  T_SLIP_HOTLINE,
  T_SLIP_MERCHANT_NAME,
  T_SLIP_MERCHANT_NO,
  T_SLIP_OPERATOR,
  T_SLIP_PARTIAL_AMOUNT,
  T_SLIP_SALE,
  T_SLIP_TERMINAL_NO,
  T_SLIP_TIME,
  T_SLIP_TYPE,
  T_SLIP_VOUCHER,
} from '../texts/ids';
import type { Texts } from '../texts/text-table';

/** What a slip says beside the transaction. Names and numbers are in GBK, from settings. */
export interface SlipInfo {
  readonly merchantName: Bytes;
  readonly merchantId: Bytes;
  readonly terminalId: Bytes;
  readonly hotline: Bytes;
  readonly english: boolean;
  readonly text: Texts;
  /** The calendar when it is printed, YYYYMMDDhhmmss. F13 has no year. */
  readonly now: Bytes;
}

export const COLUMNS = 32;
const DOUBLE_COLUMNS = 16;
const LONGEST_NAME = 64;
export const RULE = '--------------------------------\n';

/** Label and value in one line; nothing for an empty value. */
export function line(label: Bytes, value: Bytes): Bytes {
  return value === '' ? '' : label + value + '\n';
}

/** Label, and below it the value. */
export function twoLines(label: Bytes, value: Bytes): Bytes {
  return value === '' ? '' : label + '\n' + value + '\n';
}

/** A text alone in a line; nothing for an empty one. */
export function note(text: Bytes): Bytes {
  return text === '' ? '' : text + '\n';
}

/** Digits of a fixed field, '' when it is absent. */
export function fixedDigits(record: TransactionRecord, field: number): Bytes {
  return digitsOf(record.fields[field] || '');
}

/** Characters of a fixed field as they may be printed. */
export function fixedText(record: TransactionRecord, field: number): Bytes {
  return foreignText(record.fields[field] || '', COLUMNS);
}

export function title(text: Bytes): Bytes {
  return PRINT_CENTRED + PRINT_DOUBLE_SIZE + text + '\n';
}

export function merchantLines(info: SlipInfo, record: TransactionRecord): Bytes {
  const text = info.text;
  return (
    twoLines(text(T_SLIP_MERCHANT_NAME), foreignText(info.merchantName, LONGEST_NAME)) +
    twoLines(text(T_SLIP_MERCHANT_NO), foreignText(info.merchantId, COLUMNS)) +
    line(text(T_SLIP_TERMINAL_NO), foreignText(info.terminalId, COLUMNS)) +
    line(text(T_SLIP_OPERATOR), record.operator)
  );
}

/** How the card was read, from F22: swiped, inserted, manual, contactless or no card. */
export function entryLetter(record: TransactionRecord): Bytes {
  const at = find(' 02 90 05 95 01 07 91 98 96 ', ' ' + fixedDigits(record, 22).substr(0, 2) + ' ', 0);
  return at < 0 ? 'N' : 'SSIIMCCCN'.charAt(at / 3);
}

/** The masked card number, large, and how it was read. */
export function cardLines(info: SlipInfo, record: TransactionRecord): Bytes {
  return note(info.text(T_SLIP_CARD_NO)) + PRINT_DOUBLE_HEIGHT + record.maskedPan + ' ' + entryLetter(record) + '\n';
}

/** Name of the transaction, large. */
export function typeLines(info: SlipInfo): Bytes {
  return note(info.text(T_SLIP_TYPE)) + PRINT_DOUBLE_HEIGHT + note(info.text(T_SLIP_SALE));
}

/** F60.2. */
export function batchDigits(record: TransactionRecord): Bytes {
  return digitsOf((record.fields[60] || '').substr(2)).substr(2, 6);
}

/** Batch and voucher number (F11). */
export function numberLines(info: SlipInfo, record: TransactionRecord): Bytes {
  return line(info.text(T_SLIP_BATCH), batchDigits(record)) + line(info.text(T_SLIP_VOUCHER), fixedDigits(record, 11));
}

/** Year of a day MMDD that is at most some months from today. */
function yearOf(monthDay: Bytes, today: Bytes): number {
  const year = parseInt(today.substr(0, 4), 10);
  const month = monthDay.substr(0, 2);
  const thisMonth = today.substr(4, 2);
  if (month === '12' && thisMonth < '07') return year - 1;
  return month === '01' && thisMonth === '12' ? year + 1 : year;
}

/** YYYYMMDDhhmmss as people read it. */
export function readableTime(calendar: Bytes): Bytes {
  const date = calendar.substr(0, 4) + '/' + calendar.substr(4, 2) + '/' + calendar.substr(6, 2);
  return date + ' ' + calendar.substr(8, 2) + ':' + calendar.substr(10, 2) + ':' + calendar.substr(12, 2);
}

/** When it is printed. */
export function clockLine(info: SlipInfo): Bytes {
  return line(info.text(T_SLIP_TIME), readableTime(info.now));
}

/** Date and time of the answer (F13, F12); nothing before it came. */
export function timeLine(info: SlipInfo, record: TransactionRecord): Bytes {
  const day = fixedDigits(record, 13);
  const time = fixedDigits(record, 12);
  if (day.length !== 4 || time.length !== 6) return '';
  return line(info.text(T_SLIP_TIME), readableTime(yearOf(day, info.now) + day + time));
}

/** `RMB 12.34` from F4. */
export function amountText(record: TransactionRecord): Bytes {
  const fen = fixedDigits(record, 4);
  let first = 0;
  while (first < 9 && fen.charAt(first) === '0') first++;
  return 'RMB ' + fen.substring(first, 10) + '.' + fen.substr(10);
}

/** The amount, double size where it fits. */
export function amountLines(info: SlipInfo, record: TransactionRecord): Bytes {
  const label = record.fields[39] === '10' ? T_SLIP_PARTIAL_AMOUNT : T_SLIP_AMOUNT;
  const amount = amountText(record);
  const size = amount.length > DOUBLE_COLUMNS ? PRINT_DOUBLE_HEIGHT : PRINT_DOUBLE_SIZE;
  return note(info.text(label)) + size + amount + '\n';
}

export function ending(info: SlipInfo): Bytes {
  return line(info.text(T_SLIP_HOTLINE), foreignText(info.hotline, COLUMNS)) + PRINT_CUT;
}
