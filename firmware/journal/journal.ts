/**
 * The terminal's memory of money on SPI NOR (money rules 1, 3, 4, 7, 8 of docs/architecture.md): settings, batch and
 * STAN, the transactions of the batch and the reversal that may be owed. Every mutating call is durable before its
 * `done`; after a power cut at any point the journal is as before the call or as after it. Calls made while one runs are
 * queued in order (up to 8, then `FAULT_BUSY`). Reading calls (`find`, `forEach`) touch the flash: a call to them
 * from a `done` is fine; one while a mutating call runs waits for the chip. Faults of every mutating call, beside its
 * own: `FAULT_FLASH`, `FAULT_JOURNAL_FULL`.
 */
import type { Bytes } from '../../hal/bytes';
import type { TransactionRecord } from './transaction-record';

export type JournalDone = (fault: number) => void;

export interface Journal {
  /**
   * Reads the flash after power-on; everything else waits for it. `fresh`: no batch is known (new, reset or unreadable
   * journal), so nothing may be sold before a sign-in with batch 000000. `FAULT_JOURNAL_CORRUPT` (then `fresh`) says
   * that records were lost; an owed reversal that could still be read stays owed. `FAULT_FLASH`: no usable chip.
   * Before the transactions that can still be read are forgotten with their batch, `onDamage` may read them (and write
   * nothing) and then calls `go`; until then nothing has changed on the flash. `onProgress` hears every fraction of a second
   * how much has been read.
   */
  mount(
    done: (fault: number, fresh: boolean) => void,
    onDamage?: (go: () => void) => void,
    onProgress?: (percent: number) => void,
  ): void;

  /** A setting by number (0–255); '' unknown. */
  setting(id: number): Bytes;
  /** Sets all of them or none; '' removes one. All settings together hold about 1,000 bytes: `FAULT_JOURNAL_FULL`. */
  setSettings(values: readonly (readonly [number, Bytes])[], done: JournalDone): void;

  /** Six digits; `000000` unknown. */
  batch(): Bytes;
  /** STAN used last, six digits; `000000` none. */
  stan(): Bytes;
  /** The STAN that the next request will have, six digits; not taken by asking. `` when the batch has used them all. */
  upcomingStan(): Bytes;
  /** Begins the batch a sign-in or settlement answer named; with the open one's number nothing changes. */
  openBatch(batch: Bytes, done: JournalDone): void;
  /** Takes a STAN for a request that owes nothing (sign-in, echo, balance, …): six digits, durable. */
  nextStan(done: (fault: number, stan: Bytes) => void): void;

  /**
   * Makes `record` durable as owed, before the first byte of its request leaves, and reserves space for the rest of the
   * transaction. F11 of the record is `upcomingStan()` as three BCD bytes, or absent: then it is filled in here. Also
   * taken: the STAN `nextStan` gave last. F2, 35, 36, 52, 53, 55 and 64 are never written.
   * `FAULT_BUSY`: a reversal is owed already. `FAULT_BAD_REQUEST`: batch unknown, or that STAN is used.
   * `FAULT_JOURNAL_FULL`: settle first.
   */
  begin(record: TransactionRecord, done: JournalDone): void;
  /** Makes the outcome durable and clears the owed flag in one atomic record. `FAULT_BAD_REQUEST`: not the owed one. */
  settle(record: TransactionRecord, done: JournalDone): void;

  /** What a reversal is owed for, or null. */
  owed(): TransactionRecord | null;
  /**
   * True after a change of the owed record failed: the flash may say either when the chip comes back, "approved" too.
   * Ends with the next change that is durable.
   */
  inDoubt(): boolean;
  /** Keeps the reason (two characters) and the number of 0400s sent so far. */
  owedTried(reason: Bytes, tries: number, done: JournalDone): void;
  /** Nothing is owed any more: `RECORD_REVERSED` or `RECORD_CLEARED`. */
  owedEnded(state: number, done: JournalDone): void;

  /** The transaction begun last, of this batch or the one before; null when there is none. */
  last(): TransactionRecord | null;
  /** A transaction of this batch (or the last one) by STAN, six digits. */
  find(stan: Bytes): TransactionRecord | null;
  /** Slips of that transaction finished on paper: 1 or 2. */
  slipsDone(stan: Bytes, count: number, done: JournalDone): void;
  /** Transactions in this batch, whatever their outcome. */
  count(): number;
  /**
   * Every transaction of this batch in order of STAN; stops when `visit` returns true. With `slipsBelow` only those with
   * fewer slips finished: the flash is not read for the others.
   */
  forEach(visit: (record: TransactionRecord) => boolean | void, slipsBelow?: number): void;

  /** Day of the last sign-in, YYYYMMDD; '' never, or signed off. */
  signedInOn(): Bytes;
  /** With a date also says that the keys are good again; '' for a sign-off. */
  markSignedIn(date: Bytes, done: JournalDone): void;
  /** True from `markKeysStale` to the next `markSignedIn`: sign in before anything else. */
  keysStale(): boolean;
  markKeysStale(done: JournalDone): void;

  /** Forgets everything, an owed reversal too: the caller has asked. Atomic. */
  reset(done: JournalDone): void;
}
