/**
 * Reading a record log from flash that may hold anything: records torn by a power cut, rotten bits, garbage. Never trusts
 * a length without its CRC, steps by units where nothing fits, so the work is bounded by the size of the flash; tells
 * what a power cut explains from what it does not (`lost`).
 */
import { crc32, readU16, readU32, type Bytes } from '../../hal/bytes';
import {
  CRC_BYTES,
  MARK_NOTE,
  MARK_VALUE,
  NOTE_OFFSET,
  RECORD_HEADER_BYTES,
  SECTOR_BAD,
  SECTOR_DAMAGED,
  SECTOR_FREE,
  SECTOR_HEADER_BYTES,
  SECTOR_MAGIC,
  UNIT_BYTES,
  VALUE_BYTES,
  type Log,
} from './log-format';

/** A sequence number beyond this is no honest one. */
const SEQUENCE_LIMIT = 0xf0000000;

/** The record the scan stands on. */
export interface LogRecord {
  mark: number;
  /** Units skipped before it, as it says itself. */
  gap: number;
  key: number;
  note: number;
  value: Bytes;
  /** On flash. */
  address: number;
  /** Offset in its sector where the next one may begin. */
  end: number;
}

export interface LogScan {
  readonly record: LogRecord;
  /** Finds the next good record of a sector at or after an offset and fills in `record`. */
  next(sector: number, offset: number): boolean;
  /** Reads everything, oldest first, and sets up `sequences` and `head`. True when records were lost. */
  all(visit: (record: LogRecord) => void): boolean;
}

/** True when the header of a record could be one: `rest` is what its sector holds from there on. */
function isPlausible(log: Log, header: Bytes, rest: number): boolean {
  const mark = header.charCodeAt(0);
  const length = readU16(header, 2);
  if (mark !== MARK_VALUE && (mark !== MARK_NOTE || length !== 0)) return false;
  if (length > VALUE_BYTES || RECORD_HEADER_BYTES + length + CRC_BYTES > rest) return false;
  return header.charCodeAt(RECORD_HEADER_BYTES - 1) === log.sumOf(header);
}

/** Sequence number of a good sector header, else 0. */
function sequenceIn(header: Bytes): number {
  if (header.substring(0, 4) !== SECTOR_MAGIC || crc32(header.substring(0, 12)) !== readU32(header, 12)) return 0;
  const sequence = readU32(header, 4);
  return sequence <= SEQUENCE_LIMIT ? sequence : 0;
}

function previousEndIn(header: Bytes): number {
  return readU16(header, 8);
}

function olderSectorsIn(header: Bytes): number {
  return readU16(header, 10);
}

