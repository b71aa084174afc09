/**
 * What a journal does seldom: reading the log after power-on, changing its state and settings, walking through its transactions,
 * forgetting everything. Functions over the journal's memory (journal-state.ts), kept by nobody, so that a small engine has
 * them only while they work.
 */
import { fromHex, toHex, type Bytes } from '../../hal/bytes';
import { FAULT_BAD_REQUEST, FAULT_FLASH, FAULT_JOURNAL_CORRUPT, FAULT_JOURNAL_FULL, FAULT_NONE } from '../../hal/fault';
import type { JournalDone } from './journal';
import {
  BATCH_UNKNOWN,
  KEY_SETTINGS,
  KEY_STATE,
  stanOf,
  usedStans,
  type JournalState,
  type Memory,
} from './journal-state';
import { KEY_CLEAR, KEY_TRANSACTION, LAST_KEY, VALUE_BYTES } from './log-format';
import { BATCH_BYTES } from './record-codec';
import { copyState, decodeState, emptyState, encodeState, withSetting } from './state-codec';
import { RECORD_OWED, type TransactionRecord } from './transaction-record';

/** Above every note. */
const ANY_SLIPS = 256;

/** As a journal is that holds nothing. */
export function forget(memory: Memory): void {
  memory.state = emptyState();
  memory.settings = '';
  memory.last = null;
  memory.lastBatch = '';
  memory.isOwed = false;
  memory.isInDoubt = false;
}

/** Forgets every transaction but that of `stan`. */
function keepOnly({ log }: Memory, stan: number): void {
  log.forget(KEY_TRANSACTION, LAST_KEY, KEY_TRANSACTION + stan);
}

/** The first transaction of a batch ends the life of the one before it. */
export function dropSurvivor({ index, log, state }: Memory, key: number): void {
  const survivor = KEY_TRANSACTION + state.lastStan;
  if (key !== survivor && index.slotOf(survivor) >= 0) log.forget(survivor, survivor, 0);
}

function putState(memory: Memory, next: JournalState, done: JournalDone): void {
  // From an alarm: the small engine's stack is short.
  memory.clock.alarm(0, () => {
    memory.log.put(KEY_STATE, 0, encodeState(next), false, (fault) => {
      if (!fault) memory.state = next;
      done(fault);
    });
  });
}

/** Reads the log; calls `onDamage` (see `Journal.mount`) before anything is forgotten. */
export function mountJournal(
  memory: Memory,
  onDamage: ((go: () => void) => void) | undefined,
  onProgress: ((percent: number) => void) | undefined,
  finish: JournalDone,
): void {
  const { clock, index, log } = memory;
  /** Batch of the transactions in the index. */
  let batch = '';
  let stateSeen = false;

  function visitState(value: Bytes): void {
    const read = decodeState(value);
    if (read === null) return;
    stateSeen = true;
    memory.state = read;
    const own = value.substring(0, BATCH_BYTES);
    if (own !== batch) keepOnly(memory, read.lastStan);
    batch = own;
  }

  function visitTransaction(key: number, value: Bytes): void {
    const { state } = memory;
    const own = value.substring(0, BATCH_BYTES);
    const stan = key - KEY_TRANSACTION;
    // The last one of the batch before may have been written again after the new batch began.
    const isSurvivor = own !== batch && batch === fromHex(state.batch) && stan === state.lastStan;
    if (own === batch) dropSurvivor(memory, key);
    else if (!isSurvivor) {
      keepOnly(memory, stan);
      batch = own;
    }
  }

  function visit(key: number, value: Bytes): void {
    if (key === KEY_CLEAR) {
      forget(memory);
      batch = '';
      stateSeen = false;
    } else if (key === KEY_STATE) visitState(value);
    else if (key === KEY_SETTINGS) memory.settings = value;
    else if (key >= KEY_TRANSACTION) visitTransaction(key, value);
  }

  /** The highest STAN in the slots below, but that of the batch before, which says nothing about this one; 0 none. */
  function highestBelow(slot: number): number {
    const { lastStan } = memory.state;
    const stan = (at: number): number => (at < 0 ? 0 : index.keyAt(at) - KEY_TRANSACTION);
    const highest = stan(slot - 1);
    return Math.max(0, lastStan && highest === lastStan ? stan(slot - 2) : highest);
  }

  /**
   * STAN and last transaction follow from the transactions themselves: `begin` writes nothing else. While one is owed none is
   * begun: an older one that is owed had an outcome once, which rotted.
   */
  function findLast(): void {
    const { state } = memory;
    // 999999 is followed by 000001.
    let newest = highestBelow(index.slotFrom(KEY_TRANSACTION + state.stanBefore)) || highestBelow(index.count());
    if (newest > 0 && usedStans(state, newest) > usedStans(state, state.stan)) state.stan = newest;
    if (newest === 0) newest = state.lastStan;
    const last = newest > 0 ? memory.read(newest) : null;
    memory.last = last;
    memory.isOwed = last !== null && last.state === RECORD_OWED;
    memory.lastBatch = last === null ? '' : (log.get(KEY_TRANSACTION + newest) || '').substring(0, BATCH_BYTES);
  }

  /** Records were lost: what is left of settings, and an owed reversal, is kept; the batch is not. */
  function salvage(): void {
    const next = copyState(memory.state);
    next.batch = BATCH_UNKNOWN;
    next.stanBefore = next.stan;
    next.lastStan = memory.last === null ? 0 : stanOf(memory.last);
    next.signedInOn = '';
    keepOnly(memory, next.lastStan);
    // Whatever the chip says to the next line: nothing may be sold on what is left.
    memory.state = next;
    putState(memory, next, (fault) => {
      if (fault) finish(fault);
      else log.renew((renewFault) => finish(renewFault || FAULT_JOURNAL_CORRUPT));
    });
  }

  forget(memory);
  if (!memory.usable) {
    clock.alarm(0, () => finish(FAULT_FLASH));
    return;
  }
  log.mount(visit, onProgress, (lost) => {
    findLast();
    if (!lost && (stateSeen || index.count() === 0 || index.keyAt(index.count() - 1) < KEY_TRANSACTION)) {
      finish(FAULT_NONE);
      return;
    }
    // Of what is left: the record that opened its batch may be among the lost ones.
    if (batch !== '') memory.state.batch = toHex(batch);
    // Both from an alarm: the small engine's stack is short.
    if (onDamage) clock.alarm(0, () => onDamage(() => clock.alarm(0, salvage)));
    else salvage();
  });
}

