/**
 * Index of a record log in RAM: for every key where its record begins on flash and the small number noted on it. Kept
 * sorted by key in typed arrays, 7 bytes a key, because the small engine pays 16 for every object property.
 */

export interface KeyIndex {
  count(): number;
  /** Slot of a key, or -1. Slots are in order of key; an insertion or `retain` moves them. */
  slotOf(key: number): number;
  keyAt(slot: number): number;
  unitAt(slot: number): number;
  noteAt(slot: number): number;
  /** False when the index is full. */
  set(key: number, unit: number, note: number): boolean;
  /** Keeps only the keys for which `keep` says so. */
  retain(keep: (key: number, unit: number) => boolean): void;
}

export function createKeyIndex(capacity: number): KeyIndex {
  const keys = new Uint32Array(capacity);
  const units = new Uint16Array(capacity);
  const notes = new Uint8Array(capacity);
  let count = 0;

  /** The first slot whose key is not below. */
  function lowerBound(key: number): number {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function slotOf(key: number): number {
    const slot = lowerBound(key);
    return slot < count && keys[slot] === key ? slot : -1;
  }

  function put(slot: number, key: number, unit: number, note: number): void {
    keys[slot] = key;
    units[slot] = unit;
    notes[slot] = note;
  }

  function move(from: number, to: number): void {
    put(to, keys[from], units[from], notes[from]);
  }

  return {
    count: () => count,
    slotOf,
    keyAt: (slot) => keys[slot],
    unitAt: (slot) => units[slot],
    noteAt: (slot) => notes[slot],
    set: (key, unit, note) => {
      const slot = lowerBound(key);
      if (slot === count || keys[slot] !== key) {
        if (count === capacity) return false;
        for (let i = count; i > slot; i--) move(i - 1, i);
        count++;
      }
      put(slot, key, unit, note);
      return true;
    },
    retain: (keep) => {
      let kept = 0;
      for (let i = 0; i < count; i++) {
        if (!keep(keys[i], units[i])) continue;
        if (kept < i) move(i, kept);
        kept++;
      }
      count = kept;
    },
  };
}
