/**
 * The journal over a record log: keys 1 (state), 2 (settings) and one for every transaction. An owed reversal is simply
 * the newest record of a transaction in state `RECORD_OWED`; its outcome replaces it in one record, so flag and outcome
 * can never disagree. As `begin` refuses while one is owed, the owed one is always the last one.
 */
import { fromHex, toHex, type Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_FLASH,
  FAULT_JOURNAL_CORRUPT,
  FAULT_JOURNAL_FULL,
  FAULT_NONE,
} from '../../hal/fault';
import type { Journal, JournalDone } from './journal';
import {
  BATCH_UNKNOWN,
  copyState,
  decodeSettings,
  decodeState,
  emptyState,
  encodeSettings,
  encodeState,
  sixDigits,
  STAN_LIMIT,
  usedStans,
  type JournalState,
} from './journal-state';
import { createJobQueue } from './job-queue';
import { createKeyIndex } from './key-index';
import { KEY_CLEAR, VALUE_BYTES } from './log-format';
import { BATCH_BYTES, decodeRecord, encodeRecord } from './record-codec';
import { createRecordLog } from './record-log';
import { RECORD_APPROVED, RECORD_OWED, type TransactionRecord } from './transaction-record';

const KEY_STATE = 1;
const KEY_SETTINGS = 2;
/** Plus the STAN. */
const KEY_TRANSACTION = 0x01000000;

/** Of the chip the journal takes 512 KB at most: more would only make the scan after power-on longer. */
const MOST_SECTORS = 128;
const FEWEST_SECTORS = 8;
/** Transactions a batch can hold: the index costs 7 bytes for each. */
const MOST_TRANSACTIONS = 500;
/** Two versions of the longest record. */
const TRANSACTION_ROOM_BYTES = 2 * VALUE_BYTES;

/** An owed one never has more than a fault slip. */
const SLIPS_OF_APPROVED = 2;

/** Above every note. */
const ANY_SLIPS = 256;

type Visitor = (record: TransactionRecord) => boolean | void;

