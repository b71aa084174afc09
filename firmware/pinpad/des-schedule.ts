/**
 * Round keys of DES (FIPS 46-3). Each word of a round key holds four fields of six bits, one in each byte, and in the two free
 * bits of a byte its own number: so one table of 256 words serves four S-boxes (des.ts).
 */
import type { Bytes } from '../../hal/bytes';
import { CHOICE_2, TURNED, choice1 } from './des-tables';
import { lookups } from './lookups';

/** Two words a round; of one key of eight bytes. */
export interface Schedule {
  readonly forward: Int32Array;
  readonly backward: Int32Array;
}

/** Numbers 3, 2, 1 and 0 in the bytes' highest bits. */
const BYTE_NUMBERS = 0xc0804000 | 0;
/** Two halves of each working key. */
const KEPT = 6;

interface Choices {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** Of the bits of a word in the order of `second`. */
  readonly weights: Int32Array;
}

let choices: Choices | null = null;
/** Schedules used last, until other keys come: making one takes as long as two blocks. */
let keptKeys: Bytes[] = [];
let kept: Schedule[] = [];

function makeChoices(): Choices {
  const { array } = lookups();
  const weights = new Int32Array(24);
  for (let i = 0; i < 24; i++) weights[i] = 1 << (29 - 8 * ((i / 6) | 0) - (i % 6));
  return { first: array(choice1()), second: array(CHOICE_2), weights };
}

function makeSchedule(key: Bytes): Schedule {
  const { array, lookUp, dot } = lookups();
  const { first, second, weights } = choices || (choices = makeChoices());
  const keyBits = new Uint8Array(64);
  const halves = new Uint8Array(112);
  const bits = new Uint8Array(48);
  const even = bits.subarray(24, 48);
  const forward = new Int32Array(32);
  const backward = new Int32Array(32);
  lookUp(array(key), keyBits, undefined, 1);
  lookUp(first, halves, keyBits);
  for (let round = 0; round < 16; round++) {
    lookUp(second, bits, halves.subarray(TURNED.charCodeAt(round), 112));
    const at = round * 2;
    forward[at] = backward[30 - at] = dot(weights, bits, 0) | BYTE_NUMBERS;
    forward[at + 1] = backward[31 - at] = dot(weights, even, 0) | BYTE_NUMBERS;
  }
  keyBits.fill(0);
  halves.fill(0);
  return { forward, backward };
}

/** The schedule of eight bytes; parity bits are not looked at. */
export function scheduleOf(key: Bytes): Schedule {
  const at = keptKeys.indexOf(key);
  if (at >= 0) return kept[at];
  const made = makeSchedule(key);
  if (keptKeys.length === KEPT) {
    keptKeys.shift();
    kept.shift();
  }
  keptKeys.push(key);
  kept.push(made);
  return made;
}

/** Leaves nothing of any key in memory. */
export function forgetSchedules(): void {
  kept.forEach((one) => {
    one.forward.fill(0);
    one.backward.fill(0);
  });
  keptKeys = [];
  kept = [];
}
