/**
 * DES (FIPS 46-3) on one block of two 32-bit words, for 1, 2 or 3 keys (TDEA, NIST SP 800-67: encrypt, decrypt, encrypt).
 * The half blocks are kept turned left by one bit, so that every expansion E is a plain field of six bits. Made to run on
 * the small engine: four S-boxes are looked up by one native call, whose results have no bit in common and so are joined by
 * another one that adds; rounds stand one after the other, because a loop costs as much as a look-up. Not constant in time: it
 * is for the PIN pad's own processor, where nobody else measures. Where the board has machine code for it (`PadNatives.des`) that
 * does the same, and of what is here only the ways in are used.
 */
import type { Bytes } from '../../hal/bytes';
import { u32, xor } from '../../hal/bytes';
import { scheduleOf } from './des-schedule';
import { substitution } from './des-tables';
import { lookups } from './lookups';

/** Of a frame (`PadNatives.des`). */
const DATA_AT = 40;
const NO_BLOCK = '\x00\x00\x00\x00\x00\x00\x00\x00';
const NO_KEYS = NO_BLOCK + NO_BLOCK + NO_BLOCK;

/** What is done to a block, one key after the other. */
interface Passes {
  /** Eight bytes each. */
  readonly keys: Bytes;
  /** Bit n is 1 where pass n decrypts. */
  readonly backward: number;
  /** Round keys of each pass, once they were needed. */
  words: Int32Array[] | null;
}

/** 1, 2 or 3 keys. */
export interface DesKeys {
  readonly encrypt: Passes;
  readonly decrypt: Passes;
}