export function createLogScan(log: Log): LogScan {
  const { flash, sequences, spanOf } = log;
  const { sectorBytes, pageBytes } = flash;
  const blankPage = '\xff'.repeat(pageBytes);
  const blankHeader = '\xff'.repeat(SECTOR_HEADER_BYTES);
  const blankRecord = blankHeader.substring(0, RECORD_HEADER_BYTES);
  const record: LogRecord = { mark: 0, gap: 0, key: 0, note: 0, value: '', address: 0, end: 0 };

  function isBlank(address: number, lengthBytes: number): boolean {
    return flash.read(address, lengthBytes) === blankPage.substring(0, lengthBytes);
  }

  /** Offset of the first written unit at or after `offset`, or the sector's end. */
  function firstWritten(sector: number, offset: number): number {
    const base = sector * sectorBytes;
    let at = offset;
    while (at < sectorBytes && isBlank(base + at, Math.min(pageBytes, sectorBytes - at))) at += pageBytes;
    while (at < sectorBytes && isBlank(base + at, UNIT_BYTES)) at += UNIT_BYTES;
    return Math.min(at, sectorBytes);
  }

  /** Offset behind the last written unit at or after `offset`; `offset` when there is none. */
  function afterWritten(sector: number, offset: number): number {
    let end = offset;
    let at = firstWritten(sector, offset);
    while (at < sectorBytes) {
      end = at + UNIT_BYTES;
      at = firstWritten(sector, end);
    }
    return end;
  }

  function take(header: Bytes, address: number, offset: number): boolean {
    const length = readU16(header, 2);
    const rest = flash.read(address + RECORD_HEADER_BYTES, length + CRC_BYTES);
    const value = rest.substring(0, length);
    if (crc32(header + value) !== readU32(rest, length)) return false;
    record.mark = header.charCodeAt(0);
    record.gap = header.charCodeAt(1);
    record.key = readU32(header, 4);
    record.note = header.charCodeAt(NOTE_OFFSET);
    record.value = value;
    record.address = address;
    record.end = offset + spanOf(length);
    return true;
  }

  function next(sector: number, offset: number): boolean {
    const base = sector * sectorBytes;
    let at = offset;
    while (at + spanOf(0) <= sectorBytes) {
      const header = flash.read(base + at, RECORD_HEADER_BYTES);
      if (isPlausible(log, header, sectorBytes - at) && take(header, base + at, at)) return true;
      at += UNIT_BYTES;
      if (header === blankRecord) at = firstWritten(sector, at);
    }
    return false;
  }

  /**
   * What lies behind the last good record is no torn write: that is a record's beginning and then nothing, or all of it
   * but some bits of its CRC's last byte.
   */
  function looksRotten(sector: number, offset: number): boolean {
    const address = sector * sectorBytes + offset;
    const header = flash.read(address, RECORD_HEADER_BYTES);
    if (isBlank(address + RECORD_HEADER_BYTES, CRC_BYTES)) return false;
    if (!isPlausible(log, header, sectorBytes - offset)) return true;
    const length = readU16(header, 2);
    const rest = flash.read(address + RECORD_HEADER_BYTES, length + CRC_BYTES);
    const expected = crc32(header + rest.substring(0, length));
    return rest.charCodeAt(length + 3) !== 0xff && expected >>> 8 !== readU32(rest, length) >>> 8;
  }

  /**
   * Sequence number of a header whose magic alone is wrong. A torn zeroing does that too, but only to the oldest sector.
   */
  function sequenceWithoutMagic(header: Bytes): number {
    return sequenceIn(SECTOR_MAGIC + header.substring(SECTOR_MAGIC.length));
  }

  /** Classes every sector by its header; returns the newest one, or -1. */
  function readHeaders(): number {
    let newest = -1;
    let doubtful = -1;
    let doubtfulSequence = 0;
    for (let sector = 0; sector < sequences.length; sector++) {
      const header = flash.read(sector * sectorBytes, SECTOR_HEADER_BYTES);
      sequences[sector] = SECTOR_FREE;
      if (header === blankHeader) continue;
      const sequence = sequenceIn(header);
      sequences[sector] = sequence;
      if (sequence > 0) {
        if (newest < 0 || sequence > sequences[newest]) newest = sector;
      } else if (header.substring(0, SECTOR_MAGIC.length) === SECTOR_MAGIC) {
        if (!isBlank(sector * sectorBytes + SECTOR_HEADER_BYTES, UNIT_BYTES)) sequences[sector] = SECTOR_DAMAGED;
      } else if (sequenceWithoutMagic(header) > doubtfulSequence) {
        doubtful = sector;
        doubtfulSequence = sequenceWithoutMagic(header);
      }
    }
    if (doubtful >= 0 && (newest < 0 || doubtfulSequence > sequences[newest])) {
      sequences[doubtful] = SECTOR_DAMAGED;
    }
    return newest;
  }

  /**
   * Where the records of a sector end, as the sector after it says: what lies behind was written, but the chip did not
   * say so in time, and the log went on without it.
   */
  function endOf(sector: number): number {
    const wanted = sequences[sector] + 1;
    for (let i = 1; i < sequences.length; i++) {
      const after = (sector + i) % sequences.length;
      if (sequences[after] === wanted) return previousEndIn(flash.read(after * sectorBytes, SECTOR_HEADER_BYTES));
    }
    return sectorBytes;
  }

  /** Visits the records of one sector; returns where the last good one ends, negative when one is missing before it. */
  function readSector(sector: number, visit: (record: LogRecord) => void): number {
    const limit = endOf(sector);
    let end = SECTOR_HEADER_BYTES;
    let lost = false;
    while (next(sector, end) && record.end <= limit) {
      if (record.address - sector * sectorBytes !== end + record.gap * UNIT_BYTES) lost = true;
      end = record.end;
      visit(record);
    }
    return lost ? -end : end;
  }

  function all(visit: (record: LogRecord) => void): boolean {
    const newest = readHeaders();
    log.sector = newest;
    if (newest < 0) return sequences.indexOf(SECTOR_DAMAGED) >= 0;
    const count = sequences.length;
    const lowest = sequences[newest] - olderSectorsIn(flash.read(newest * sectorBytes, SECTOR_HEADER_BYTES));
    let lost = false;
    let before = 0;
    let end = 0;
    for (let i = 1; i <= count; i++) {
      const sector = (newest + i) % count;
      const sequence = sequences[sector];
      if (sequence === SECTOR_DAMAGED) lost = true;
      if (sequence === SECTOR_DAMAGED || sequence === SECTOR_FREE) continue;
      if (sequence < lowest || sequence <= before) {
        if (sequence >= lowest) lost = true;
        sequences[sector] = SECTOR_BAD;
        continue;
      }
      const header = flash.read(sector * sectorBytes, SECTOR_HEADER_BYTES);
      if (before > 0 && (sequence !== before + 1 || previousEndIn(header) !== end)) lost = true;
      end = readSector(sector, visit);
      if (end < 0) lost = true;
      end = Math.abs(end);
      before = sequence;
    }
    log.validEnd = end;
    log.free = afterWritten(newest, end);
    return lost || (log.free > end && looksRotten(newest, end));
  }

  return { record, next, all };
}
