/**
 * How a record log lies on flash.
 *
 * Sector: 16 bytes of header, then records, each at a multiple of 16 bytes (a unit).
 *   header: `CUJ1`, sequence number 4, end of the last good record of the sector before 2, number of older sectors in
 *   use 2, CRC-32 of these 12 bytes. A header of zeros: sector given up, contents void.
 *   record: mark 1 (`R` a value, `N` a note on one, `S` a summary), units skipped since the last good record 1, length of the
 *   value 2, key 4, note 1, sum of these nine bytes 1, value, CRC-32 of all before.
 * A torn record leaves units that the next one skips and says so. A good record that went bad later is told from a torn
 * one by that: the count does not fit.
 *
 * The first record of a sector may be a summary of the one before (log-summary.ts); its key is that one's sequence number.
 */
import type { Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import type { KeyIndex } from './key-index';

export const UNIT_BYTES = 16;
export const SECTOR_HEADER_BYTES = 16;
/** Of a record before its value. */
export const RECORD_HEADER_BYTES = 10;
/** Offset of the key in a record. */
export const KEY_OFFSET = 4;
/** Offset of the note in a record. */
export const NOTE_OFFSET = 8;
export const CRC_BYTES = 4;
/** Longest value. */
export const VALUE_BYTES = 1024;
/** Longest summary: a hundred keys, where a sector of sales has a dozen. */
export const SUMMARY_BYTES = 512;

export const SECTOR_MAGIC = 'CUJ1';

/** What a log knows of a sector, beside the sequence number of one that is in use. */
export const SECTOR_FREE = 0;
/** Fails to erase or program, or was given up and still looks alive. */
export const SECTOR_BAD = 0xffffffff;
/** In use once, and its header is lost. */
export const SECTOR_DAMAGED = 0xfffffffe;

/** A record of this key empties the log. Others are those below 16, and of transactions: plus the STAN. */
export const KEY_CLEAR = 0;
export const KEY_TRANSACTION = 0x01000000;
export const LAST_KEY = 0x010f423f;
/** Number of a transaction's key in the index, less the STAN; keys below are numbered as they are. */
export const FIRST_TRANSACTION = 16;
export const WRITE_ATTEMPTS = 3;

export const MARK_VALUE = 0x52;
export const MARK_NOTE = 0x4e;
export const MARK_SUMMARY = 0x53;

export type LogDone = (fault: number) => void;

/**
 * Sees what the flash says when it is read, in the order of writing: every good record of a value (a `KEY_CLEAR` one with '');
 * of a sector that has a summary the newest of each key below 16 and the last transaction, before they are in the index.
 */
export type Visit = (key: number, value: Bytes) => void;

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
  /** False where the head's records alone do not say what they changed: an emptied log, or lost records before it. */
  isPlain: boolean;
  /** Keys that got a note in the head while their value is elsewhere. */
  noted: number[];
  append(mark: number, key: number, note: number, value: Bytes, attempts: number, done: LogDone): void;
  program(address: number, bytes: Bytes, done: LogDone): void;
  /** Keeps in the index what was written; false when it is full. */
  remember(mark: number, key: number, unit: number, note: number, lengthBytes: number): boolean;
  /** Bytes a record of `valueBytes` takes from its sector. */
  readonly spanOf: (valueBytes: number) => number;
  /** Of a header; one wrong bit of the nine bytes always shows in it. */
  readonly sumOf: (header: Bytes) => number;
}
