/**
 * The host's half of UnionPay's security with node:crypto alone, over bytes as they were received: F64, PIN block, track
 * encryption, working keys (docs/protocol/security.md). It shares no line with the terminal's and the pad's code.
 * Single DES is `des-ede` with the key twice: OpenSSL 3 no longer offers `des-ecb` by default.
 */
import * as crypto from 'node:crypto';
import type { MacMode } from './dialect';

export interface WorkingKeys {
  /** 8 or 16 bytes. */
  readonly pik: Uint8Array;
  /** 8 bytes, or 16. */
  readonly mak: Uint8Array;
  /** 16 bytes, or none where the terminal signed in without a track key. */
  readonly tdk: Uint8Array;
}

interface Ecb {
  update(blocks: Uint8Array): Buffer;
}

/** ECB keeps nothing from one block to the next, so that one object serves a key as long as it is in use. */
const ciphers = new Map<string, Ecb>();
const CACHED_KEYS = 64;

function doubled(key: Uint8Array): Uint8Array {
  return key.length === 16 ? key : Buffer.concat([key, key]);
}

function ecb(key: Uint8Array, decrypts: boolean): Ecb {
  const id = (decrypts ? 'd' : 'e') + Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
  const cached = ciphers.get(id);
  if (cached) return cached;
  const make = decrypts ? crypto.createDecipheriv : crypto.createCipheriv;
  const made = make('des-ede', doubled(key), null);
  made.setAutoPadding(false);
  if (ciphers.size >= CACHED_KEYS) ciphers.clear();
  ciphers.set(id, made);
  return made;
}

/** DES or 3DES, ECB, whole blocks. */
export function encrypt(key: Uint8Array, clear: Uint8Array): Buffer {
  return ecb(key, false).update(clear);
}

export function decrypt(key: Uint8Array, blocks: Uint8Array): Buffer {
  return ecb(key, true).update(blocks);
}

/** Check value: the first 4 bytes of 8 zero bytes encrypted. */
export function checkValue(key: Uint8Array): Buffer {
  return encrypt(key, Buffer.alloc(8)).subarray(0, 4);
}

/** F64 of a body without its F64: fold by XOR, encrypt the fold's hex in two halves; 8 ASCII characters. */
export function unionPayMac(mak: Uint8Array, body: Uint8Array): Buffer {
  const fold = Buffer.alloc(8);
  for (let i = 0; i < body.length; i++) fold[i & 7] = fold[i & 7] ^ body[i];
  const hex = Buffer.from(fold.toString('hex').toUpperCase(), 'latin1');
  const cipher = ecb(mak, false);
  const first = cipher.update(hex.subarray(0, 8));
  for (let i = 0; i < 8; i++) first[i] = first[i] ^ hex[i + 8];
  return Buffer.from(cipher.update(first).toString('hex', 0, 4).toUpperCase(), 'latin1');
}

/** A MAK and what is computed with it. */
export interface MacKey {
  readonly key: Uint8Array;
  readonly mode: MacMode;
}

/** ANSI X9.9 (ISO 9797-1 algorithm 1): CBC over whole blocks, zeros at the end; the last block. */
function chainedMac(key: Uint8Array, body: Uint8Array): Buffer {
  const blocks = Math.max(1, Math.ceil(body.length / 8));
  const padded = Buffer.alloc(blocks * 8);
  padded.set(body);
  const cipher = crypto.createCipheriv('des-ede-cbc', doubled(key), Buffer.alloc(8));
  cipher.setAutoPadding(false);
  return cipher.update(padded).subarray(-8);
}

/** F64 of a body without its F64, 8 bytes. X9.19 (algorithm 3) chains with the key's left half and ends with both. */
export function computeMac({ key, mode }: MacKey, body: Uint8Array): Buffer {
  if (mode === 'unionpay') return unionPayMac(key, body);
  if (mode === 'x9.9') return chainedMac(key, body);
  const left = key.subarray(0, 8);
  return encrypt(left, decrypt(key.subarray(-8), chainedMac(left, body)));
}

/**
 * PIN of a PIN block (ISO 9564 format 0; `pan` '' where F53 says without PAN); '' where the block has no such form,
 * which is what a block under another key looks like.
 */
export function pinOfBlock(pik: Uint8Array, block: Uint8Array, pan: string): string {
  const clear = decrypt(pik, block);
  if (pan !== '') {
    const panBlock = Buffer.from('0000' + pan.slice(-13, -1).padStart(12, '0'), 'hex');
    for (let i = 0; i < 8; i++) clear[i] = clear[i] ^ panBlock[i];
  }
  const hex = clear.toString('hex');
  const length = parseInt(hex.charAt(1), 16);
  if (hex.charAt(0) !== '0' || length < 4 || length > 12) return '';
  const pin = hex.slice(2, 2 + length);
  return /^\d+$/.test(pin) && /^f*$/.test(hex.slice(2 + length)) ? pin : '';
}

/**
 * Track digits as sent (`D` for the separator) to clear ones: 16 of them, ending just before the last byte of the padded
 * form, are one block under the TDK. '' for a track too short to hold the block.
 */
export function clearTrack(tdk: Uint8Array, track: string): string {
  const end = track.length - (track.length % 2 === 0 ? 2 : 1);
  if (end < 16) return '';
  const block = decrypt(tdk, Buffer.from(track.slice(end - 16, end), 'hex'));
  return track.slice(0, end - 16) + block.toString('hex').toUpperCase() + track.slice(end);
}

/** F62 of a sign-in answer: each working key under the TMK with its check value; the MAK in a 16-byte slot but for 001. */
export function wrapKeys(tmk: Uint8Array, keys: WorkingKeys): Buffer {
  const makSlot = keys.pik.length === 8 || keys.mak.length === 16 ? [] : [Buffer.alloc(8)];
  const parts = [
    encrypt(tmk, keys.pik),
    checkValue(keys.pik),
    encrypt(tmk, keys.mak),
    ...makSlot,
    checkValue(keys.mak),
  ];
  if (keys.tdk.length > 0) parts.push(encrypt(tmk, keys.tdk), checkValue(keys.tdk));
  return Buffer.concat(parts);
}

/** Set in the first byte of a blob whose MAK has 16 bytes. */
const LONG_MAK = 0x80;

/** One blob for the store. */
export function packKeys(keys: WorkingKeys): Buffer {
  const lengths = keys.pik.length | (keys.mak.length === 16 ? LONG_MAK : 0);
  return Buffer.concat([Buffer.from([lengths]), keys.pik, keys.mak, keys.tdk]);
}

export function unpackKeys(blob: Uint8Array): WorkingKeys {
  const makAt = 1 + (blob[0] & ~LONG_MAK);
  const tdkAt = makAt + (blob[0] & LONG_MAK ? 16 : 8);
  return { pik: blob.subarray(1, makAt), mak: blob.subarray(makAt, tdkAt), tdk: blob.subarray(tdkAt) };
}
