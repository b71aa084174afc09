/**
 * What the fake PIN pad computes, with OpenSSL alone: nothing here comes from firmware/pinpad, so that each can be checked
 * against the other. Single DES is `des-ede` with K‖K, because OpenSSL 3 moved `des-ecb` to its legacy provider.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Bytes } from '../../hal/bytes';

type Ecb = { update(data: Buffer): Buffer };

/** ECB has no state between blocks, so one cipher object serves a key for ever: making one costs more than a whole sale. */
const ciphers = new Map<Bytes, Ecb>();
const CACHED_KEYS = 64;

function doubled(key: Bytes): Bytes {
  return key.length === 8 ? key + key : key;
}

function cipherFor(key: Bytes, decrypt: boolean): Ecb {
  const id = (decrypt ? 'd' : 'e') + key;
  const cached = ciphers.get(id);
  if (cached) return cached;
  const bytes = Buffer.from(doubled(key), 'latin1');
  const name = bytes.length === 24 ? 'des-ede3' : 'des-ede';
  const made = decrypt ? createDecipheriv(name, bytes, null) : createCipheriv(name, bytes, null);
  made.setAutoPadding(false);
  if (ciphers.size >= CACHED_KEYS) ciphers.clear();
  ciphers.set(id, made);
  return made;
}

/** DES (8-byte key) or two-key 3DES (16), ECB, whole blocks. */
export function desEncrypt(key: Bytes, data: Bytes): Bytes {
  return cipherFor(key, false).update(Buffer.from(data, 'latin1')).toString('latin1');
}

export function desDecrypt(key: Bytes, data: Bytes): Bytes {
  return cipherFor(key, true).update(Buffer.from(data, 'latin1')).toString('latin1');
}

/** First four bytes of the encryption of eight zero bytes. */
export function checkValue(key: Bytes): Bytes {
  return desEncrypt(key, '\0\0\0\0\0\0\0\0').slice(0, 4);
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

/** The rest of UnionPay's MAC once all blocks are folded to eight bytes: eight ASCII hex digits. */
export function macOfFold(mak: Bytes, fold: Bytes): Bytes {
  const digits = hexOf(fold);
  const first = desEncrypt(mak, digits.slice(0, 8));
  return hexOf(desEncrypt(mak, exclusiveOr(first, digits.slice(8)))).slice(0, 8);
}

/** One step of X9.9's chain: `data` in whole blocks, joined to what came out before. */
export function chainStep(mak: Bytes, chain: Bytes, data: Bytes): Bytes {
  const cipher = createCipheriv('des-ede-cbc', Buffer.from(doubled(mak), 'latin1'), Buffer.from(chain, 'latin1'));
  cipher.setAutoPadding(false);
  return cipher.update(Buffer.from(data, 'latin1')).toString('latin1').slice(-8);
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

/** A track of 17 or more characters as BCD with its eight bytes before the last one encrypted. */
export function encryptTrack(tdk: Bytes, track: string): Bytes {
  const digits = track.replaceAll('=', 'D');
  const bcd = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex').toString('latin1');
  const from = bcd.length - 9;
  return bcd.slice(0, from) + desEncrypt(tdk, bcd.slice(from, from + 8)) + bcd.slice(from + 8);
}

/** 3DES in CBC mode, whole blocks. */
export function cbc(key: Bytes, iv: Bytes, data: Bytes, decrypt: boolean): Bytes {
  const make = decrypt ? createDecipheriv : createCipheriv;
  const cipher = make('des-ede-cbc', Buffer.from(key, 'latin1'), Buffer.from(iv, 'latin1'));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.from(data, 'latin1')), cipher.final()]).toString('latin1');
}
