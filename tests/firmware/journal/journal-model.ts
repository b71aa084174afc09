/** What a journal shows from outside, as one string: two journals with equal strings cannot be told apart. */
import { fromHex } from '../../../hal/bytes';
import type { Journal } from '../../../firmware/journal/journal';
import { RECORD_OWED, type TransactionRecord } from '../../../firmware/journal/transaction-record';

function show(record: TransactionRecord | null): string {
  if (record === null) return 'none';
  const fields = record.fields.map((wire, n) =>
    wire === undefined ? '' : `${n}=${Buffer.from(wire, 'latin1').toString('hex')}`,
  );
  const { transaction, state, maskedPan, operator, reason, tries, slipsDone } = record;
  return [transaction, state, maskedPan, operator, reason, tries, slipsDone, ...fields.filter((f) => f)].join(',');
}

export function describeJournal(journal: Journal): string {
  const all: string[] = [];
  journal.forEach((record) => void all.push(show(record)));
  return [
    journal.batch(),
    journal.stan(),
    journal.upcomingStan(),
    journal.signedInOn(),
    journal.keysStale(),
    journal.count(),
    show(journal.owed()),
    show(journal.last()),
    journal.setting(1),
    journal.setting(2),
    ...all,
  ].join('\n');
}

/** A sale's request as it is stored; `filler` bytes in F60 make it longer. */
export function saleRecord(amount: number, filler = 7): TransactionRecord {
  const fields: (string | undefined)[] = [];
  fields[3] = '\x00\x00\x00';
  fields[4] = fromHex(String(amount).padStart(12, '0'));
  fields[22] = '\x02\x10';
  fields[41] = '10000001';
  fields[42] = '898110053310001';
  fields[49] = '156';
  fields[60] = '\x00\x13' + '\x22'.repeat(filler);
  return {
    transaction: 1,
    state: RECORD_OWED,
    fields,
    maskedPan: '622848*********8018',
    operator: '01',
    reason: '98',
    tries: 0,
    slipsDone: 0,
  };
}

/** The record with an answer's fields. */
export function answered(record: TransactionRecord, state: number, code: string): TransactionRecord {
  const fields = record.fields.slice();
  fields[12] = '\x10\x20\x30';
  fields[13] = '\x11\x25';
  fields[37] = '012345678901';
  fields[39] = code;
  fields[44] = '\x2201020000   03060000   ';
  return { ...record, fields, state };
}
