/**
 * SM4 (GB/T 32907-2016), the block cipher of the Chinese commercial standards: blocks and keys of 16 bytes, 32 rounds. The S-box
 * and the linear transformation L become one look-up for each byte of a word; four rounds stand in one turn of the loop, so
 * that no word is moved. Not constant in time, as des.ts.
 */
import type { Bytes } from '../../hal/bytes';
import { u32 } from '../../hal/bytes';
import { lookups } from './lookups';

/** Clause 6.2, row by row. */
const S_BOX =
  '\xd6\x90\xe9\xfe\xcc\xe1\x3d\xb7\x16\xb6\x14\xc2\x28\xfb\x2c\x05' +
  '\x2b\x67\x9a\x76\x2a\xbe\x04\xc3\xaa\x44\x13\x26\x49\x86\x06\x99' +
  '\x9c\x42\x50\xf4\x91\xef\x98\x7a\x33\x54\x0b\x43\xed\xcf\xac\x62' +
  '\xe4\xb3\x1c\xa9\xc9\x08\xe8\x95\x80\xdf\x94\xfa\x75\x8f\x3f\xa6' +
  '\x47\x07\xa7\xfc\xf3\x73\x17\xba\x83\x59\x3c\x19\xe6\x85\x4f\xa8' +
  '\x68\x6b\x81\xb2\x71\x64\xda\x8b\xf8\xeb\x0f\x4b\x70\x56\x9d\x35' +
  '\x1e\x24\x0e\x5e\x63\x58\xd1\xa2\x25\x22\x7c\x3b\x01\x21\x78\x87' +
  '\xd4\x00\x46\x57\x9f\xd3\x27\x52\x4c\x36\x02\xe7\xa0\xc4\xc8\x9e' +
  '\xea\xbf\x8a\xd2\x40\xc7\x38\xb5\xa3\xf7\xf2\xce\xf9\x61\x15\xa1' +
  '\xe0\xae\x5d\xa4\x9b\x34\x1a\x55\xad\x93\x32\x30\xf5\x8c\xb1\xe3' +
  '\x1d\xf6\xe2\x2e\x82\x66\xca\x60\xc0\x29\x23\xab\x0d\x53\x4e\x6f' +
  '\xd5\xdb\x37\x45\xde\xfd\x8e\x2f\x03\xff\x6a\x72\x6d\x6c\x5b\x51' +
  '\x8d\x1b\xaf\x92\xbb\xdd\xbc\x7f\x11\xd9\x5c\x41\x1f\x10\x5a\xd8' +
  '\x0a\xc1\x31\x88\xa5\xcd\x7b\xbd\x2d\x74\xd0\x12\xb8\xe5\xb4\xb0' +
  '\x89\x69\x97\x4a\x0c\x96\x77\x7e\x65\xb9\xf1\x09\xc5\x6e\xc6\x84' +
  '\x18\xf0\x7d\xec\x3a\xdc\x4d\x20\x79\xee\x5f\x3e\xd7\xcb\x39\x48';

/** Round keys, to encrypt and to decrypt. */
export interface Sm4Keys {
  readonly encrypt: Int32Array;
  readonly decrypt: Int32Array;
}

interface Tables {
  /** T of a word that has nothing but its highest byte, its second, third, lowest one. */
  readonly t0: Int32Array;
  readonly t1: Int32Array;
  readonly t2: Int32Array;
  readonly t3: Int32Array;
  readonly box: Uint8Array;
}

let tables: Tables | null = null;

function makeTables(): Tables {
  const { array, lookUp } = lookups();
  const box = array(S_BOX);
  const linear = new Int32Array(256);
  const t0 = new Int32Array(256);
  const t1 = new Int32Array(256);
  const t2 = new Int32Array(256);
  const t3 = new Int32Array(256);
  for (let bit = 1; bit < 256; bit += bit) {
    // L (clause 6.2) of the bit in the highest byte; of a sum it is the sum.
    const x = bit << 24;
    const l = x ^ ((x << 2) | (x >>> 30)) ^ (x >>> 22) ^ (x >>> 14) ^ (x >>> 8);
    for (let i = 0; i < bit; i++) linear[bit + i] = linear[i] ^ l;
  }
  lookUp(box, t0, linear);
  for (let i = 0; i < 256; i++) {
    const t = t0[i];
    t1[i] = (t >>> 8) | (t << 24);
    t2[i] = (t >>> 16) | (t << 16);
    t3[i] = (t >>> 24) | (t << 8);
  }
  return { t0, t1, t2, t3, box };
}

