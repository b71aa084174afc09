/** SHA-1 (FIPS 180-4, 6.1). For check values that standards define with it; not for new signatures. */
import type { Bytes } from '../../hal/bytes';
import { readU32, u32 } from '../../hal/bytes';

const schedule = new Int32Array(80);

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** The round's function and constant together (4.1.1, 4.2.1). */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function block(hash: Int32Array, data: Bytes, at: number): void {
  for (let t = 0; t < 16; t++) schedule[t] = readU32(data, at + t * 4);
  for (let t = 16; t < 80; t++) {
    schedule[t] = rotate(schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16], 1);
  }
  let a = hash[0];
  let b = hash[1];
  let c = hash[2];
  let d = hash[3];
  let e = hash[4];
  for (let t = 0; t < 80; t++) {
    const next = (rotate(a, 5) + mix(t, b, c, d) + e + schedule[t]) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  hash[0] = (hash[0] + a) | 0;
  hash[1] = (hash[1] + b) | 0;
  hash[2] = (hash[2] + c) | 0;
  hash[3] = (hash[3] + d) | 0;
  hash[4] = (hash[4] + e) | 0;
}

/** Hash of at most 256 MB: 20 bytes. */
export function sha1(data: Bytes): Bytes {
  const hash = new Int32Array(5);
  hash[0] = 0x67452301;
  hash[1] = 0xefcdab89 | 0;
  hash[2] = 0x98badcfe | 0;
  hash[3] = 0x10325476;
  hash[4] = 0xc3d2e1f0 | 0;
  const whole = data.length - (data.length % 64);
  for (let i = 0; i < whole; i += 64) block(hash, data, i);
  let last = data.substring(whole) + '\x80';
  while (last.length % 64 !== 56) last += '\x00';
  last += u32(0) + u32(data.length * 8);
  for (let i = 0; i < last.length; i += 64) block(hash, last, i);
  let out = '';
  for (let i = 0; i < 5; i++) out += u32(hash[i]);
  return out;
}
