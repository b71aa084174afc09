/** A journal on flash that no World drives: sectors in memory, written at once, work run as soon as it is asked for. */
import type { Clock } from '../hal/bus';
import type { FlashDevice } from '../hal/devices';
import { createJournal } from '../firmware/journal/create-journal';
import type { Journal, JournalDone } from '../firmware/journal/journal';
import { SECTOR_BYTES } from './devices/spi-nor';

/** A flash made of these sectors; what is written goes to copies, which `sectors` then holds. */
function memoryFlash(sectors: Buffer[], clock: Clock): FlashDevice {
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

export interface FlashImage {
  readonly journal: Journal;
  /** Of mounting. */
  readonly fault: number;
  readonly fresh: boolean;
  /** What the flash holds now. */
  readonly sectors: readonly Buffer[];
  /** Does one mutating call and gives its fault. */
  finish(call: (done: JournalDone) => void): number;
}

/** Mounts the journal of a flash, as a boot would, without touching `shared`. */
export function openFlashImage(shared: readonly Uint8Array[]): FlashImage {
  const sectors = shared.map((sector) =>
    Buffer.isBuffer(sector) ? sector : Buffer.from(sector.buffer, sector.byteOffset, sector.length),
  );
  const alarms: (() => void)[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    alarm: (_delayMs, callback) => alarms.push(callback),
    cancelAlarm: () => undefined,
    worked: () => undefined,
  };
  const journal = createJournal(memoryFlash(sectors, clock), clock);
  const finish = (call: (done: JournalDone) => void): number => {
    let result = -1;
    call((fault) => {
      result = fault;
    });
    for (let i = 0; i < 100_000 && alarms.length > 0; i++) alarms.shift()?.();
    return result;
  };
  let fresh = true;
  const fault = finish((done) =>
    journal.mount((mountFault, isFresh) => {
      fresh = isFresh;
      done(mountFault);
    }),
  );
  return { journal, fault, fresh, sectors, finish };
}
