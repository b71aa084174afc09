/** Reads a terminal's journal out of its flash, as the next boot would, without touching the terminal. */
import type { Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import { createJournal } from '../../firmware/journal/create-journal';
import type { TransactionRecord } from '../../firmware/journal/transaction-record';
import { digitsOf } from '../../firmware/iso8583/wire-form';
import { SECTOR_BYTES } from '../devices/spi-nor';

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

/** A flash made of these sectors; what is written goes to copies. Work ends when the caller runs the alarms. */
function memoryFlash(shared: readonly Uint8Array[], clock: Clock): FlashDevice {
  const sectors = shared.map((sector) => Buffer.from(sector.buffer, sector.byteOffset, sector.length));
  const own = (address: number): Buffer => {
    const number = address >> 12;
    return (sectors[number] = Buffer.from(sectors[number]));
  };
  return {
    sizeBytes: sectors.length * SECTOR_BYTES,
    sectorBytes: SECTOR_BYTES,
    pageBytes: 256,
    read: (address, length) => {
      const from = address % SECTOR_BYTES;
      const part = sectors[address >> 12].toString('latin1', from, Math.min(from + length, SECTOR_BYTES));
      if (from + length <= SECTOR_BYTES) return part;
      return part + sectors[(address >> 12) + 1].toString('latin1', 0, from + length - SECTOR_BYTES);
    },
    program: (address, data, done) => {
      const sector = own(address);
      const from = address % SECTOR_BYTES;
      for (let i = 0; i < data.length; i++) sector[from + i] = sector[from + i] & data.charCodeAt(i);
      clock.alarm(0, () => done(0));
    },
    erase: (address, done) => {
      own(address).fill(0xff);
      clock.alarm(0, () => done(0));
    },
  };
}

export function readJournal(sectors: readonly Uint8Array[]): JournalView {
  const alarms: (() => void)[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    alarm: (_delayMs, callback) => alarms.push(callback),
    cancelAlarm: () => undefined,
    worked: () => undefined,
  };
  const journal = createJournal(memoryFlash(sectors, clock), clock);
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
