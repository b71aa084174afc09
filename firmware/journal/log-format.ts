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
import type { Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import type { KeyIndex } from './key-index';

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

/** What a log knows of a sector, beside the sequence number of one that is in use. */
export const SECTOR_FREE = 0;
/** Fails to erase or program, or was given up and still looks alive. */
export const SECTOR_BAD = 0xffffffff;
/** In use once, and its header is lost. */
export const SECTOR_DAMAGED = 0xfffffffe;

/** A record of this key empties the log. */
export const KEY_CLEAR = 0;
export const WRITE_ATTEMPTS = 3;

export const MARK_VALUE = 0x52;
export const MARK_NOTE = 0x4e;

export type LogDone = (fault: number) => void;

/** Where the log goes on. */
export interface LogHead {
  /** Number of the sector, -1 none. */
  sector: number;
  /** Offset where the last good record in it ends. */
  validEnd: number;
  /** Offset where the next record may begin. */
  free: number;
}

/** What the parts of a log share. */
export interface Log extends LogHead {
  readonly flash: FlashDevice;
  readonly clock: Clock;
  readonly index: KeyIndex;
  /** For each sector its sequence number, or `SECTOR_…`. */
  readonly sequences: Uint32Array;
  /** What the newest records of all keys take. */
  liveBytes: number;
  /** Sectors. */
  failedInARow: number;
  append(mark: number, key: number, note: number, value: Bytes, attempts: number, done: LogDone): void;
  program(address: number, bytes: Bytes, done: LogDone): void;
  /** Keeps in the index what was written; false when it is full. */
  remember(mark: number, key: number, unit: number, note: number, lengthBytes: number): boolean;
  /** Bytes a record of `valueBytes` takes from its sector. */
  readonly spanOf: (valueBytes: number) => number;
  /** Of a header; one wrong bit of the nine bytes always shows in it. */
  readonly sumOf: (header: Bytes) => number;
}
