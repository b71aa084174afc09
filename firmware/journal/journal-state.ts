/** What a journal holds beside its transactions, and what its parts share. Its two small records as bytes: state-codec.ts. */
import { toHex, type Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { KeyIndex } from './key-index';
import type { RecordLog } from './record-log';
import type { TransactionRecord } from './transaction-record';

export interface JournalState {
  /** Six digits; `000000` unknown. */
  batch: Bytes;
  /** STAN used last before this batch began. */
  stanBefore: number;
  /** STAN used last. */
  stan: number;
  /** STAN of the last transaction when the batch began: it stays readable until the next one. */
  lastStan: number;
  /** Day of the last sign-in, YYYYMMDD; '' none. */
  signedInOn: Bytes;
  keysStale: boolean;
}

/** What a journal knows while the power is on. */
export interface Memory {
  readonly clock: Clock;
  readonly index: KeyIndex;
  readonly log: RecordLog;
  /** The chip is large enough. */
  readonly usable: boolean;
  readonly read: (stan: number) => TransactionRecord | null;
  state: JournalState;
  /** As their record has them. */
  settings: Bytes;
  last: TransactionRecord | null;
  /** Batch of `last`, three bytes: it may be of the batch before. */
  lastBatch: Bytes;
  isOwed: boolean;
  isInDoubt: boolean;
}

export const BATCH_UNKNOWN = '000000';
export const STAN_LIMIT = 999999;

export const KEY_STATE = 1;
export const KEY_SETTINGS = 2;

/** Six digits. */
export function sixDigits(value: number): Bytes {
  return ('00000' + value).slice(-6);
}

/** STANs used since the batch began; 999999 is followed by 000001. */
export function usedStans(state: JournalState, stan: number): number {
  return (stan - state.stanBefore + STAN_LIMIT) % STAN_LIMIT;
}

export function stanOf(record: TransactionRecord): number {
  return parseInt(toHex(record.fields[11] || ''), 10) || 0;
}

/** Offset of the setting `id` (number 1, length 1, bytes) in the settings' record, or its end where there is none. */
export function placeOfSetting(settings: Bytes, id: number): number {
  let at = 0;
  while (at + 1 < settings.length && settings.charCodeAt(at) !== id) at += 2 + settings.charCodeAt(at + 1);
  return at + 1 < settings.length ? at : settings.length;
}
