/**
 * What keeps a record log going and is seldom needed: reading it after power-on, opening the next sector, emptying old ones.
 * Functions over the log's own state (record-log.ts), kept by nobody, so that a small engine has them only while they work.
 */
import { crc32, u16, u32, type Bytes } from '../../hal/bytes';
import { FAULT_FLASH, FAULT_JOURNAL_FULL, FAULT_NONE } from '../../hal/fault';
import {
  KEY_CLEAR,
  MARK_SUMMARY,
  MARK_VALUE,
  NOTE_OFFSET,
  SECTOR_BAD,
  SECTOR_DAMAGED,
  SECTOR_FREE,
  SECTOR_HEADER_BYTES,
  SECTOR_MAGIC,
  UNIT_BYTES,
  WRITE_ATTEMPTS,
  type Log,
  type LogDone,
  type Visit,
} from './log-format';
import { createLogScan, type LogScan } from './log-scan';
import { isKey, summaryOf, takeSummary } from './log-summary';

const UNTRIMMED_SECTORS = 8;
/** Sectors wear out one by one: when so many fail one after the other it is the chip that does not answer. */
const DEAD_CHIP_SECTORS = 4;
const zeroHeader = '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';

function isLiveSector(log: Log, sector: number): boolean {
  const sequence = log.sequences[sector];
  return sequence !== SECTOR_FREE && sequence < SECTOR_DAMAGED;
}

/** The free sector to use next, or -1. */
function nextFree(log: Log): number {
  const sectorCount = log.sequences.length;
  for (let i = 1; i <= sectorCount; i++) {
    const sector = (log.sector + i) % sectorCount;
    if (log.sequences[sector] === SECTOR_FREE) return sector;
    if (isLiveSector(log, sector)) return -1;
  }
  return -1;
}

function oldest(log: Log): number {
  const sectorCount = log.sequences.length;
  for (let i = 1; i < sectorCount; i++) {
    const sector = (log.sector + i) % sectorCount;
    if (isLiveSector(log, sector)) return sector;
  }
  return log.sector;
}

function frameSector(sequence: number, previousEnd: number, olderSectors: number): Bytes {
  const body = SECTOR_MAGIC + u32(sequence) + u16(previousEnd) + u16(olderSectors);
  return body + u32(crc32(body));
}

/** A chip that fails altogether may come back: what it made look worn is tried again then. */
function forgetBad({ sequences }: Log): void {
  for (let sector = 0; sector < sequences.length; sector++)
    if (sequences[sector] === SECTOR_BAD) sequences[sector] = SECTOR_FREE;
}

/** Makes the next free sector the head; one that fails is left aside. */
export function openNext(log: Log, done: LogDone): void {
  const { flash, sequences } = log;
  const address = nextFree(log) * flash.sectorBytes;
  if (address < 0) {
    log.clock.alarm(0, () => done(FAULT_JOURNAL_FULL));
    return;
  }
  const sector = address / flash.sectorBytes;
  const newest = log.sector < 0 ? 0 : sequences[log.sector];
  const older = log.sector < 0 ? 0 : newest + 1 - sequences[oldest(log)];
  const failed = (goOn: () => void): void => {
    log.failedInARow++;
    if (log.failedInARow < DEAD_CHIP_SECTORS) goOn();
    else {
      log.failedInARow = 0;
      forgetBad(log);
      done(FAULT_FLASH);
    }
  };
  const bad = (): void => {
    sequences[sector] = SECTOR_BAD;
    failed(() => openNext(log, done));
  };
  const good = (): void => {
    log.failedInARow = 0;
    done(FAULT_NONE);
  };
  flash.erase(address, (eraseFault) => {
    if (eraseFault) bad();
    else
      log.program(address, frameSector(newest + 1, log.validEnd, older), (fault) => {
        if (fault) {
          // The chip may only be late to say that it is written: two sectors of one number would be damage to the next start.
          log.program(address, zeroHeader, bad);
          return;
        }
        const summary = log.sector < 0 ? '' : summaryOf(log, log.sector, log.validEnd);
        sequences[sector] = newest + 1;
        log.sector = sector;
        log.validEnd = log.free = SECTOR_HEADER_BYTES;
        log.isPlain = true;
        log.noted = [];
        if (!summary) good();
        // Where that fails the sector is left for the next one, as ever.
        else
          log.append(MARK_SUMMARY, newest, 0, summary, 1, (unsaid) =>
            unsaid ? failed(() => done(FAULT_NONE)) : good(),
          );
      });
  });
}

/** Whether the record the scan stands on must be kept when its sector is emptied. */
function isLive({ flash, index }: Log, { record }: LogScan): boolean {
  const slot = record.mark === MARK_SUMMARY ? -1 : index.slotOf(record.key);
  if (slot < 0) return false;
  const unit = index.units[slot];
  if (record.mark === MARK_VALUE) return unit === record.address / UNIT_BYTES;
  const noted = flash.read(unit * UNIT_BYTES + NOTE_OFFSET, 1).charCodeAt(0);
  return record.note === (index.entries[slot] & 255) && record.note !== noted;
}

