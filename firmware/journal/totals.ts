/**
 * The batch so far, counted (Q/CUP 009, settlement totals): what was charged and stands, and how many transactions are
 * not in it. Sums stay in digits: more than 2^31 fen a batch is possible.
 */
import type { Bytes } from '../../hal/bytes';
import { sixDigits } from './journal-state';
import { digitsOf } from '../iso8583/wire-form';
import type { Journal } from './journal';
import {
  RECORD_APPROVED,
  RECORD_CLEARED,
  RECORD_OWED,
  RECORD_REVERSED,
  type TransactionRecord,
} from './transaction-record';

/** Sales of one kind of card. */
export interface Side {
  count: number;
  /** Twelve digits of fen. */
  fen: Bytes;
}

export interface Totals {
  /** Cards of UnionPay, and of others (F63.1). */
  readonly domestic: Side;
  readonly foreign: Side;
  reversed: number;
  declined: number;
  /** 0 or 1. */
  owed: number;
  cleared: number;
}

const HALF = 1000000;

/** Sum of two amounts of twelve digits. */
export function addFen(a: Bytes, b: Bytes): Bytes {
  const low = parseInt(a.substr(6), 10) + parseInt(b.substr(6), 10);
  const carry = low >= HALF ? 1 : 0;
  const high = parseInt(a.substr(0, 6), 10) + parseInt(b.substr(0, 6), 10) + carry;
  return sixDigits(high) + sixDigits(low - carry * HALF);
}

function isForeign(record: TransactionRecord): boolean {
  const organisation = (record.fields[63] || '').substr(2, 3);
  return organisation !== '' && organisation !== 'CUP' && organisation !== '   ';
}

function count(totals: Totals, record: TransactionRecord): void {
  if (record.state === RECORD_APPROVED) {
    const side = isForeign(record) ? totals.foreign : totals.domestic;
    side.count++;
    side.fen = addFen(side.fen, digitsOf(record.fields[4] || ''));
  } else if (record.state === RECORD_REVERSED) totals.reversed++;
  else if (record.state === RECORD_OWED) totals.owed++;
  else if (record.state === RECORD_CLEARED) totals.cleared++;
  else totals.declined++;
}

export function totalsOf(journal: Journal): Totals {
  const totals: Totals = {
    domestic: { count: 0, fen: '000000000000' },
    foreign: { count: 0, fen: '000000000000' },
    reversed: 0,
    declined: 0,
    owed: 0,
    cleared: 0,
  };
  journal.forEach((record) => {
    count(totals, record);
  });
  return totals;
}
