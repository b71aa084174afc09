/**
 * From one transaction of the batch to the next by STAN, so that no list of them is ever held in memory. Numbers that a
 * sign-in or an inquiry took are stepped over.
 */
import type { Journal } from '../journal/journal';
import { sixDigits, STAN_LIMIT } from '../journal/journal-state';
import { digitsOf } from '../iso8583/wire-form';
import type { TransactionRecord } from '../journal/transaction-record';

/** More numbers in a row than inquiries take between two sales. */
const MOST_SKIPPED = 1000;

/** STAN, which is the voucher number of the slips. */
export function voucherOf(record: TransactionRecord): string {
  return digitsOf(record.fields[11] || '');
}

/** The nearest transaction from `stan` on, upwards or downwards, `stan` itself included; null when there is none near. */
export function nearest(journal: Journal, stan: string, upwards: boolean): TransactionRecord | null {
  let at = parseInt(stan, 10);
  for (let skipped = 0; skipped < MOST_SKIPPED; skipped++) {
    const record = journal.find(sixDigits(at));
    if (record) return record;
    if (upwards) at = at >= STAN_LIMIT ? 1 : at + 1;
    else at = at <= 1 ? STAN_LIMIT : at - 1;
  }
  return null;
}

/** The transaction after (before) this one. The caller counts: the batch's first and last have none. */
export function neighbour(journal: Journal, record: TransactionRecord, upwards: boolean): TransactionRecord | null {
  const at = parseInt(voucherOf(record), 10);
  const next = upwards ? (at >= STAN_LIMIT ? 1 : at + 1) : at <= 1 ? STAN_LIMIT : at - 1;
  return nearest(journal, sixDigits(next), upwards);
}

/** The batch's first transaction, or null. */
export function firstOf(journal: Journal): TransactionRecord | null {
  let first: TransactionRecord | null = null;
  journal.forEach((record) => {
    first = record;
    return true;
  });
  return first;
}