function giveUp(log: Log, sector: number, done: LogDone): void {
  const { flash, sequences } = log;
  const address = sector * flash.sectorBytes;
  log.program(address, zeroHeader, (fault) => {
    if (!fault) {
      sequences[sector] = SECTOR_FREE;
      done(FAULT_NONE);
    } else
      flash.erase(address, (eraseFault) => {
        sequences[sector] = eraseFault ? SECTOR_BAD : SECTOR_FREE;
        done(FAULT_NONE);
      });
  });
}

/** Writes the live records of a sector from `offset` on again at the head, then gives the sector up. */
function empty(log: Log, scan: LogScan, sector: number, offset: number, done: LogDone): void {
  const { index } = log;
  let at = offset;
  while (scan.next(sector, at)) {
    const { mark, key, value, end } = scan.record;
    at = end;
    if (!isLive(log, scan)) continue;
    log.append(mark, key, index.entries[index.slotOf(key)] & 255, value, WRITE_ATTEMPTS, (fault) => {
      if (fault) done(fault);
      else empty(log, scan, sector, end, done);
    });
    return;
  }
  giveUp(log, sector, done);
}

function emptyAll(log: Log, sector: number, done: LogDone): void {
  empty(log, createLogScan(log), sector, SECTOR_HEADER_BYTES, done);
}

/** Empties the oldest sectors until so many are free; `done` may come at once. */
function freeUp(
  log: Log,
  target: number,
  countFree: (enough: number) => number,
  sectorsLeft: number,
  done: LogDone,
): void {
  const sector = oldest(log);
  if (countFree(target) >= target) done(FAULT_NONE);
  else if (sectorsLeft === 0 || sector === log.sector) done(FAULT_JOURNAL_FULL);
  else
    emptyAll(log, sector, (fault) => {
      if (fault) done(fault);
      else freeUp(log, target, countFree, sectorsLeft - 1, done);
    });
}

/** Gives up old sectors beyond twice what lives, so that reading the log after power-on stays short. */
function trim(log: Log, sectorsLeft: number, done: () => void): void {
  let used = 0;
  if (sectorsLeft === 0) {
    done();
    return;
  }
  for (let sector = 0; sector < log.sequences.length; sector++) if (isLiveSector(log, sector)) used++;
  if (used <= UNTRIMMED_SECTORS + (2 * log.liveBytes) / log.flash.sectorBytes) done();
  else emptyAll(log, oldest(log), (fault) => (fault ? done() : trim(log, sectorsLeft - 1, done)));
}

/**
 * Sees to it that so many sectors are free before a record is written; when it opens one, also to it that not too many are in use.
 * With `reserve` it is `FAULT_JOURNAL_FULL` when that is in vain. `done` may come at once where it is 0.
 */
export function makeRoom(
  log: Log,
  target: number,
  countFree: (enough: number) => number,
  opens: boolean,
  reserve: boolean,
  done: LogDone,
): void {
  freeUp(log, target, countFree, log.sequences.length, (fault) => {
    if (fault && reserve) log.clock.alarm(0, () => done(fault));
    else trim(log, opens ? 2 : 0, () => done(FAULT_NONE));
  });
}

/** Empties every sector in use but a new head; what was damaged or cleared is gone from the flash then. */
export function renew(log: Log, done: LogDone): void {
  const { sequences } = log;
  const sequence = log.sector < 0 ? 0 : sequences[log.sector];
  const upTo = (): void => {
    const sector = oldest(log);
    if (sector === log.sector || sequences[sector] > sequence) done(FAULT_NONE);
    else emptyAll(log, sector, (fault) => (fault ? done(fault) : upTo()));
  };
  const giveUpDamaged = (): void => {
    const damaged = sequences.indexOf(SECTOR_DAMAGED);
    if (damaged >= 0) giveUp(log, damaged, giveUpDamaged);
    else openNext(log, (fault) => (fault ? done(fault) : upTo()));
  };
  giveUpDamaged();
}

/** `RecordLog.mount`. */
export function mountLog(
  log: Log,
  visit: Visit,
  onProgress: ((percent: number) => void) | undefined,
  done: (lost: boolean) => void,
): void {
  let overflow = false;
  const forgetAll = (): void => {
    log.index.move(log.index.count(), 0);
    log.liveBytes = 0;
  };
  forgetAll();
  createLogScan(log).all({
    visit: ({ mark, key, address, note, value }) => {
      if (mark === MARK_SUMMARY) return;
      if (mark === MARK_VALUE && key === KEY_CLEAR) {
        forgetAll();
        log.isPlain = false;
      } else if (!isKey(key)) return;
      else if (!log.remember(mark, key, address / UNIT_BYTES, note, value.length)) overflow = true;
      if (mark === MARK_VALUE) visit(key, value);
    },
    summary: (sector, text, summary) => {
      if (!takeSummary(log, sector, text, summary, visit)) overflow = true;
    },
    onProgress,
    done: (lost) => {
      if (lost || overflow) log.isPlain = false;
      done(lost || overflow);
    },
  });
}