export function createJournal(flash: FlashDevice, clock: Clock): Journal {
  const sectorCount = Math.min(MOST_SECTORS, Math.floor(flash.sizeBytes / (flash.sectorBytes || 1)));
  const usable = sectorCount >= FEWEST_SECTORS;
  const index = createKeyIndex(usable ? MOST_TRANSACTIONS + 4 : 0);
  const log = createRecordLog(flash, clock, usable ? sectorCount : 0, index);
  const queue = createJobQueue(clock);

  let state = emptyState();
  let settings: (Bytes | undefined)[] = [];
  let last: TransactionRecord | null = null;
  let isOwed = false;
  let isInDoubt = false;
  /** Batch of `last`, three bytes: it may be of the batch before. */
  let lastBatch = '';
  let beforeSalvage: ((go: () => void) => void) | undefined;
  // Only while the log is being read.
  let owedKey = 0;
  let indexBatch = '';
  let stateSeen = false;

  function keyOf(stan: number): number {
    return KEY_TRANSACTION + stan;
  }

  function stanOf(record: TransactionRecord): number {
    return parseInt(toHex(record.fields[11] || ''), 10) || 0;
  }

  function isTransaction(key: number): boolean {
    return key >= KEY_TRANSACTION;
  }

  /** Forgets every transaction but that of `stan`. */
  function keepOnly(stan: number): void {
    log.forget((key) => !isTransaction(key) || key === keyOf(stan));
  }

  function read(stan: number): TransactionRecord | null {
    const value = log.get(keyOf(stan));
    const record = value === null ? null : decodeRecord(value, index.noteAt(index.slotOf(keyOf(stan))));
    // Two slips on paper prove an outcome that was there once and rotted.
    if (record && record.state === RECORD_OWED && record.slipsDone >= SLIPS_OF_APPROVED) record.state = RECORD_APPROVED;
    return record;
  }

  function count(): number {
    const slots = index.count();
    let transactions = slots;
    while (transactions > 0 && !isTransaction(index.keyAt(slots - transactions))) transactions--;
    return last !== null && lastBatch !== fromHex(state.batch) ? transactions - 1 : transactions;
  }

  function visitState(value: Bytes): void {
    const read = decodeState(value);
    if (read === null) return;
    stateSeen = true;
    state = read;
    const batch = value.substring(0, BATCH_BYTES);
    if (batch !== indexBatch) keepOnly(state.lastStan);
    indexBatch = batch;
  }

  function visitTransaction(key: number, value: Bytes): void {
    const batch = value.substring(0, BATCH_BYTES);
    const stan = key - KEY_TRANSACTION;
    // The last one of the batch before may have been written again after the new batch began.
    const isSurvivor = batch !== indexBatch && indexBatch === fromHex(state.batch) && stan === state.lastStan;
    if (batch === indexBatch) dropSurvivor(key);
    else if (!isSurvivor) {
      keepOnly(stan);
      indexBatch = batch;
    }
    if (value.charCodeAt(BATCH_BYTES + 2) === RECORD_OWED) owedKey = key;
    else if (owedKey === key) owedKey = 0;
  }

  /** The first transaction of a batch ends the life of the one before it. */
  function dropSurvivor(key: number): void {
    if (key === keyOf(state.lastStan) || index.slotOf(keyOf(state.lastStan)) < 0) return;
    log.forget((other) => other !== keyOf(state.lastStan));
  }

  function visit(key: number, value: Bytes): void {
    if (key === KEY_CLEAR) forgetState();
    else if (key === KEY_STATE) visitState(value);
    else if (key === KEY_SETTINGS) settings = decodeSettings(value);
    else if (isTransaction(key)) visitTransaction(key, value);
  }

  function forgetState(): void {
    state = emptyState();
    settings = [];
    last = null;
    lastBatch = '';
    isOwed = false;
    isInDoubt = false;
    owedKey = 0;
    indexBatch = '';
    stateSeen = false;
  }

  /** STAN and last transaction follow from the transactions themselves: `begin` writes nothing else. */
  function findLast(): void {
    let newest = 0;
    for (let slot = 0; slot < index.count(); slot++) {
      const stan = index.keyAt(slot) - KEY_TRANSACTION;
      // The survivor of the batch before says nothing about this one.
      if (stan <= 0 || stan === state.lastStan) continue;
      if (newest === 0 || usedStans(state, stan) > usedStans(state, newest)) newest = stan;
    }
    if (newest > 0 && usedStans(state, newest) > usedStans(state, state.stan)) state.stan = newest;
    const owed = owedKey ? owedKey - KEY_TRANSACTION : 0;
    // While one is owed none is begun: a later one proves that its outcome was there once and rotted.
    if (owed && !(newest && (owed === state.lastStan || usedStans(state, newest) > usedStans(state, owed))))
      newest = owed;
    if (newest === 0) newest = state.lastStan;
    last = newest > 0 ? read(newest) : null;
    isOwed = last !== null && last.state === RECORD_OWED;
    lastBatch = last === null ? '' : (log.get(keyOf(newest)) || '').substring(0, BATCH_BYTES);
  }

  /** Records were lost: what is left of settings, and an owed reversal, is kept; the batch is not. */
  function salvage(done: JournalDone): void {
    const next = copyState(state);
    next.batch = BATCH_UNKNOWN;
    next.stanBefore = next.stan;
    next.lastStan = last === null ? 0 : stanOf(last);
    next.signedInOn = '';
    keepOnly(next.lastStan);
    // Whatever the chip says to the next line: nothing may be sold on what is left.
    state = next;
    putState(next, (fault) => {
      if (fault) done(fault);
      else log.renew(done);
    });
  }

  function mountJob(finish: JournalDone): void {
    // Kept, it would keep all of the boot.
    const listener = beforeSalvage;
    beforeSalvage = undefined;
    forgetState();
    if (!usable) {
      refuse(FAULT_FLASH, finish);
      return;
    }
    const lost = log.mount(visit);
    findLast();
    if (lost || (!stateSeen && index.count() > 0 && isTransaction(index.keyAt(index.count() - 1)))) {
      // Of what is left: the record that opened its batch may be among the lost ones.
      if (indexBatch !== '') state.batch = toHex(indexBatch);
      const go = (): void => salvage((fault) => finish(fault || FAULT_JOURNAL_CORRUPT));
      // Both from an alarm: the small engine's stack is short.
      if (listener) clock.alarm(0, () => listener(() => clock.alarm(0, go)));
      else go();
    } else refuse(FAULT_NONE, finish);
  }

  function refuse(fault: number, finish: JournalDone): void {
    clock.alarm(0, () => finish(fault));
  }

  function putState(next: JournalState, done: JournalDone): void {
    log.put(KEY_STATE, 0, encodeState(next), false, (fault) => {
      if (!fault) state = next;
      done(fault);
    });
  }

  function changeState(change: (next: JournalState) => number | void, done: JournalDone): void {
    queue.add((finish) => {
      const next = copyState(state);
      const fault = usable ? change(next) : FAULT_FLASH;
      if (fault) refuse(fault, finish);
      else putState(next, finish);
    }, done);
  }

  function upcoming(): number {
    return usedStans(state, state.stan) >= STAN_LIMIT - 2 ? 0 : (state.stan % STAN_LIMIT) + 1;
  }

  /** Rewrites `last`; when that fails what the flash says counts. */
  function putLast(record: TransactionRecord, finish: JournalDone): void {
    const stan = stanOf(record);
    const value = encodeRecord(lastBatch, record);
    if (value.length > VALUE_BYTES) refuse(FAULT_BAD_REQUEST, finish);
    else
      log.put(keyOf(stan), record.slipsDone, value, false, (fault) => {
        isInDoubt = fault !== FAULT_NONE;
        if (fault) last = read(stan) || last;
        else {
          last = record;
          isOwed = record.state === RECORD_OWED;
        }
        finish(fault);
      });
  }

  function beginFault(record: TransactionRecord): number {
    if (!usable) return FAULT_FLASH;
    if (isOwed) return FAULT_BUSY;
    if (state.batch === BATCH_UNKNOWN) return FAULT_BAD_REQUEST;
    const next = upcoming();
    if (next > 0 && record.fields[11] === undefined) (record.fields as Bytes[])[11] = fromHex(sixDigits(next));
    const stan = stanOf(record);
    const taken = stan === state.stan && usedStans(state, stan) > 0 && index.slotOf(keyOf(stan)) < 0;
    if (next === 0 && !taken) return FAULT_JOURNAL_FULL;
    if (stan === 0 || (stan !== next && !taken)) return FAULT_BAD_REQUEST;
    return count() >= MOST_TRANSACTIONS || !log.hasRoom(TRANSACTION_ROOM_BYTES) ? FAULT_JOURNAL_FULL : FAULT_NONE;
  }

  function beginJob(record: TransactionRecord, finish: JournalDone): void {
    const fault = beginFault(record);
    if (!fault) record.state = RECORD_OWED;
    const value = fault ? '' : encodeRecord(fromHex(state.batch), record);
    if (fault || value.length > VALUE_BYTES) {
      refuse(fault || FAULT_BAD_REQUEST, finish);
      return;
    }
    const stan = stanOf(record);
    log.put(keyOf(stan), 0, value, true, (putFault) => {
      if (!putFault) {
        if (last !== null && lastBatch !== fromHex(state.batch)) dropSurvivor(keyOf(stan));
        state.stan = stan;
        last = record;
        lastBatch = fromHex(state.batch);
        isOwed = true;
      }
      finish(putFault);
    });
  }

  /** `change` of the owed record, which is kept only when it is durable. */
  function changeOwed(change: (record: TransactionRecord) => void, done: JournalDone): void {
    queue.add((finish) => {
      const record = isOwed && last !== null ? read(stanOf(last)) || last : null;
      if (record === null) refuse(FAULT_BAD_REQUEST, finish);
      else {
        change(record);
        putLast(record, finish);
      }
    }, done);
  }

  function settingsJob(values: readonly (readonly [number, Bytes])[], finish: JournalDone): void {
    const next = settings.slice();
    let bad = false;
    values.forEach((pair) => {
      if (pair[0] < 0 || pair[0] > 255 || pair[1].length > 255) bad = true;
      else next[pair[0]] = pair[1];
    });
    const value = bad ? '' : encodeSettings(next);
    if (!usable || bad || value.length > VALUE_BYTES) {
      refuse(!usable ? FAULT_FLASH : bad ? FAULT_BAD_REQUEST : FAULT_JOURNAL_FULL, finish);
      return;
    }
    log.put(KEY_SETTINGS, 0, value, false, (fault) => {
      if (!fault) settings = next;
      finish(fault);
    });
  }

  function find(stan: Bytes): TransactionRecord | null {
    return read(parseInt(stan, 10) || 0);
  }

  /** Those of this batch with a STAN from `from` to `to`; true when the visitor has enough. */
  function visitRange(from: number, to: number, visitor: Visitor, slipsBelow: number): boolean {
    for (let slot = 0; slot < index.count(); slot++) {
      const stan = index.keyAt(slot) - KEY_TRANSACTION;
      if (stan < from || stan > to || index.noteAt(slot) >= slipsBelow) continue;
      const record = read(stan);
      if (record !== null && visitor(record) === true) return true;
    }
    return false;
  }

  return {
    mount: (done, onDamage) => {
      beforeSalvage = onDamage;
      queue.add(mountJob, (fault) => done(fault, state.batch === BATCH_UNKNOWN));
    },
    setting: (id) => settings[id] || '',
    setSettings: (values, done) => queue.add((finish) => settingsJob(values, finish), done),
    batch: () => state.batch,
    stan: () => sixDigits(state.stan),
    upcomingStan: () => (upcoming() ? sixDigits(upcoming()) : ''),
    openBatch: (batch, done) =>
      changeState(
        (next) => {
          if (batch.length !== 6 || batch === BATCH_UNKNOWN) return FAULT_BAD_REQUEST;
          if (batch === state.batch) return FAULT_NONE;
          next.batch = batch;
          next.stanBefore = state.stan;
          next.lastStan = last === null ? 0 : stanOf(last);
          return FAULT_NONE;
        },
        (fault) => {
          if (!fault && last !== null && lastBatch !== fromHex(state.batch)) keepOnly(state.lastStan);
          done(fault);
        },
      ),
    nextStan: (done) =>
      changeState(
        (next) => {
          next.stan = upcoming();
          return next.stan ? FAULT_NONE : FAULT_JOURNAL_FULL;
        },
        (fault) => done(fault, fault ? '' : sixDigits(state.stan)),
      ),
    begin: (record, done) => queue.add((finish) => beginJob(record, finish), done),
    settle: (record, done) =>
      queue.add((finish) => {
        const fits = isOwed && last !== null && stanOf(record) === stanOf(last) && record.state !== RECORD_OWED;
        if (fits) putLast(record, finish);
        else refuse(FAULT_BAD_REQUEST, finish);
      }, done),
    owed: () => (isOwed ? last : null),
    inDoubt: () => isInDoubt,
    owedTried: (reason, tries, done) =>
      changeOwed((record) => {
        record.state = RECORD_OWED;
        record.reason = reason;
        record.tries = tries;
      }, done),
    owedEnded: (ended, done) =>
      changeOwed((record) => {
        record.state = ended;
      }, done),
    last: () => last,
    find,
    slipsDone: (stan, slips, done) =>
      queue.add((finish) => {
        const number = parseInt(stan, 10) || 0;
        if (index.slotOf(keyOf(number)) < 0) refuse(FAULT_BAD_REQUEST, finish);
        else
          log.putNote(keyOf(number), slips, (fault) => {
            if (!fault && last !== null && stanOf(last) === number) last.slipsDone = slips;
            finish(fault);
          });
      }, done),
    count,
    forEach: (visitor, slipsBelow) => {
      const limit = slipsBelow || ANY_SLIPS;
      if (count() > 0 && !visitRange(state.stanBefore + 1, STAN_LIMIT, visitor, limit))
        visitRange(1, state.stanBefore, visitor, limit);
    },
    signedInOn: () => state.signedInOn,
    markSignedIn: (date, done) =>
      changeState((next) => {
        next.signedInOn = date;
        if (date) next.keysStale = false;
      }, done),
    keysStale: () => state.keysStale,
    markKeysStale: (done) =>
      changeState((next) => {
        next.keysStale = true;
      }, done),
    reset: (done) =>
      queue.add((finish) => {
        if (!usable) refuse(FAULT_FLASH, finish);
        else
          log.clear((fault) => {
            if (fault) finish(fault);
            else {
              forgetState();
              log.renew(finish);
            }
          });
      }, done),
  };
}
