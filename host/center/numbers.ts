/** Counters and randomness of the center. Both live in the store, so that a branch that is rolled back leaves no trace. */
import * as crypto from 'node:crypto';
import type { Store } from './store';

export interface Numbers {
  /** Next number of a sequence, from 1. */
  next(name: string): number;
  /** `seed` given: from the seed and a counter; otherwise from the system. */
  randomBytes(count: number): Buffer;
}

export function createNumbers(store: Store, seed: number | undefined): Numbers {
  function next(name: string): number {
    // Not `RETURNING`: for that SQLite makes a table of its own each time.
    const last = store.get('SELECT value FROM counters WHERE name = ?', name)?.value as number | undefined;
    const value = (last ?? 0) + 1;
    store.run('INSERT OR REPLACE INTO counters VALUES (?, ?)', name, value);
    return value;
  }

  function randomBytes(count: number): Buffer {
    if (seed === undefined) return crypto.randomBytes(count);
    const digest = crypto
      .createHash('sha512')
      .update(`cupos TEST randomness|${seed}|${next('random')}`)
      .digest();
    return digest.subarray(0, count);
  }

  return { next, randomBytes };
}

/** F37: when, and a running number. */
export function referenceOf(prefix: string, sequence: number): string {
  return prefix + String(sequence % 1_000_000).padStart(6, '0');
}

/** F38: every number of a million once before any comes again (7919 is prime to 1,000,000). */
export function authCodeOf(sequence: number): string {
  return String((sequence * 7919 + 104_729) % 1_000_000).padStart(6, '0');
}