/** Blocks to be worked on, one after the other. */
interface Job {
  /** Round keys of each pass over a block. */
  readonly passes: readonly Int32Array[];
  /** Permuted and turned: what the first block is joined to, and what comes out of the last one. */
  readonly block: Int32Array;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Memory of the rounds, and the two look-ups and the sum over it with everything given beforehand. */
interface Rounds {
  /** What goes into S1, S3, S5, S7, and into S2, S4, S6, S8. */
  readonly inputs: Int32Array;
  readonly odd: () => void;
  readonly even: () => void;
  readonly joined: () => number;
}

let made: Rounds | null = null;

function makeRounds(): Rounds {
  const { lookUp, sum } = lookups();
  const inputs = new Int32Array(2);
  const outputs = new Int32Array(8);
  // Lowest byte first, on Node's processors as on the boards'.
  const bytes = new Uint8Array(inputs.buffer);
  return {
    inputs,
    odd: lookUp.bind(null, bytes.subarray(0, 4), outputs.subarray(0, 4), substitution(0)),
    even: lookUp.bind(null, bytes.subarray(4, 8), outputs.subarray(4, 8), substitution(1)),
    joined: sum.bind(null, outputs),
  };
}

function passes(keys: Bytes, backward: number): Passes {
  return { keys, backward, words: null };
}

/** A key of 8, 16 or 24 bytes. One of two equal halves does what a half alone does. */
export function desKeys(key: Bytes): DesKeys {
  const first = key.substring(0, 8);
  const second = key.substring(8, 16);
  if (second === '' || (key.length === 16 && first === second)) {
    return { encrypt: passes(first, 0), decrypt: passes(first, 1) };
  }
  const third = key.length === 24 ? key.substring(16) : first;
  return { encrypt: passes(first + second + third, 2), decrypt: passes(third + second + first, 5) };
}

/** The end of a retail MAC (ANSI X9.19): decryption with the right half of the key, encryption with the left one. */
export function retailKeys(key: Bytes): DesKeys {
  const left = key.substring(0, 8);
  const right = key.substring(key.length - 8);
  return { encrypt: passes(right + left, 1), decrypt: passes(left + right, 1) };
}

/** What is wanted for `crypt`, its memory too. */
function wordsOf(of: Passes): Int32Array[] {
  if (!made) made = makeRounds();
  if (of.words) return of.words;
  const words = [];
  for (let i = 0; i * 8 < of.keys.length; i++) {
    const { forward, backward } = scheduleOf(of.keys.substring(i * 8, i * 8 + 8));
    words.push((of.backward >> i) & 1 ? backward : forward);
  }
  of.words = words;
  return words;
}

/**
 * The initial permutation of each block and the turn by one bit, joined by exclusive or to what came out of the block before,
 * then sixteen rounds for each pass; the halves are exchanged at the end of each. The variables of the rounds come first: the
 * small engine finds them in that order.
 */
function crypt(job: Job): void {
  let l = 0;
  let r = 0;
  let k = job.passes[0];
  const rounds = made as Rounds;
  const w = rounds.inputs;
  const M = 0x3f3f3f3f;
  const odd = rounds.odd;
  const even = rounds.even;
  const joined = rounds.joined;
  const { passes, block, bytes } = job;
  let t = 0;
  for (let i = job.from; i < job.to; i += 8) {
    l = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
    r = (bytes[i + 4] << 24) | (bytes[i + 5] << 16) | (bytes[i + 6] << 8) | bytes[i + 7];
    t = ((l >>> 4) ^ r) & 0x0f0f0f0f;
    r ^= t;
    l ^= t << 4;
    t = ((l >>> 16) ^ r) & 0xffff;
    r ^= t;
    l ^= t << 16;
    t = ((r >>> 2) ^ l) & 0x33333333;
    l ^= t;
    r ^= t << 2;
    t = ((r >>> 8) ^ l) & 0x00ff00ff;
    l ^= t;
    r ^= t << 8;
    t = ((l >>> 1) ^ r) & 0x55555555;
    r ^= t;
    l ^= t << 1;
    l = ((l << 1) | (l >>> 31)) ^ block[0];
    r = ((r << 1) | (r >>> 31)) ^ block[1];
    for (let pass = 0; pass < passes.length; pass++) {
      k = passes[pass];
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[0];
      w[1] = (r & M) ^ k[1];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[2];
      w[1] = (l & M) ^ k[3];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[4];
      w[1] = (r & M) ^ k[5];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[6];
      w[1] = (l & M) ^ k[7];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[8];
      w[1] = (r & M) ^ k[9];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[10];
      w[1] = (l & M) ^ k[11];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[12];
      w[1] = (r & M) ^ k[13];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[14];
      w[1] = (l & M) ^ k[15];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[16];
      w[1] = (r & M) ^ k[17];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[18];
      w[1] = (l & M) ^ k[19];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[20];
      w[1] = (r & M) ^ k[21];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[22];
      w[1] = (l & M) ^ k[23];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[24];
      w[1] = (r & M) ^ k[25];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[26];
      w[1] = (l & M) ^ k[27];
      odd();
      even();
      r ^= joined();
      w[0] = (((r >>> 4) | (r << 28)) & M) ^ k[28];
      w[1] = (r & M) ^ k[29];
      odd();
      even();
      l ^= joined();
      w[0] = (((l >>> 4) | (l << 28)) & M) ^ k[30];
      w[1] = (l & M) ^ k[31];
      odd();
      even();
      r ^= joined();
      t = l;
      l = r;
      r = t;
    }
    block[0] = l;
    block[1] = r;
  }
}

/** The way back: the turn, then the inverse of the initial permutation. */
function leave(block: Int32Array): Bytes {
  let l = block[0];
  let r = block[1];
  l = (l >>> 1) | (l << 31);
  r = (r >>> 1) | (r << 31);
  let t = ((l >>> 1) ^ r) & 0x55555555;
  r ^= t;
  l ^= t << 1;
  t = ((r >>> 8) ^ l) & 0x00ff00ff;
  l ^= t;
  r ^= t << 8;
  t = ((r >>> 2) ^ l) & 0x33333333;
  l ^= t;
  r ^= t << 2;
  t = ((l >>> 16) ^ r) & 0xffff;
  r ^= t;
  l ^= t << 16;
  t = ((l >>> 4) ^ r) & 0x0f0f0f0f;
  r ^= t;
  l ^= t << 4;
  return u32(l) + u32(r);
}

/** All blocks by the board's machine code; '' where it has none, or no memory for it just now. `iv` '': each block by itself. */
function natively(of: Passes, iv: Bytes, data: Bytes): Bytes {
  const { des } = lookups();
  if (!des) return '';
  const blocks = data.length >> 3;
  const { keys, backward } = of;
  const head = String.fromCharCode(blocks & 255, blocks >> 8, keys.length >> 3, backward, iv === '' ? 0 : 1, 0, 0, 0);
  const whole = data.substring(0, blocks << 3);
  return des(head + keys + NO_KEYS.substring(keys.length) + (iv || NO_BLOCK) + whole).substring(DATA_AT);
}

/** Encrypts or decrypts whole blocks of 8 bytes, each by itself (ECB). An incomplete last block is dropped. */
export function desEcb(keys: DesKeys, data: Bytes, decrypt: boolean): Bytes {
  const of = decrypt ? keys.decrypt : keys.encrypt;
  let out = natively(of, '', data);
  if (out !== '') return out;
  const bytes = lookups().array(data);
  const block = new Int32Array(2);
  for (let i = 0; i + 8 <= bytes.length; i += 8) {
    block.fill(0);
    crypt({ passes: wordsOf(of), block, bytes, from: i, to: i + 8 });
    out += leave(block);
  }
  return out;
}

/** Data in whole blocks with `iv` in it; nothing for less than a block. */
function begin(iv: Bytes, data: Bytes): Uint8Array {
  const end = data.length - (data.length % 8);
  const first = end ? xor(iv, data.substring(0, 8)) : '';
  return lookups().array(first + data.substring(8, end));
}

/** Encrypts whole blocks, each first combined with the one before (CBC; ISO/IEC 10116). `iv` is 8 bytes. */
export function desCbcEncrypt(keys: DesKeys, iv: Bytes, data: Bytes): Bytes {
  let out = natively(keys.encrypt, iv, data);
  if (out !== '') return out;
  const bytes = begin(iv, data);
  const block = new Int32Array(2);
  for (let i = 0; i < bytes.length; i += 8) {
    crypt({ passes: wordsOf(keys.encrypt), block, bytes, from: i, to: i + 8 });
    out += leave(block);
  }
  return out;
}

/** The last block of `desCbcEncrypt`, `iv` where there is no data: nothing between two blocks leaves the permutation. */
export function desChain(keys: DesKeys, iv: Bytes, data: Bytes): Bytes {
  const out = natively(keys.encrypt, iv, data);
  if (out !== '') return out.substring(out.length - 8);
  const bytes = begin(iv, data);
  if (!bytes.length) return iv;
  const block = new Int32Array(2);
  crypt({ passes: wordsOf(keys.encrypt), block, bytes, from: 0, to: bytes.length });
  return leave(block);
}

/** The way back of `desCbcEncrypt`. */
export function desCbcDecrypt(keys: DesKeys, iv: Bytes, data: Bytes): Bytes {
  const end = data.length - (data.length % 8);
  return xor(desEcb(keys, data, true), (iv + data).substring(0, end));
}
