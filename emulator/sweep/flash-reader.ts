/** Reads a terminal's journal out of its flash, as the next boot would, without touching the terminal. */
import type { TransactionRecord } from '../../firmware/journal/transaction-record';
import { digitsOf } from '../../firmware/iso8583/wire-form';
import { openFlashImage } from '../flash-image';

export interface JournalView {
  readonly fault: number;
  readonly fresh: boolean;
  readonly batch: string;
  readonly owed: TransactionRecord | null;
  /** Records of the batch by STAN. */
  readonly records: ReadonlyMap<string, TransactionRecord>;
}

export function stanOf(record: TransactionRecord): string {
  return digitsOf(record.fields[11] ?? '');
}

export function readJournal(sectors: readonly Uint8Array[]): JournalView {
  const { journal, fault, fresh } = openFlashImage(sectors);
  const records = new Map<string, TransactionRecord>();
  journal.forEach((record) => {
    records.set(stanOf(record), record);
  });
  return { fault, fresh, batch: journal.batch(), owed: journal.owed(), records };
}
