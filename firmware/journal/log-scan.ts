/**
 * Reading a record log from flash that may hold anything: records torn by a power cut, rotten bits, garbage. Never trusts
 * a length without its CRC, steps by units where nothing fits, so the work is bounded by the size of the flash; tells
 * what a power cut explains from what it does not (`lost`). A sector is read at once, many of them in steps from alarms: keys and
 * watchdog have their turn meanwhile.
 */
import { crc32, readU16, readU32, type Bytes } from '../../hal/bytes';
import { WORK_JOURNAL_SCAN } from '../../hal/bus';
import {
  CRC_BYTES,
  KEY_OFFSET,
  MARK_NOTE,
  MARK_SUMMARY,
  MARK_VALUE,
  NOTE_OFFSET,
  RECORD_HEADER_BYTES,
  SECTOR_BAD,
  SECTOR_DAMAGED,
  SECTOR_FREE,
  SECTOR_HEADER_BYTES,
  SECTOR_MAGIC,
  SUMMARY_BYTES,
  UNIT_BYTES,
  VALUE_BYTES,
  type Log,
} from './log-format';

/** A sequence number beyond this is no honest one. */
const SEQUENCE_LIMIT = 0xf0000000;
/** Work of a step; a board does it in a quarter of a second. */
const WORK_A_STEP = 32;
const HEADERS_A_STEP = 64;
/** In records that are read one by one. */
const WORK_OF_SECTOR = 8;

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

/** Who reads everything. */
export interface LogReader {
  visit(record: LogRecord): void;
  /** A sector's text and a summary that fits it. */
  summary(sector: number, text: Bytes, summary: Bytes): void;
  onProgress?: (percent: number) => void;
  /** True when records were lost. */
  done(lost: boolean): void;
}

export interface LogScan {
  readonly record: LogRecord;
  /** Finds the next good record of a sector at or after an offset and fills in `record`. */
  next(sector: number, offset: number): boolean;
  /** Reads everything, oldest first, and sets up `sequences` and `head`. */
  all(reader: LogReader): void;
}

function isMark(mark: number): boolean {
  return mark === MARK_VALUE || mark === MARK_NOTE || mark === MARK_SUMMARY;
}

