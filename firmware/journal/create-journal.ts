/**
 * The journal over a record log: keys 1 (state), 2 (settings) and one for every transaction. An owed reversal is simply
 * the newest record of a transaction in state `RECORD_OWED`; its outcome replaces it in one record, so flag and outcome
 * can never disagree. As `begin` refuses while one is owed, the owed one is always the last one.
 */
import { fromHex, type Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { FlashDevice } from '../../hal/devices';
import { FAULT_BAD_REQUEST, FAULT_BUSY, FAULT_FLASH, FAULT_JOURNAL_FULL, FAULT_NONE } from '../../hal/fault';
import type { Journal, JournalDone } from './journal';
import {
  BATCH_UNKNOWN,
  placeOfSetting,
  sixDigits,
  STAN_LIMIT,
  stanOf,
  usedStans,
  type JournalState,
  type Memory,
} from './journal-state';
import {
  changeState,
  dropSurvivor,
  forget,
  mountJournal,
  openBatch,
  putSettings,
  resetJournal,
  visitAll,
} from './journal-upkeep';
import { createJobQueue } from './job-queue';
import { createKeyIndex } from './key-index';
import { KEY_TRANSACTION, VALUE_BYTES } from './log-format';
import { decodeRecord, encodeRecord } from './record-codec';
import { createRecordLog } from './record-log';
import { RECORD_APPROVED, RECORD_OWED, type TransactionRecord } from './transaction-record';

/** Of the chip the journal takes 512 KB at most: more would only make the scan after power-on longer. */
const MOST_SECTORS = 128;
const FEWEST_SECTORS = 8;
/** Transactions a batch can hold: the index costs 6 bytes for each. */
const MOST_TRANSACTIONS = 500;
/** Two versions of the longest record. */
const TRANSACTION_ROOM_BYTES = 2 * VALUE_BYTES;

/** An owed one never has more than a fault slip. */
const SLIPS_OF_APPROVED = 2;

export function createJournal(flash: FlashDevice, clock: Clock): Journal {
  const sectorCount = Math.min(MOST_SECTORS, Math.floor(flash.sizeBytes / (flash.sectorBytes || 1)));
  const usable = sectorCount >= FEWEST_SECTORS;
  const index = createKeyIndex(usable ? MOST_TRANSACTIONS + 4 : 0);
  const log = createRecordLog(flash, clock, usable ? sectorCount : 0, index);
  const queue = createJobQueue(clock);

  const memory = { clock, index, log, usable, read } as Memory;

  function keyOf(stan: number): number {
    return KEY_TRANSACTION + stan;
  }

  function read(stan: number): TransactionRecord | null {
    const value = log.get(keyOf(stan));
    const record = value === null ? null : decodeRecord(value, index.entries[index.slotOf(keyOf(stan))] & 255);
    // Two slips on paper prove an outcome that was there once and rotted.
    if (record && record.state === RECORD_OWED && record.slipsDone >= SLIPS_OF_APPROVED) record.state = RECORD_APPROVED;
    return record;
  }

  function count(): number {
    const { last, lastBatch, state } = memory;
    const slots = index.count();
    let transactions = slots;
    while (transactions > 0 && index.keyAt(slots - transactions) < KEY_TRANSACTION) transactions--;
    return last !== null && lastBatch !== fromHex(state.batch) ? transactions - 1 : transactions;
  }

  function refuse(fault: number, finish: JournalDone): void {
    clock.alarm(0, () => finish(fault));
  }

  function change(how: (next: JournalState) => number | void, done: JournalDone): void {
    queue.add((finish) => changeState(memory, how, finish), done);
  }

  function upcoming(): number {
    const { state } = memory;
    return usedStans(state, state.stan) >= STAN_LIMIT - 2 ? 0 : (state.stan % STAN_LIMIT) + 1;
  }

  /** Rewrites `last`; when that fails what the flash says counts. */
  function putLast(record: TransactionRecord, finish: JournalDone): void {
    const stan = stanOf(record);
    const value = encodeRecord(memory.lastBatch, record);
    if (value.length > VALUE_BYTES) refuse(FAULT_BAD_REQUEST, finish);
    else
      log.put(keyOf(stan), record.slipsDone, value, false, (fault) => {
        memory.isInDoubt = fault !== FAULT_NONE;
        if (fault) memory.last = read(stan) || memory.last;
        else {
          memory.last = record;
          memory.isOwed = record.state === RECORD_OWED;
        }
        finish(fault);
      });
  }

  function beginFault(record: TransactionRecord): number {
    const { state } = memory;
    if (!usable) return FAULT_FLASH;
    if (memory.isOwed) return FAULT_BUSY;
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
    const batch = fromHex(memory.state.batch);
    if (!fault) record.state = RECORD_OWED;
    const value = fault ? '' : encodeRecord(batch, record);
    if (fault || value.length > VALUE_BYTES) {
      refuse(fault || FAULT_BAD_REQUEST, finish);
      return;
    }
    const stan = stanOf(record);
    log.put(keyOf(stan), 0, value, true, (putFault) => {
      if (!putFault) {
        if (memory.last !== null && memory.lastBatch !== batch) dropSurvivor(memory, keyOf(stan));
        memory.state.stan = stan;
        memory.last = record;
        memory.lastBatch = batch;
        memory.isOwed = true;
      }
      finish(putFault);
    });
  }

  /** Changes the owed record; the change is kept only when it is durable. */
  function changeOwed(how: (record: TransactionRecord) => void, done: JournalDone): void {
    queue.add((finish) => {
      const record = memory.isOwed && memory.last !== null ? read(stanOf(memory.last)) || memory.last : null;
      if (record === null) refuse(FAULT_BAD_REQUEST, finish);
      else {
        how(record);
        putLast(record, finish);
      }
    }, done);
  }

  function find(stan: Bytes): TransactionRecord | null {
    return read(parseInt(stan, 10) || 0);
  }

  forget(memory);
  return {
    mount: (done, onDamage, onProgress) =>
      queue.add(
        (finish) => mountJournal(memory, onDamage, onProgress, finish),
        (fault) => done(fault, memory.state.batch === BATCH_UNKNOWN),
      ),
    // Here, not with what is brought in for a call: a boot asks for each of them.
    setting: (id) => {
      const { settings } = memory;
      const at = placeOfSetting(settings, id);
      return settings.substr(at + 2, settings.charCodeAt(at + 1) || 0);
    },
    setSettings: (values, done) => queue.add((finish) => putSettings(memory, values, finish), done),
    batch: () => memory.state.batch,
    stan: () => sixDigits(memory.state.stan),
    upcomingStan: () => (upcoming() ? sixDigits(upcoming()) : ''),
    openBatch: (batch, done) => queue.add((finish) => openBatch(memory, batch, finish), done),
    nextStan: (done) =>
      change(
        (next) => {
          next.stan = upcoming();
          return next.stan ? FAULT_NONE : FAULT_JOURNAL_FULL;
        },
        (fault) => done(fault, fault ? '' : sixDigits(memory.state.stan)),
      ),
    begin: (record, done) => queue.add((finish) => beginJob(record, finish), done),
    settle: (record, done) =>
      queue.add((finish) => {
        const { last, isOwed } = memory;
        const fits = isOwed && last !== null && stanOf(record) === stanOf(last) && record.state !== RECORD_OWED;
        if (fits) putLast(record, finish);
        else refuse(FAULT_BAD_REQUEST, finish);
      }, done),
    owed: () => (memory.isOwed ? memory.last : null),
    inDoubt: () => memory.isInDoubt,
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
    last: () => memory.last,
    find,
    slipsDone: (stan, slips, done) =>
      queue.add((finish) => {
        const number = parseInt(stan, 10) || 0;
        if (index.slotOf(keyOf(number)) < 0) refuse(FAULT_BAD_REQUEST, finish);
        else
          log.putNote(keyOf(number), slips, (fault) => {
            const { last } = memory;
            if (!fault && last !== null && stanOf(last) === number) last.slipsDone = slips;
            finish(fault);
          });
      }, done),
    count,
    forEach: (visit, slipsBelow) => {
      if (count() > 0) visitAll(memory, visit, slipsBelow);
    },
    signedInOn: () => memory.state.signedInOn,
    markSignedIn: (date, done) =>
      change((next) => {
        next.signedInOn = date;
        if (date) next.keysStale = false;
      }, done),
    keysStale: () => memory.state.keysStale,
    markKeysStale: (done) =>
      change((next) => {
        next.keysStale = true;
      }, done),
    reset: (done) => queue.add((finish) => resetJournal(memory, finish), done),
  };
}