/** Makes the tables before they are needed: on the small engine that takes longer than a whole PIN block. */
export function prepareSm4(): void {
  if (!tables) tables = makeTables();
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** Clause 7.3; FK and CK are its constants. `key` is 16 bytes. */
export function sm4Keys(key: Bytes): Sm4Keys {
  const { box } = tables || (tables = makeTables());
  const bytes = lookups().array(key);
  const encrypt = new Int32Array(32);
  const decrypt = new Int32Array(32);
  let a = word(bytes, 0) ^ 0xa3b1bac6;
  let b = word(bytes, 4) ^ 0x56aa3350;
  let c = word(bytes, 8) ^ 0x677d9197;
  let d = word(bytes, 12) ^ 0xb27022dc;
  for (let round = 0; round < 32; round++) {
    // Bytes of CK: 7 times 0, 1, 2 and so on, without carry from one to the next.
    const n = round * 28;
    const ck = (n << 24) | (((n + 7) & 255) << 16) | (((n + 14) & 255) << 8) | ((n + 21) & 255);
    const x = b ^ c ^ d ^ ck;
    const s = (box[x >>> 24] << 24) | (box[(x >>> 16) & 255] << 16) | (box[(x >>> 8) & 255] << 8) | box[x & 255];
    const next = a ^ s ^ ((s << 13) | (s >>> 19)) ^ ((s << 23) | (s >>> 9));
    encrypt[round] = decrypt[31 - round] = next;
    a = b;
    b = c;
    c = d;
    d = next;
  }
  bytes.fill(0);
  return { encrypt, decrypt };
}

/** One block of four words in place. */
function crypt(k: Int32Array, block: Int32Array): void {
  let a = block[0];
  let b = block[1];
  let c = block[2];
  let d = block[3];
  let t = 0;
  const { t0: p, t1: q, t2: r, t3: s } = tables || (tables = makeTables());
  for (let i = 0; i < 32; i += 4) {
    t = b ^ c ^ d ^ k[i];
    a ^= p[t >>> 24] ^ q[(t >>> 16) & 255] ^ r[(t >>> 8) & 255] ^ s[t & 255];
    t = a ^ c ^ d ^ k[i + 1];
    b ^= p[t >>> 24] ^ q[(t >>> 16) & 255] ^ r[(t >>> 8) & 255] ^ s[t & 255];
    t = a ^ b ^ d ^ k[i + 2];
    c ^= p[t >>> 24] ^ q[(t >>> 16) & 255] ^ r[(t >>> 8) & 255] ^ s[t & 255];
    t = a ^ b ^ c ^ k[i + 3];
    d ^= p[t >>> 24] ^ q[(t >>> 16) & 255] ^ r[(t >>> 8) & 255] ^ s[t & 255];
  }
  block[0] = d;
  block[1] = c;
  block[2] = b;
  block[3] = a;
}

function join(block: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 4; i++) block[i] ^= word(bytes, at + i * 4);
}

/** All blocks, the last one filled up with zeros, joined by exclusive or: 16 bytes. */
export function foldSm4Blocks(message: Bytes): Bytes {
  const bytes = new Uint8Array((message.length + 15) & ~15);
  const block = new Int32Array(4);
  bytes.set(lookups().array(message));
  for (let i = 0; i < bytes.length; i += 16) join(block, bytes, i);
  return bytesOf(block);
}

function bytesOf(block: Int32Array): Bytes {
  return u32(block[0]) + u32(block[1]) + u32(block[2]) + u32(block[3]);
}

/** Encrypts or decrypts whole blocks of 16 bytes, each by itself (ECB). An incomplete last block is dropped. */
export function sm4Ecb(keys: Sm4Keys, data: Bytes, decrypt: boolean): Bytes {
  const bytes = lookups().array(data);
  const block = new Int32Array(4);
  let out = '';
  for (let i = 0; i + 16 <= bytes.length; i += 16) {
    block.fill(0);
    join(block, bytes, i);
    crypt(decrypt ? keys.decrypt : keys.encrypt, block);
    out += bytesOf(block);
  }
  return out;
}

/** The last block of the chain over whole blocks (CBC; GB/T 15852.1): a MAC's. `iv` is 16 bytes, and the answer without data. */
export function sm4Chain(keys: Sm4Keys, iv: Bytes, data: Bytes): Bytes {
  const { array } = lookups();
  const bytes = array(data);
  const block = new Int32Array(4);
  join(block, array(iv), 0);
  for (let i = 0; i + 16 <= bytes.length; i += 16) {
    join(block, bytes, i);
    crypt(keys.encrypt, block);
  }
  return bytesOf(block);
}