/** Makes a changed state durable. */
export function changeState(memory: Memory, change: (next: JournalState) => number | void, finish: JournalDone): void {
  const next = copyState(memory.state);
  const fault = memory.usable ? change(next) : FAULT_FLASH;
  if (fault) memory.clock.alarm(0, () => finish(fault));
  else putState(memory, next, finish);
}

/** `Journal.openBatch`. */
export function openBatch(memory: Memory, batch: Bytes, finish: JournalDone): void {
  changeState(
    memory,
    (next) => {
      if (batch.length !== 6 || batch === BATCH_UNKNOWN) return FAULT_BAD_REQUEST;
      if (batch === next.batch) return FAULT_NONE;
      next.batch = batch;
      next.stanBefore = next.stan;
      next.lastStan = memory.last === null ? 0 : stanOf(memory.last);
      return FAULT_NONE;
    },
    (fault) => {
      const { last, lastBatch, state } = memory;
      if (!fault && last !== null && lastBatch !== fromHex(state.batch)) keepOnly(memory, state.lastStan);
      finish(fault);
    },
  );
}

/** `Journal.setSettings`. */
export function putSettings(memory: Memory, values: readonly (readonly [number, Bytes])[], finish: JournalDone): void {
  let next = memory.settings;
  let bad = false;
  values.forEach((pair) => {
    if (pair[0] < 0 || pair[0] > 255 || pair[1].length > 255) bad = true;
    else next = withSetting(next, pair[0], pair[1]);
  });
  const fault = !memory.usable ? FAULT_FLASH : bad ? FAULT_BAD_REQUEST : FAULT_JOURNAL_FULL;
  if (!memory.usable || bad || next.length > VALUE_BYTES) {
    memory.clock.alarm(0, () => finish(fault));
    return;
  }
  memory.log.put(KEY_SETTINGS, 0, next, false, (putFault) => {
    if (!putFault) memory.settings = next;
    finish(putFault);
  });
}

/** `Journal.forEach`. */
export function visitAll(
  memory: Memory,
  visit: (record: TransactionRecord) => boolean | void,
  slipsBelow: number | undefined,
): void {
  const { index, state } = memory;
  const limit = slipsBelow || ANY_SLIPS;
  let enough = false;
  const range = (from: number, to: number): void => {
    for (let slot = from; slot < to && !enough; slot++) {
      if ((index.entries[slot] & 255) >= limit) continue;
      const record = memory.read(index.keyAt(slot) - KEY_TRANSACTION);
      enough = record !== null && visit(record) === true;
    }
  };
  const middle = index.slotFrom(KEY_TRANSACTION + state.stanBefore + 1);
  range(middle, index.count());
  range(index.slotFrom(KEY_TRANSACTION + 1), middle);
}

/** `Journal.reset`. */
export function resetJournal(memory: Memory, finish: JournalDone): void {
  if (!memory.usable) {
    memory.clock.alarm(0, () => finish(FAULT_FLASH));
    return;
  }
  memory.log.clear((fault) => {
    if (fault) finish(fault);
    else {
      forget(memory);
      memory.log.renew(finish);
    }
  });
}
