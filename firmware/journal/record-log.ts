/**
 * An append-only log of keyed values on NOR flash (layout: log-format.ts): the newest record of a key counts. Sectors
 * are used in a ring, so wear spreads by itself; when free ones run short, or much is void, the oldest is emptied by
 * writing its live records again at the head, then given up by zeroing its header. A record counts only with its CRC, therefore every
 * change is as before or as after a power cut at any point. One operation at a time; `done` never comes from inside.
 */
import { crc32, readU16, readU32, type Bytes } from '../../hal/bytes';
import { WORK_JOURNAL_RECORD, type Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import { FAULT_FLASH, FAULT_JOURNAL_FULL, FAULT_NONE } from '../../hal/fault';
import type { KeyIndex } from './key-index';
import {
  CRC_BYTES,
  frameRecord,
  frameSector,
  MARK_NOTE,
  MARK_VALUE,
  NOTE_OFFSET,
  RECORD_HEADER_BYTES,
  recordSpan,
  SECTOR_HEADER_BYTES,
  UNIT_BYTES,
  VALUE_BYTES,
} from './log-format';
import { createLogScan, SECTOR_BAD, SECTOR_DAMAGED, SECTOR_FREE, type LogHead } from './log-scan';

export type LogDone = (fault: number) => void;

/** A record of this key empties the log. */
export const KEY_CLEAR = 0;

/** Sectors kept free, so that emptying one never lacks room, even with power cuts in the middle of it. */
const SPARE_SECTORS = 3;
const UNTRIMMED_SECTORS = 8;
const WRITE_ATTEMPTS = 3;
/** Sectors wear out one by one: when so many fail one after the other it is the chip that does not answer. */
const DEAD_CHIP_SECTORS = 4;
const zeroHeader = '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';

export interface RecordLog {
  /**
   * Reads the flash. `visit` sees every good record of a value in the order of writing (a `KEY_CLEAR` one with ''),
   * when it is in the index. Returns true when records were lost.
   */
  mount(visit: (key: number, value: Bytes) => void): boolean;
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
  forget(keep: (key: number) => boolean): void;
}

export function createRecordLog(flash: FlashDevice, clock: Clock, sectorCount: number, index: KeyIndex): RecordLog {
  const { sectorBytes, pageBytes } = flash;
  const sequences = new Uint32Array(sectorCount);
  const head: LogHead = { sector: -1, validEnd: 0, free: 0 };
  const scan = createLogScan(flash, sequences, head);
  let failedInARow = 0;
  let liveBytes = 0;

  function isLiveSector(sector: number): boolean {
    const sequence = sequences[sector];
    return sequence !== SECTOR_FREE && sequence < SECTOR_DAMAGED;
  }

  /** The free sector to use next, or -1. */
  function nextFree(): number {
    for (let i = 1; i <= sectorCount; i++) {
      const sector = (head.sector + i) % sectorCount;
      if (sequences[sector] === SECTOR_FREE) return sector;
      if (isLiveSector(sector)) return -1;
    }
    return -1;
  }

  /** Free sectors between the head and the oldest one. */
  function countFree(): number {
    let free = 0;
    for (let i = 1; i <= sectorCount; i++) {
      const sector = (head.sector + i) % sectorCount;
      if (isLiveSector(sector)) return free;
      if (sequences[sector] === SECTOR_FREE) free++;
    }
    return free;
  }

  function oldest(): number {
    for (let i = 1; i < sectorCount; i++) {
      const sector = (head.sector + i) % sectorCount;
      if (isLiveSector(sector)) return sector;
    }
    return head.sector;
  }

  function valueLength(unit: number): number {
    return readU16(flash.read(unit * UNIT_BYTES + 2, 2), 0);
  }

  function remember(mark: number, key: number, unit: number, note: number, length: number): boolean {
    const slot = index.slotOf(key);
    if (mark === MARK_NOTE) return slot < 0 || index.set(key, index.unitAt(slot), note);
    if (slot >= 0) liveBytes -= recordSpan(valueLength(index.unitAt(slot)));
    liveBytes += recordSpan(length);
    return index.set(key, unit, note);
  }

  function forget(keep: (key: number) => boolean): void {
    index.retain((key, unit) => {
      if (keep(key)) return true;
      liveBytes -= recordSpan(valueLength(unit));
      return false;
    });
  }

  function forgetAll(): void {
    index.retain(() => false);
    liveBytes = 0;
  }

  function program(address: number, bytes: Bytes, done: LogDone): void {
    const length = Math.min(bytes.length, pageBytes - (address % pageBytes));
    flash.program(address, bytes.substring(0, length), (fault) => {
      if (fault || length === bytes.length) done(fault);
      else program(address + length, bytes.substring(length), done);
    });
  }

  /** A chip that fails altogether may come back: what it made look worn is tried again then. */
  function forgetBad(): void {
    for (let sector = 0; sector < sectorCount; sector++)
      if (sequences[sector] === SECTOR_BAD) sequences[sector] = SECTOR_FREE;
  }

  /** Makes the next free sector the head; one that fails is left aside. */
  function openNext(done: LogDone): void {
    const sector = nextFree();
    if (sector < 0) {
      clock.alarm(0, () => done(FAULT_JOURNAL_FULL));
      return;
    }
    const newest = head.sector < 0 ? 0 : sequences[head.sector];
    const older = head.sector < 0 ? 0 : newest + 1 - sequences[oldest()];
    const bad = (): void => {
      sequences[sector] = SECTOR_BAD;
      failedInARow++;
      if (failedInARow < DEAD_CHIP_SECTORS) openNext(done);
      else {
        failedInARow = 0;
        forgetBad();
        done(FAULT_FLASH);
      }
    };
    flash.erase(sector * sectorBytes, (eraseFault) => {
      if (eraseFault) bad();
      else
        program(sector * sectorBytes, frameSector(newest + 1, head.validEnd, older), (fault) => {
          if (fault) {
            bad();
            return;
          }
          failedInARow = 0;
          sequences[sector] = newest + 1;
          head.sector = sector;
          head.validEnd = head.free = SECTOR_HEADER_BYTES;
          done(FAULT_NONE);
        });
    });
  }

  function append(mark: number, key: number, note: number, value: Bytes, attempts: number, done: LogDone): void {
    const span = recordSpan(value.length);
    if (head.sector < 0 || head.free + span > sectorBytes) {
      openNext((fault) => {
        if (fault) done(fault);
        else append(mark, key, note, value, attempts, done);
      });
      return;
    }
    const address = head.sector * sectorBytes + head.free;
    const gap = (head.free - head.validEnd) / UNIT_BYTES;
    head.free += span;
    clock.worked(WORK_JOURNAL_RECORD);
    program(address, frameRecord(mark, gap, key, note, value), (fault) => {
      if (!fault) {
        head.validEnd = head.free;
        done(
          key === KEY_CLEAR || remember(mark, key, address / UNIT_BYTES, note, value.length) ? 0 : FAULT_JOURNAL_FULL,
        );
        return;
      }
      // These cells are worn, or it was written and the chip is late to say so: go on in another sector.
      head.free = sectorBytes;
      if (attempts > 1) append(mark, key, note, value, attempts - 1, done);
      else done(fault);
    });
  }

  /** Whether the record the scan stands on must be kept when its sector is emptied. */
  function isLive(): boolean {
    const { record } = scan;
    const slot = record.key === KEY_CLEAR ? -1 : index.slotOf(record.key);
    if (slot < 0) return false;
    const unit = index.unitAt(slot);
    if (record.mark === MARK_VALUE) return unit === record.address / UNIT_BYTES;
    const noted = flash.read(unit * UNIT_BYTES + NOTE_OFFSET, 1).charCodeAt(0);
    return record.note === index.noteAt(slot) && record.note !== noted;
  }

  function giveUp(sector: number, done: LogDone): void {
    program(sector * sectorBytes, zeroHeader, (fault) => {
      if (!fault) sequences[sector] = SECTOR_FREE;
      if (!fault) done(FAULT_NONE);
      else
        flash.erase(sector * sectorBytes, (eraseFault) => {
          sequences[sector] = eraseFault ? SECTOR_BAD : SECTOR_FREE;
          done(FAULT_NONE);
        });
    });
  }

  /** Writes the live records of a sector from `offset` on again at the head, then gives the sector up. */
  function empty(sector: number, offset: number, done: LogDone): void {
    let at = offset;
    while (scan.next(sector, at)) {
      const { mark, key, value, end } = scan.record;
      at = end;
      if (!isLive()) continue;
      append(mark, key, index.noteAt(index.slotOf(key)), value, WRITE_ATTEMPTS, (fault) => {
        if (fault) done(fault);
        else empty(sector, end, done);
      });
      return;
    }
    giveUp(sector, done);
  }

  /** Empties the oldest sectors until so many are free; `done` may come at once. */
  function makeRoom(target: number, sectorsLeft: number, done: LogDone): void {
    if (countFree() >= target) {
      done(FAULT_NONE);
      return;
    }
    const sector = oldest();
    if (sectorsLeft === 0 || sector === head.sector) {
      done(FAULT_JOURNAL_FULL);
      return;
    }
    empty(sector, SECTOR_HEADER_BYTES, (fault) => {
      if (fault) done(fault);
      else makeRoom(target, sectorsLeft - 1, done);
    });
  }

  /** Gives up old sectors beyond twice what lives, so that reading the log after power-on stays short. */
  function trim(sectorsLeft: number, done: () => void): void {
    let used = 0;
    for (let sector = 0; sector < sectorCount; sector++) if (isLiveSector(sector)) used++;
    if (sectorsLeft === 0 || used <= UNTRIMMED_SECTORS + (2 * liveBytes) / sectorBytes) done();
    else empty(oldest(), SECTOR_HEADER_BYTES, (fault) => (fault ? done() : trim(sectorsLeft - 1, done)));
  }

  function write(mark: number, key: number, note: number, value: Bytes, reserve: boolean, done: LogDone): void {
    const opens = head.sector >= 0 && head.free + recordSpan(value.length) > sectorBytes;
    const target = opens || reserve ? SPARE_SECTORS + (opens ? 1 : 0) + (reserve ? 1 : 0) : 0;
    makeRoom(head.sector < 0 ? 0 : target, sectorCount, (fault) => {
      if (fault && reserve) clock.alarm(0, () => done(fault));
      else trim(opens ? 2 : 0, () => append(mark, key, note, value, WRITE_ATTEMPTS, done));
    });
  }

  function giveUpDamaged(done: () => void): void {
    const damaged = sequences.indexOf(SECTOR_DAMAGED);
    if (damaged < 0) done();
    else giveUp(damaged, () => giveUpDamaged(done));
  }

  function renewUpTo(sequence: number, done: LogDone): void {
    const sector = oldest();
    if (sector === head.sector || sequences[sector] > sequence) done(FAULT_NONE);
    else empty(sector, SECTOR_HEADER_BYTES, (fault) => (fault ? done(fault) : renewUpTo(sequence, done)));
  }

  return {
    mount: (visit) => {
      forgetAll();
      let overflow = false;
      const lost = scan.all((record) => {
        if (record.key === KEY_CLEAR) forgetAll();
        else if (!remember(record.mark, record.key, record.address / UNIT_BYTES, record.note, record.value.length))
          overflow = true;
        if (record.mark === MARK_VALUE) visit(record.key, record.value);
      });
      return lost || overflow;
    },
    get: (key) => {
      const slot = index.slotOf(key);
      if (slot < 0) return null;
      const address = index.unitAt(slot) * UNIT_BYTES;
      const length = valueLength(index.unitAt(slot));
      if (length > VALUE_BYTES) return null;
      const framed = flash.read(address, RECORD_HEADER_BYTES + length + CRC_BYTES);
      const end = RECORD_HEADER_BYTES + length;
      return crc32(framed.substring(0, end)) === readU32(framed, end)
        ? framed.substring(RECORD_HEADER_BYTES, end)
        : null;
    },
    hasRoom: (bytes) =>
      liveBytes + bytes <= ((sectorCount - SPARE_SECTORS - 2) * (sectorBytes - recordSpan(VALUE_BYTES)) * 3) >> 2,
    put: (key, note, value, reserve, done) => write(MARK_VALUE, key, note, value, reserve, done),
    putNote: (key, note, done) => write(MARK_NOTE, key, note, '', false, done),
    clear: (done) =>
      write(MARK_VALUE, KEY_CLEAR, 0, '', false, (fault) => {
        if (!fault) forgetAll();
        done(fault);
      }),
    renew: (done) => {
      const sequence = head.sector < 0 ? 0 : sequences[head.sector];
      giveUpDamaged(() => openNext((fault) => (fault ? done(fault) : renewUpTo(sequence, done))));
    },
    forget,
  };
}