/** True when the header of a record could be one: `rest` is what its sector holds from there on. */
function isPlausible(log: Log, header: Bytes, rest: number): boolean {
  const mark = header.charCodeAt(0);
  const length = readU16(header, 2);
  if (!isMark(mark) || (mark === MARK_NOTE && length !== 0)) return false;
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
  const { flash, clock, sequences, spanOf } = log;
  const { sectorBytes, pageBytes } = flash;
  const blankPage = '\xff'.repeat(pageBytes);
  const blankHeader = blankPage.substring(0, SECTOR_HEADER_BYTES);
  const record: LogRecord = { mark: 0, gap: 0, key: 0, note: 0, value: '', address: 0, end: 0 };
  /** The sector that was read last, and what it holds. */
  let held = -1;
  let text = '';
  /** Sectors. */
  let used = 0;

  function hold(sector: number): void {
    if (held === sector) return;
    // One at a time: it is a tenth of what a sale takes.
    text = '';
    text = flash.read(sector * sectorBytes, sectorBytes);
    held = sector;
  }

  /** Of the sector held. */
  function isBlank(at: number, lengthBytes: number): boolean {
    return text.substr(at, lengthBytes) === blankPage.substring(0, lengthBytes);
  }

  /** Offset of the first written unit of the sector held at or after `offset`, or its end. */
  function firstWritten(offset: number): number {
    let at = offset;
    while (at < sectorBytes && isBlank(at, Math.min(pageBytes, sectorBytes - at))) at += pageBytes;
    while (at < sectorBytes && isBlank(at, UNIT_BYTES)) at += UNIT_BYTES;
    return Math.min(at, sectorBytes);
  }

  /** Offset behind the last written unit of the sector held at or after `offset`; `offset` when there is none. */
  function afterWritten(offset: number): number {
    let end = offset;
    let at = firstWritten(offset);
    while (at < sectorBytes) {
      end = at + UNIT_BYTES;
      at = firstWritten(end);
    }
    return end;
  }

  /** Takes the record that begins at an offset of `bytes`, if that is a good one. */
  function take(bytes: Bytes, at: number): boolean {
    const length = readU16(bytes, at + 2);
    const end = at + RECORD_HEADER_BYTES + length;
    if (length > VALUE_BYTES || crc32(bytes.substring(at, end)) !== readU32(bytes, end)) return false;
    record.mark = bytes.charCodeAt(at);
    record.gap = bytes.charCodeAt(at + 1);
    record.key = readU32(bytes, at + KEY_OFFSET);
    record.note = bytes.charCodeAt(at + NOTE_OFFSET);
    record.value = bytes.substring(at + RECORD_HEADER_BYTES, end);
    record.end = at + spanOf(length);
    return record.end <= sectorBytes && (record.mark !== MARK_NOTE || length === 0);
  }

  function next(sector: number, offset: number): boolean {
    let at = offset;
    hold(sector);
    while (at + UNIT_BYTES <= sectorBytes) {
      const mark = text.charCodeAt(at);
      if (isMark(mark) && take(text, at)) {
        record.address = sector * sectorBytes + at;
        return true;
      }
      at += UNIT_BYTES;
      if (mark === 0xff) at = firstWritten(at);
    }
    return false;
  }

  /** What lies at `offset` of the sector held, up to `to`, is no torn write: that is its beginning, or all but bits of its last byte. */
  function isRotten(offset: number, to: number): boolean {
    if (isBlank(offset + RECORD_HEADER_BYTES, CRC_BYTES)) return false;
    const end = offset + RECORD_HEADER_BYTES + readU16(text, offset + 2);
    if (!isPlausible(log, text.substr(offset, RECORD_HEADER_BYTES), sectorBytes - offset)) return true;
    if (end + CRC_BYTES > to || text.charCodeAt(end + 3) === 0xff) return false;
    return crc32(text.substring(offset, end)) >>> 8 !== readU32(text, end) >>> 8;
  }

  /**
   * What lies behind the last good record of the sector held, at `offset`, is no torn writes. Where the power went several times the
   * later ones stand in what the first one would have taken: each says how far it is behind the last good record.
   */
  function looksRotten(offset: number): boolean {
    let from = offset;
    for (let at = offset + UNIT_BYTES; at < log.free; at += UNIT_BYTES) {
      if (!isMark(text.charCodeAt(at)) || text.charCodeAt(at + 1) * UNIT_BYTES !== at - offset) continue;
      const isBegun = isBlank(at + RECORD_HEADER_BYTES, UNIT_BYTES - RECORD_HEADER_BYTES);
      if (!isBegun && !isPlausible(log, text.substr(at, RECORD_HEADER_BYTES), sectorBytes - at)) continue;
      if (isRotten(from, at)) return true;
      from = at;
    }
    return isRotten(from, sectorBytes);
  }

  /**
   * Sequence number of a header whose magic alone is wrong. A torn zeroing does that too, but only to the oldest sector.
   */
  function sequenceWithoutMagic(header: Bytes): number {
    return sequenceIn(SECTOR_MAGIC + header.substring(SECTOR_MAGIC.length));
  }

  /** Classes every sector by its header; `done` gets the newest one, or -1. */
  function readHeaders(done: (newest: number) => void): void {
    let newest = -1;
    let doubtful = -1;
    let doubtfulSequence = 0;

    function look(sector: number): void {
      const header = flash.read(sector * sectorBytes, SECTOR_HEADER_BYTES);
      sequences[sector] = SECTOR_FREE;
      if (header === blankHeader) return;
      const sequence = sequenceIn(header);
      sequences[sector] = sequence;
      if (sequence > 0) {
        used++;
        if (newest < 0 || sequence > sequences[newest]) newest = sector;
      } else if (header.substring(0, SECTOR_MAGIC.length) === SECTOR_MAGIC) {
        const behind = flash.read(sector * sectorBytes + SECTOR_HEADER_BYTES, UNIT_BYTES);
        if (behind !== blankHeader) sequences[sector] = SECTOR_DAMAGED;
      } else if (sequenceWithoutMagic(header) > doubtfulSequence) {
        doubtful = sector;
        doubtfulSequence = sequenceWithoutMagic(header);
      }
    }

    function lookFrom(first: number): void {
      const end = Math.min(first + HEADERS_A_STEP, sequences.length);
      for (let sector = first; sector < end; sector++) look(sector);
      if (end < sequences.length) {
        clock.alarm(0, () => lookFrom(end));
        return;
      }
      if (doubtful >= 0 && (newest < 0 || doubtfulSequence > sequences[newest])) sequences[doubtful] = SECTOR_DAMAGED;
      clock.alarm(0, () => done(newest));
    }

    lookFrom(0);
  }

  /** The sector that was opened after another one, or -1. */
  function sectorAfter(sector: number): number {
    const wanted = sequences[sector] + 1;
    for (let i = 1; i < sequences.length; i++) {
      const after = (sector + i) % sequences.length;
      if (sequences[after] === wanted) return after;
    }
    return -1;
  }

  function readEverything(newest: number, reader: LogReader): void {
    const count = sequences.length;
    const headOfNewest = flash.read(newest * sectorBytes, SECTOR_HEADER_BYTES);
    const lowest = sequences[newest] - olderSectorsIn(headOfNewest);
    let lost = false;
    /** How far around the ring, and how many of the sectors in use have been passed. */
    let turned = 0;
    let passed = 0;
    /** Sequence number of the sector before, and where its records end. */
    let before = 0;
    let end = 0;
    /** The sector that is read record by record, -1 none. */
    let sector = -1;
    /**
     * Where its records end, as the sector after it says: what lies behind was written, but the chip did not say so in time,
     * and the log went on without it.
     */
    let limit = 0;
    /** The beginning of the sector after. */
    let opening = '';

    /** Takes a sector as the one after it sums it up. */
    function isSummedUp(): boolean {
      if (limit < SECTOR_HEADER_BYTES || limit > sectorBytes || !take(opening, SECTOR_HEADER_BYTES)) return false;
      if (record.mark !== MARK_SUMMARY || record.key !== sequences[sector]) return false;
      const bytes = flash.read(sector * sectorBytes, limit);
      if (crc32(bytes) !== readU32(record.value, 0)) return false;
      reader.summary(sector, bytes, record.value);
      return true;
    }

    /** Goes on to the next sector in use; gives the work that it was. */
    function turn(): number {
      const at = (newest + ++turned) % count;
      const sequence = sequences[at];
      if (sequence > 0 && sequence < SECTOR_DAMAGED) passed++;
      if (sequence === SECTOR_DAMAGED) lost = true;
      if (sequence === SECTOR_DAMAGED || sequence === SECTOR_FREE) return 0;
      if (sequence < lowest || sequence <= before) {
        if (sequence >= lowest) lost = true;
        sequences[at] = SECTOR_BAD;
        return 0;
      }
      const header = sequence === before + 1 && opening ? opening : flash.read(at * sectorBytes, SECTOR_HEADER_BYTES);
      if (before > 0 && (sequence !== before + 1 || previousEndIn(header) !== end)) lost = true;
      const after = sectorAfter(at);
      const most = SECTOR_HEADER_BYTES + RECORD_HEADER_BYTES + SUMMARY_BYTES + CRC_BYTES;
      opening = after < 0 ? '' : flash.read(after * sectorBytes, most);
      limit = after < 0 ? sectorBytes : previousEndIn(opening);
      before = sequence;
      sector = at;
      end = SECTOR_HEADER_BYTES;
      log.isPlain = true;
      log.noted = [];
      if (after >= 0 && isSummedUp()) {
        end = limit;
        sector = -1;
      }
      return WORK_OF_SECTOR;
    }

    /** Reads one record of the sector; gives the work that it was. */
    function readRecord(): number {
      if (!next(sector, end) || record.end > limit) {
        sector = -1;
        return WORK_OF_SECTOR;
      }
      if (record.address - sector * sectorBytes !== end + record.gap * UNIT_BYTES) lost = true;
      end = record.end;
      reader.visit(record);
      return 1;
    }

    function finish(): void {
      hold(newest);
      log.validEnd = end;
      log.free = afterWritten(end);
      reader.done(lost || (log.free > end && looksRotten(end)));
    }

    function step(): void {
      let work = 0;
      while (work < WORK_A_STEP && (sector >= 0 || turned < count)) {
        work += sector < 0 ? turn() : readRecord();
      }
      clock.worked(WORK_JOURNAL_SCAN);
      if (reader.onProgress) reader.onProgress(Math.floor((passed * 100) / used));
      clock.alarm(0, sector >= 0 || turned < count ? step : finish);
    }

    step();
  }

  function all(reader: LogReader): void {
    readHeaders((newest) => {
      log.sector = newest;
      if (newest >= 0) readEverything(newest, reader);
      else reader.done(sequences.indexOf(SECTOR_DAMAGED) >= 0);
    });
  }

  return { record, next, all };
}
