/** Reads a terminal's journal out of its flash, as the next boot would, without touching the terminal. */
import type { Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import { createJournal } from '../../firmware/journal/create-journal';
import type { TransactionRecord } from '../../firmware/journal/transaction-record';
import { digitsOf } from '../../firmware/iso8583/wire-form';

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

/** A flash that holds `image` in memory: work ends when `settle` runs the alarms. */
function memoryFlash(image: Uint8Array, clock: Clock): FlashDevice {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.length);
  return {
    sizeBytes: image.length,
    sectorBytes: 4096,
    pageBytes: 256,
    read: (address, length) => bytes.toString('latin1', address, address + length),
    program: (address, data, done) => {
      for (let i = 0; i < data.length; i++) bytes[address + i] = (bytes[address + i] as number) & data.charCodeAt(i);
      clock.alarm(0, () => done(0));
    },
    erase: (address, done) => {
      bytes.fill(0xff, address, address + 4096);
      clock.alarm(0, () => done(0));
    },
  };
}

export function readJournal(image: Uint8Array): JournalView {
  const alarms: (() => void)[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    alarm: (_delayMs, callback) => alarms.push(callback),
    cancelAlarm: () => undefined,
    worked: () => undefined,
  };
  const journal = createJournal(memoryFlash(image.slice(), clock), clock);
  let fault = -1;
  let fresh = true;
  journal.mount((mountFault, isFresh) => {
    fault = mountFault;
    fresh = isFresh;
  });
  for (let i = 0; i < alarms.length && i < 100_000; i++) alarms[i]?.();
  const records = new Map<string, TransactionRecord>();
  journal.forEach((record) => {
    records.set(stanOf(record), record);
  });
  return { fault, fresh, batch: journal.batch(), owed: journal.owed(), records };
}
