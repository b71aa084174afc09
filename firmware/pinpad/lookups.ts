/**
 * Table look-ups, sums and products over whole arrays: what a cipher does most, and what the small engine has native calls
 * for, each of which is as quick as two or three of its own instructions. In place of them, where there are none: loops.
 */
import type { Bytes, NativeBytes, Words } from '../../hal/bytes';
import type { PadNatives } from '../../hal/pad-board';
import { isRight } from './des-check';

function array(bytes: Bytes): Uint8Array {
  const made = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) made[i] = bytes.charCodeAt(i);
  return made;
}

function lookUp(from: Uint8Array, to: Words, table?: Words, bits?: number): void {
  const width = bits || 8;
  const mask = (1 << width) - 1;
  let out = 0;
  for (let i = 0; i < from.length; i++) {
    for (let shift = 8 - width; shift >= 0; shift -= width) {
      const part = (from[i] >> shift) & mask;
      to[out++] = table ? table[part] : part;
    }
  }
}

function sum(words: Words): number {
  let total = 0;
  for (let i = 0; i < words.length; i++) total += words[i];
  return total;
}

function dot(a: Words, b: Words, offset: number): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i + offset];
  return total;
}

const plain = { array, lookUp, sum, dot };

export type Lookups = Required<Omit<NativeBytes, 'crc32'>> & Pick<PadNatives, 'des'>;

let current: Lookups = plain;

/** The board's own, as far as it has them; before the first key is made. */
export function useNativeLookups(native: PadNatives): void {
  const { des } = native;
  current = {
    // Machine code that is wrong says nothing; the slow way says the same.
    des: des && isRight(des) ? des : undefined,
    array: native.array || array,
    lookUp: native.lookUp || lookUp,
    sum: native.sum || sum,
    dot: native.dot || dot,
  };
}

export function lookups(): Lookups {
  return current;
}
