/** A journal as it is at the end of a long day. */
import { openFlashImage } from '../../emulator/flash-image';
import { RECORD_APPROVED, type TransactionRecord } from '../../firmware/journal/transaction-record';
import { answered } from '../firmware/journal/journal-model';

/** As many as a batch holds. */
export const SALES = 500;

/** As many sales as the batch holds, like the last one, both slips of each on paper, but the last: its answer never came. */
export function fillJournal(sectors: readonly Uint8Array[]): Buffer[] {
  const image = openFlashImage(sectors);
  const { journal, finish } = image;
  const sold = journal.last() as TransactionRecord;
  while (journal.count() < SALES) {
    const fields = sold.fields.map((wire, n) => (n === 11 || n === 37 || n === 39 ? undefined : wire));
    const record = { ...sold, fields, reason: '98', slipsDone: 0 };
    expect(finish((done) => journal.begin(record, done))).toBe(0);
    if (journal.count() === SALES) break;
    finish((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done));
    for (const slips of [1, 2]) finish((done) => journal.slipsDone(journal.stan(), slips, done));
  }
  return image.sectors.map((sector) => Buffer.from(sector));
}
