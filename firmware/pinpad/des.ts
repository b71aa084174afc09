/**
 * DES (FIPS 46-3) on one block of two 32-bit words, for 1, 2 or 3 keys (TDEA, NIST SP 800-67: encrypt, decrypt, encrypt).
 * The half blocks are kept turned left by one bit, so that every expansion E is a plain field of six bits. Made to run on
 * the small engine: integers only, one table, no memory taken per block. Not constant in time: it is for the PIN pad's
 * own processor, where nobody else measures.
 */
import type { Bytes } from '../../hal/bytes';
import { readU32, u32 } from '../../hal/bytes';
import { PC1, PC2, TURNS, substitution } from './des-tables';

/** Round keys: 32 words for each of the keys. */
export type DesKeys = Int32Array;

function roundKeys(key: Bytes, into: DesKeys, at: number): void {
  const cd = new Uint8Array(56);
  for (let i = 0; i < 56; i++) {
    const bit = PC1[i] - 1;
    cd[i] = (key.charCodeAt(bit >> 3) >> (7 - (bit & 7))) & 1;
  }
  let turned = 0;
  for (let round = 0; round < 16; round++) {
    turned += TURNS[round];
    let odd = 0;
    let even = 0;
    for (let j = 0; j < 48; j++) {
      const bit = PC2[j] - 1;
      const from = bit < 28 ? (bit + turned) % 28 : 28 + ((bit - 28 + turned) % 28);
      const box = (j / 6) | 0;
      const shift = 29 - (box >> 1) * 8 - (j % 6);
      if (box & 1) even |= cd[from] << shift;
      else odd |= cd[from] << shift;
    }
    into[at + round * 2] = odd;
    into[at + round * 2 + 1] = even;
  }
  cd.fill(0);
}

/** Round keys of a key of 8, 16 or 24 bytes; parity bits are not looked at. */
export function desKeys(key: Bytes): DesKeys {
  const keys = new Int32Array(key.length * 4);
  for (let i = 0; i < key.length; i += 8) roundKeys(key.substring(i, i + 8), keys, i * 4);
  return keys;
}

/** Sixteen rounds on `block` (left, right; both turned), the halves exchanged at the end. `step` 2 forward, -2 back. */
function rounds(keys: DesKeys, at: number, step: number, block: Int32Array): void {
  const sp = substitution();
  let left = block[0];
  let right = block[1];
  let k = step > 0 ? at : at + 30;
  for (let round = 0; round < 16; round++) {
    const odd = ((right >>> 4) | (right << 28)) ^ keys[k];
    const even = right ^ keys[k + 1];
    const f =
      sp[(odd >>> 24) & 63] |
      sp[64 + ((even >>> 24) & 63)] |
      sp[128 + ((odd >>> 16) & 63)] |
      sp[192 + ((even >>> 16) & 63)] |
      sp[256 + ((odd >>> 8) & 63)] |
      sp[320 + ((even >>> 8) & 63)] |
      sp[384 + (odd & 63)] |
      sp[448 + (even & 63)];
    const next = left ^ f;
    left = right;
    right = next;
    k += step;
  }
  block[0] = right;
  block[1] = left;
}

/** Initial permutation, and the turn by one bit. */
function enter(block: Int32Array): void {
  let l = block[0];
  let r = block[1];
  let t = ((l >>> 4) ^ r) & 0x0f0f0f0f;
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
  block[0] = (l << 1) | (l >>> 31);
  block[1] = (r << 1) | (r >>> 31);
}

/** The way back: the turn, then the inverse of the initial permutation. */
function leave(block: Int32Array): void {
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
  block[0] = l;
  block[1] = r;
}

/** One block in place. Between the keys the final and the initial permutation cancel each other. */
function crypt(keys: DesKeys, decrypt: boolean, block: Int32Array): void {
  const count = keys.length >> 5;
  enter(block);
  if (count === 1) rounds(keys, 0, decrypt ? -2 : 2, block);
  else {
    const last = count === 3 ? 64 : 0;
    rounds(keys, decrypt ? last : 0, decrypt ? -2 : 2, block);
    rounds(keys, 32, decrypt ? 2 : -2, block);
    rounds(keys, decrypt ? 0 : last, decrypt ? -2 : 2, block);
  }
  leave(block);
}

const work = new Int32Array(2);

/** Encrypts or decrypts whole blocks of 8 bytes, each by itself (ECB). An incomplete last block is dropped. */
export function desEcb(keys: DesKeys, data: Bytes, decrypt: boolean): Bytes {
  let out = '';
  for (let i = 0; i + 8 <= data.length; i += 8) {
    work[0] = readU32(data, i);
    work[1] = readU32(data, i + 4);
    crypt(keys, decrypt, work);
    out += u32(work[0]) + u32(work[1]);
  }
  return out;
}

/** Encrypts whole blocks, each first combined with the one before (CBC; ISO/IEC 10116). `iv` is 8 bytes. */
export function desCbcEncrypt(keys: DesKeys, iv: Bytes, data: Bytes): Bytes {
  let out = '';
  let high = readU32(iv, 0);
  let low = readU32(iv, 4);
  for (let i = 0; i + 8 <= data.length; i += 8) {
    work[0] = readU32(data, i) ^ high;
    work[1] = readU32(data, i + 4) ^ low;
    crypt(keys, false, work);
    high = work[0];
    low = work[1];
    out += u32(high) + u32(low);
  }
  return out;
}

/** The way back of `desCbcEncrypt`. */
export function desCbcDecrypt(keys: DesKeys, iv: Bytes, data: Bytes): Bytes {
  let out = '';
  let before = iv;
  for (let i = 0; i + 8 <= data.length; i += 8) {
    const block = data.substring(i, i + 8);
    work[0] = readU32(block, 0);
    work[1] = readU32(block, 4);
    crypt(keys, true, work);
    out += u32(work[0] ^ readU32(before, 0)) + u32(work[1] ^ readU32(before, 4));
    before = block;
  }
  return out;
}
