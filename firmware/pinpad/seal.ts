/**
 * Sealed values (docs/protocol/security.md): nonce, data encrypted by 3DES in CBC mode, and a CBC-MAC over length, nonce
 * and ciphertext, under the two halves of the pad's own storage key.
 */
import { u16, type Bytes } from '../../hal/bytes';
import { desCbcDecrypt, desCbcEncrypt, desChain, desKeys } from './des';

export const LONGEST_SEALED = 100;

const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00';
const NONCE_BYTES = 8;
const TAG_BYTES = 8;

/** Over the length first, so that no sealed value is the beginning of another. */
function tagOf(storageKey: Bytes, body: Bytes): Bytes {
  return desChain(desKeys(storageKey.substring(16)), ZEROS, '\x00\x00\x00\x00\x00\x00' + u16(body.length) + body);
}

/** Seals 1–`LONGEST_SEALED` bytes; `nonce` is eight random bytes. */
export function seal(storageKey: Bytes, nonce: Bytes, clear: Bytes): Bytes {
  const padded = clear + '\x80' + ZEROS.substring((clear.length + 1) & 7 || 8);
  const body = nonce + desCbcEncrypt(desKeys(storageKey.substring(0, 16)), nonce, padded);
  return body + tagOf(storageKey, body);
}

/** The bytes, '' for what was not sealed under this key. */
export function unseal(storageKey: Bytes, sealed: Bytes): Bytes {
  const longest = ((LONGEST_SEALED + 8) & ~7) + NONCE_BYTES + TAG_BYTES;
  const end = sealed.length - TAG_BYTES;
  if (sealed.length < 24 || sealed.length > longest || sealed.length & 7) return '';
  const body = sealed.substring(0, end);
  if (tagOf(storageKey, body) !== sealed.substring(end)) return '';
  const keys = desKeys(storageKey.substring(0, 16));
  const padded = desCbcDecrypt(keys, body.substring(0, NONCE_BYTES), body.substring(NONCE_BYTES));
  return padded.substring(0, padded.lastIndexOf('\x80'));
}
