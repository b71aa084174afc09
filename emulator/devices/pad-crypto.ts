/**
 * What the fake PIN pad computes, with OpenSSL alone: nothing here comes from firmware/pinpad, so that each can be checked
 * against the other. Single DES is `des-ede` with K‖K, because OpenSSL 3 moved `des-ecb` to its legacy provider.
 */
import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';
import type { Bytes } from '../../hal/bytes';
import { PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';

type Ecb = { update(data: Buffer): Buffer };

/** ECB has no state between blocks, so one cipher object serves a key for ever: making one costs more than a whole sale. */
const ciphers = new Map<Bytes, Ecb>();
const CACHED_KEYS = 64;

function doubled(key: Bytes): Bytes {
  return key.length === 8 ? key + key : key;
}

/** Some builds of OpenSSL leave it out. */
export function hasSm4(): boolean {
  return getCiphers().includes('sm4-ecb');
}

function cipherFor(key: Bytes, backwards: boolean, algorithm: number): Ecb {
  const id = `${algorithm}${backwards ? 'd' : 'e'}${key}`;
  const cached = ciphers.get(id);
  if (cached) return cached;
  const bytes = Buffer.from(doubled(key), 'latin1');
  const desName = bytes.length === 24 ? 'des-ede3' : 'des-ede';
  const name = algorithm === PAD_ALGORITHM_SM4 ? 'sm4-ecb' : desName;
  const made = backwards ? createDecipheriv(name, bytes, null) : createCipheriv(name, bytes, null);
  made.setAutoPadding(false);
  if (ciphers.size >= CACHED_KEYS) ciphers.clear();
  ciphers.set(id, made);
  return made;
}

/** ECB, whole blocks: DES (8-byte key) or two-key 3DES (16), or SM4 where `algorithm` says so. */
export function encrypt(key: Bytes, data: Bytes, algorithm: number): Bytes {
  return cipherFor(key, false, algorithm).update(Buffer.from(data, 'latin1')).toString('latin1');
}

export function decrypt(key: Bytes, data: Bytes, algorithm: number): Bytes {
  return cipherFor(key, true, algorithm).update(Buffer.from(data, 'latin1')).toString('latin1');
}

export function desEncrypt(key: Bytes, data: Bytes): Bytes {
  return encrypt(key, data, PAD_ALGORITHM_DES);
}

export function desDecrypt(key: Bytes, data: Bytes): Bytes {
  return decrypt(key, data, PAD_ALGORITHM_DES);
}

/** First four bytes of the encryption of zeros: one block. */
export function checkValue(key: Bytes, algorithm: number = PAD_ALGORITHM_DES): Bytes {
  return encrypt(key, '\0'.repeat(algorithm === PAD_ALGORITHM_SM4 ? 16 : 8), algorithm).slice(0, 4);
}

function hexOf(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();
}

/** Exclusive or of two strings of bytes, as long as the first. */
export function exclusiveOr(a: Bytes, b: Bytes): Bytes {
  const out = Buffer.from(a, 'latin1');
  for (let i = 0; i < out.length; i++) out[i] = out[i] ^ b.charCodeAt(i);
  return out.toString('latin1');
}

/** The rest of UnionPay's MAC once all blocks are folded to one, of 8 bytes or of SM4's 16: eight ASCII hex digits. */
export function macOfFold(mak: Bytes, fold: Bytes, algorithm: number = PAD_ALGORITHM_DES): Bytes {
  const digits = hexOf(fold);
  const first = encrypt(mak, digits.slice(0, fold.length), algorithm);
  return hexOf(encrypt(mak, exclusiveOr(first, digits.slice(fold.length)), algorithm)).slice(0, 8);
}

/** One step of X9.9's chain: `data` in whole blocks, joined to what came out before. */
export function chainStep(mak: Bytes, chain: Bytes, data: Bytes): Bytes {
  const cipher = createCipheriv('des-ede-cbc', Buffer.from(doubled(mak), 'latin1'), Buffer.from(chain, 'latin1'));
  cipher.setAutoPadding(false);
  return cipher.update(Buffer.from(data, 'latin1')).toString('latin1').slice(-8);
}

/** One step of SM4's chain. */
export function sm4ChainStep(mak: Bytes, chain: Bytes, data: Bytes): Bytes {
  const cipher = createCipheriv('sm4-cbc', Buffer.from(mak, 'latin1'), Buffer.from(chain, 'latin1'));
  cipher.setAutoPadding(false);
  return cipher.update(Buffer.from(data, 'latin1')).toString('latin1').slice(-16);
}

/** X9.9 (ISO 9797-1 algorithm 1) over whole blocks is the chain under the whole key; X9.19 (algorithm 3) ends like this. */
export function retailEnd(mak: Bytes, chain: Bytes): Bytes {
  return desEncrypt(mak.slice(0, 8), desDecrypt(mak.slice(-8), chain));
}

/** PIN block under `pik`: format 0 with a PAN, UnionPay's format without one when `pan` is ''. */
export function pinBlock(pik: Bytes, pin: string, pan: string): Bytes {
  const pinField = `0${pin.length.toString(16)}${pin}`.padEnd(16, 'F');
  const panField = pan === '' ? '0' : pan.slice(0, -1).slice(-12);
  const clear = BigInt(`0x${pinField}`) ^ BigInt(`0x${panField}`);
  return desEncrypt(pik, Buffer.from(clear.toString(16).padStart(16, '0'), 'hex').toString('latin1'));
}

/** SM4's block: format 0 with its PIN field made longer behind and its PAN field before, to 16 bytes. */
export function sm4PinBlock(pik: Bytes, pin: string, pan: string): Bytes {
  const clear = Buffer.alloc(16, 0xff);
  clear.write(`0${pin.length.toString(16)}${pin}`.padEnd(14, 'F'), 'hex');
  const account = Buffer.from(pan.slice(0, -1).slice(-12).padStart(12, '0'), 'hex');
  if (pan !== '') for (let i = 0; i < account.length; i++) clear[10 + i] ^= account[i];
  return encrypt(pik, clear.toString('latin1'), PAD_ALGORITHM_SM4);
}

/** Characters of the shortest track that has a whole block before its last byte. */
export function shortestTrack(algorithm: number): number {
  return algorithm === PAD_ALGORITHM_SM4 ? 33 : 17;
}

/** A track that is long enough as BCD with the block before the last byte encrypted. */
export function encryptTrack(tdk: Bytes, track: string, algorithm: number = PAD_ALGORITHM_DES): Bytes {
  const digits = track.replaceAll('=', 'D');
  const bcd = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex').toString('latin1');
  const from = algorithm === PAD_ALGORITHM_SM4 ? -17 : -9;
  return bcd.slice(0, from) + encrypt(tdk, bcd.slice(from, -1), algorithm) + bcd.slice(-1);
}

/** 3DES in CBC mode, whole blocks. */
export function cbc(key: Bytes, iv: Bytes, data: Bytes, backwards: boolean): Bytes {
  const make = backwards ? createDecipheriv : createCipheriv;
  const cipher = make('des-ede-cbc', Buffer.from(key, 'latin1'), Buffer.from(iv, 'latin1'));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.from(data, 'latin1')), cipher.final()]).toString('latin1');
}
