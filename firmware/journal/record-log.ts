/**
 * An append-only log of keyed values on NOR flash (layout: log-format.ts): the newest record of a key counts. Sectors
 * are used in a ring, so wear spreads by itself; when free ones run short, or much is void, the oldest is emptied by
 * writing its live records again at the head, then given up by zeroing its header. A record counts only with its CRC, therefore every
 * change is as before or as after a power cut at any point. One operation at a time; `done` never comes from inside.
 * What is not needed to append a record to the sector in use: log-upkeep.ts.
 */
import { byte, crc32, readU16, readU32, u16, u32, type Bytes } from '../../hal/bytes';
import { WORK_JOURNAL_RECORD, type Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import { FAULT_JOURNAL_FULL } from '../../hal/fault';
import type { KeyIndex } from './key-index';
import {
  CRC_BYTES,
  KEY_CLEAR,
  KEY_OFFSET,
  MARK_NOTE,
  MARK_SUMMARY,
  MARK_VALUE,
  RECORD_HEADER_BYTES,
  SECTOR_DAMAGED,
  SECTOR_FREE,
  UNIT_BYTES,
  VALUE_BYTES,
  WRITE_ATTEMPTS,
  type Log,
  type LogDone,
  type Visit,
} from './log-format';
import { makeRoom, mountLog, openNext, renew } from './log-upkeep';

/** Sectors kept free, so that emptying one never lacks room, even with power cuts in the middle of it. */
const SPARE_SECTORS = 3;

export interface RecordLog {
  /** Reads the flash, piece by piece. `done` gets true when records were lost. */
  mount(visit: Visit, onProgress: ((percent: number) => void) | undefined, done: (lost: boolean) => void): void;
  /** The newest value of a key, or null. */
  get(key: number): Bytes | null;
  /** True when so many bytes more may live in the log. */
  hasRoom(bytes: number): boolean;
  /** With `reserve` a sector more than needed is kept free, or it is `FAULT_JOURNAL_FULL`. */
  put(key: number, note: number, value: Bytes, reserve: boolean, done: LogDone): void;
  /** Notes a number 0–255 on a key that is there. */
  putNote(key: number, note: number, done: LogDone): void;
  /** Writes `KEY_CLEAR`: from then on the log is empty. */
  clear(done: LogDone): void;
  /** Empties every sector in use but a new head; what was damaged or cleared is gone from the flash then. */
  renew(done: LogDone): void;
  /** Keys from `first` to `last`, but `kept`. */
  forget(first: number, last: number, kept: number): void;
}

/** Bytes a record of `valueBytes` takes from its sector. */
function spanOf(valueBytes: number): number {
  return (RECORD_HEADER_BYTES + valueBytes + CRC_BYTES + UNIT_BYTES - 1) & ~(UNIT_BYTES - 1);
}

/** One wrong bit of the nine bytes always shows in it. */
function sumOf(header: Bytes): number {
  let sum = 0;
  for (let i = 0; i < RECORD_HEADER_BYTES - 1; i++) sum += header.charCodeAt(i);
  return sum & 255;
}

function frameRecord(mark: number, gap: number, key: number, note: number, value: Bytes): Bytes {
  const header = byte(mark) + byte(gap) + u16(value.length) + u32(key) + byte(note);
  const body = header + byte(sumOf(header)) + value;
  return body + u32(crc32(body));
}

export function createRecordLog(flash: FlashDevice, clock: Clock, sectorCount: number, index: KeyIndex): RecordLog {
  const { sectorBytes, pageBytes } = flash;
  const sequences = new Uint32Array(sectorCount);
  const log: Log = {
    flash,
    clock,
    index,
    sequences,
    sector: -1,
    validEnd: 0,
    free: 0,
    liveBytes: 0,
    failedInARow: 0,
    isPlain: true,
    noted: [],
    append,
    program,
    remember,
    spanOf,
    sumOf,
  };

  /** Free sectors between the head and the oldest one, counted up to `enough`. */
  function countFree(enough: number): number {
    let free = 0;
    for (let i = 1; i <= sectorCount && free < enough; i++) {
      const sequence = sequences[(log.sector + i) % sectorCount];
      if (sequence === SECTOR_FREE) free++;
      else if (sequence < SECTOR_DAMAGED) return free;
    }
    return free;
  }

  function valueLength(unit: number): number {
    return readU16(flash.read(unit * UNIT_BYTES + 2, 2), 0);
  }

  function remember(mark: number, key: number, unit: number, note: number, length: number): boolean {
    if (mark === MARK_SUMMARY) return true;
    const slot = index.slotOf(key);
    const before = slot < 0 ? -1 : index.units[slot];
    if (mark === MARK_NOTE) {
      if (before >= 0 && ((before ^ unit) * UNIT_BYTES) / sectorBytes >= 1) log.noted.push(key);
      return before < 0 || index.set(key, before, note);
    }
    if (before >= 0) log.liveBytes -= spanOf(valueLength(before));
    log.liveBytes += spanOf(length);
    return index.set(key, unit, note);
  }

  function forget(first: number, last: number, kept: number): void {
    const from = index.slotFrom(first);
    const to = index.slotFrom(last + 1);
    const slot = index.slotOf(kept);
    const keeps = slot >= from && slot < to;
    if (to - from === 1 && !keeps) log.liveBytes -= spanOf(valueLength(index.units[from]));
    index.move(to, keeps ? slot + 1 : from);
    if (keeps) index.move(slot, from);
    if (to - from < 2) return;
    // Few are left, of many.
    log.liveBytes = 0;
    for (let left = 0; left < index.count(); left++) log.liveBytes += spanOf(valueLength(index.units[left]));
  }

  function program(address: number, bytes: Bytes, done: LogDone): void {
    const length = Math.min(bytes.length, pageBytes - (address % pageBytes));
    flash.program(address, bytes.substring(0, length), (fault) => {
      if (fault || length === bytes.length) done(fault);
      else program(address + length, bytes.substring(length), done);
    });
  }

  function append(mark: number, key: number, note: number, value: Bytes, attempts: number, done: LogDone): void {
    const span = spanOf(value.length);
    if (log.sector < 0 || log.free + span > sectorBytes) {
      openNext(log, (fault) => {
        if (fault) done(fault);
        else append(mark, key, note, value, attempts, done);
      });
      return;
    }
    const address = log.sector * sectorBytes + log.free;
    const gap = (log.free - log.validEnd) / UNIT_BYTES;
    log.free += span;
    clock.worked(WORK_JOURNAL_RECORD);
    program(address, frameRecord(mark, gap, key, note, value), (fault) => {
      if (!fault) {
        log.validEnd = log.free;
        if (key === KEY_CLEAR) log.isPlain = false;
        done(
          key === KEY_CLEAR || remember(mark, key, address / UNIT_BYTES, note, value.length) ? 0 : FAULT_JOURNAL_FULL,
        );
        return;
      }
      // These cells are worn, or it was written and the chip is late to say so: go on in another sector.
      log.free = sectorBytes;
      if (attempts > 1) append(mark, key, note, value, attempts - 1, done);
      else done(fault);
    });
  }

  function write(mark: number, key: number, note: number, value: Bytes, reserve: boolean, done: LogDone): void {
    const opens = log.sector >= 0 && log.free + spanOf(value.length) > sectorBytes;
    const target = opens || reserve ? SPARE_SECTORS + (opens ? 1 : 0) + (reserve ? 1 : 0) : 0;
    if (!opens && (log.sector < 0 || target === 0 || countFree(target) >= target)) {
      append(mark, key, note, value, WRITE_ATTEMPTS, done);
      return;
    }
    makeRoom(log, target, countFree, opens, reserve, (fault) => {
      if (fault) done(fault);
      else append(mark, key, note, value, WRITE_ATTEMPTS, done);
    });
  }

  return {
    mount: (visit, onProgress, done) => mountLog(log, visit, onProgress, done),
    get: (key) => {
      const slot = index.slotOf(key);
      if (slot < 0) return null;
      const address = index.units[slot] * UNIT_BYTES;
      const length = valueLength(index.units[slot]);
      if (length > VALUE_BYTES) return null;
      const framed = flash.read(address, RECORD_HEADER_BYTES + length + CRC_BYTES);
      const end = RECORD_HEADER_BYTES + length;
      return crc32(framed.substring(0, end)) === readU32(framed, end) && readU32(framed, KEY_OFFSET) === key
        ? framed.substring(RECORD_HEADER_BYTES, end)
        : null;
    },
    hasRoom: (bytes) =>
      log.liveBytes + bytes <= ((sectorCount - SPARE_SECTORS - 2) * (sectorBytes - spanOf(VALUE_BYTES)) * 3) >> 2,
    put: (key, note, value, reserve, done) => write(MARK_VALUE, key, note, value, reserve, done),
    putNote: (key, note, done) => write(MARK_NOTE, key, note, '', false, done),
    clear: (done) =>
      write(MARK_VALUE, KEY_CLEAR, 0, '', false, (fault) => {
        if (!fault) {
          index.move(index.count(), 0);
          log.liveBytes = 0;
        }
        done(fault);
      }),
    renew: (done) => renew(log, done),
    forget,
  };
}
