/**
 * Index of a record log in RAM: for every key where its record begins on flash and the small number noted on it. Kept
 * sorted by key in typed arrays, 6 bytes a key, because the small engine pays 16 for every object property.
 *
 * An entry is the key in 24 bits and the note in 8. Keys of two kinds are kept, those below 16 and those of transactions, and
 * they get numbers in one row: no two keys share one, and what is neither is never found.
 */
import { FIRST_TRANSACTION, KEY_TRANSACTION } from './log-format';

export interface KeyIndex {
  /** By slot. */
  readonly entries: Uint32Array;
  readonly units: Uint16Array;
  count(): number;
  /** The first slot whose key is not below. Slots are in order of key. */
  slotFrom(key: number): number;
  /** Slot of a key, or -1. */
  slotOf(key: number): number;
  keyAt(slot: number): number;
  /** A key that is one. False when the index is full. */
  set(key: number, unit: number, note: number): boolean;
  /** Moves the slots from one on to another place: what is between is removed, or is to be filled. False when there is no room. */
  move(from: number, to: number): boolean;
}

/** The key of an entry. */
export function keyOf(entry: number): number {
  const number = Math.floor(entry / 256);
  return number < FIRST_TRANSACTION ? number : number - FIRST_TRANSACTION + KEY_TRANSACTION;
}

function entryOf(key: number): number {
  const number = key < KEY_TRANSACTION ? Math.min(key, FIRST_TRANSACTION) : key - KEY_TRANSACTION + FIRST_TRANSACTION;
  return number * 256;
}

export function createKeyIndex(capacity: number): KeyIndex {
  const entries = new Uint32Array(capacity);
  const units = new Uint16Array(capacity);
  let count = 0;

  function slotFrom(key: number): number {
    const wanted = entryOf(key);
    let low = 0;
    let high = count;
    // Most are asked for the newest.
    if (count > 0 && entries[count - 1] < wanted) low = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function slotOf(key: number): number {
    const slot = slotFrom(key);
    return slot < count && keyOf(entries[slot]) === key ? slot : -1;
  }

  function move(from: number, to: number): boolean {
    if (count + to - from > capacity) return false;
    if (from < count) {
      // Copies, as the engine copies from the first on.
      entries.set(new Uint32Array(entries.subarray(from, count)), to);
      units.set(new Uint16Array(units.subarray(from, count)), to);
    }
    count += to - from;
    return true;
  }

  return {
    entries,
    units,
    count: () => count,
    slotFrom,
    slotOf,
    keyAt: (slot) => keyOf(entries[slot]),
    set: (key, unit, note) => {
      const slot = slotFrom(key);
      if ((slot === count || keyOf(entries[slot]) !== key) && !move(slot, slot + 1)) return false;
      entries[slot] = entryOf(key) + note;
      units[slot] = unit;
      return true;
    },
    move,
  };
}
