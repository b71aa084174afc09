/**
 * How a record log lies on flash.
 *
 * Sector: 16 bytes of header, then records, each at a multiple of 16 bytes (a unit).
 *   header: `CUJ1`, sequence number 4, end of the last good record of the sector before 2, number of older sectors in
 *   use 2, CRC-32 of these 12 bytes. A header of zeros: sector given up, contents void.
 *   record: mark 1 (`R` a value, `N` a note on one), units skipped since the last good record 1, length of the value 2,
 *   key 4, note 1, sum of these nine bytes 1, value, CRC-32 of all before.
 * A torn record leaves units that the next one skips and says so. A good record that went bad later is told from a torn
 * one by that: the count does not fit.
 */
import { byte, crc32, readU16, readU32, u16, u32, type Bytes } from '../../hal/bytes';

export const UNIT_BYTES = 16;
export const SECTOR_HEADER_BYTES = 16;
/** Of a record before its value. */
export const RECORD_HEADER_BYTES = 10;
/** Offset of the note in a record. */
export const NOTE_OFFSET = 8;
export const CRC_BYTES = 4;
/** Longest value. */
export const VALUE_BYTES = 1024;

export const SECTOR_MAGIC = 'CUJ1';
/** A sequence number beyond this is no honest one. */
export const SEQUENCE_LIMIT = 0xf0000000;

export const MARK_VALUE = 0x52;
export const MARK_NOTE = 0x4e;

/** Bytes a record of `valueBytes` takes from its sector. */
export function recordSpan(valueBytes: number): number {
  return (RECORD_HEADER_BYTES + valueBytes + CRC_BYTES + UNIT_BYTES - 1) & ~(UNIT_BYTES - 1);
}

/** One wrong bit always shows in it. */
function sumOf(header: Bytes): number {
  let sum = 0;
  for (let i = 0; i < RECORD_HEADER_BYTES - 1; i++) sum += header.charCodeAt(i);
  return sum & 255;
}

export function frameRecord(mark: number, gap: number, key: number, note: number, value: Bytes): Bytes {
  const header = byte(mark) + byte(gap) + u16(value.length) + u32(key) + byte(note);
  const body = header + byte(sumOf(header)) + value;
  return body + u32(crc32(body));
}

/** True when the header of a record could be one: `rest` is what its sector holds from there on. */
export function isPlausible(header: Bytes, rest: number): boolean {
  const mark = header.charCodeAt(0);
  const length = readU16(header, 2);
  if (mark !== MARK_VALUE && (mark !== MARK_NOTE || length !== 0)) return false;
  if (length > VALUE_BYTES || RECORD_HEADER_BYTES + length + CRC_BYTES > rest) return false;
  return header.charCodeAt(RECORD_HEADER_BYTES - 1) === sumOf(header);
}

export function frameSector(sequence: number, previousEnd: number, olderSectors: number): Bytes {
  const body = SECTOR_MAGIC + u32(sequence) + u16(previousEnd) + u16(olderSectors);
  return body + u32(crc32(body));
}

/** Sequence number of a good sector header, else 0. */
export function sequenceIn(header: Bytes): number {
  if (header.substring(0, 4) !== SECTOR_MAGIC || crc32(header.substring(0, 12)) !== readU32(header, 12)) return 0;
  const sequence = readU32(header, 4);
  return sequence <= SEQUENCE_LIMIT ? sequence : 0;
}

export function previousEndIn(header: Bytes): number {
  return readU16(header, 8);
}

export function olderSectorsIn(header: Bytes): number {
  return readU16(header, 10);
}
