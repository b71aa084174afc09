/**
 * What the center keeps of PANs, PINs and keys: sealed by AES-256-GCM, found again by HMAC-SHA-256. The nonce is an HMAC
 * of label and content (as in RFC 8452's idea, not its construction): two equal values give equal bytes, no value ever
 * meets another one's nonce, and a run that is branched and rolled back cannot use one twice.
 */
import * as crypto from 'node:crypto';

/** TEST key for centers in memory. */
export const TEST_CENTER_KEY: Uint8Array = Buffer.from('cupos TEST key of the test center'.slice(0, 32), 'latin1');

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Vault {
  /** `label` is authenticated with it: what was sealed as one thing cannot be opened as another. */
  seal(label: string, clear: Uint8Array): Uint8Array;
  /** Throws where the bytes were not sealed with this key under this label. */
  unseal(label: string, sealed: Uint8Array): Buffer;
  /** The same 16 bytes for the same value, nothing can be told from them without the key. */
  index(label: string, value: string): Buffer;
}

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) under a key of at most 64 bytes. The key's two blocks are hashed once: setting up OpenSSL's own
 * HMAC for every value costs more than a query of the database.
 */
function createHmac(key: Uint8Array): (text: string, bytes?: Uint8Array) => Buffer {
  const begun = (pad: number): crypto.Hash => {
    const block = Buffer.alloc(BLOCK_BYTES, pad);
    for (let i = 0; i < key.length; i++) block[i] = key[i] ^ pad;
    return crypto.createHash('sha256').update(block);
  };
  const inner = begun(0x36);
  const outer = begun(0x5c);
  return (text, bytes) => {
    const hash = inner.copy().update(text);
    if (bytes) hash.update(bytes);
    return outer.copy().update(hash.digest()).digest();
  };
}

export function createVault(key: Uint8Array): Vault {
  if (key.length !== 32) throw new Error('the center key must have 32 bytes');
  const sealKey = crypto.createSecretKey(crypto.createHmac('sha256', key).update('seal').digest());
  const indexKey = crypto.createHmac('sha256', key).update('index').digest();
  const hmac = createHmac(indexKey);

  return {
    seal(label, clear) {
      const nonce = hmac(`nonce|${label}|`, clear);
      const cipher = crypto.createCipheriv('aes-256-gcm', sealKey, nonce.subarray(0, NONCE_BYTES));
      cipher.setAAD(Buffer.from(label, 'latin1'));
      const body = cipher.update(clear);
      cipher.final();
      return Buffer.concat([nonce.subarray(0, NONCE_BYTES), body, cipher.getAuthTag()]);
    },
    unseal(label, sealed) {
      const end = sealed.length - TAG_BYTES;
      if (end < NONCE_BYTES) throw new Error('a sealed value is too short');
      const options = { authTagLength: TAG_BYTES };
      const decipher = crypto.createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, NONCE_BYTES), options);
      decipher.setAAD(Buffer.from(label, 'latin1'));
      decipher.setAuthTag(sealed.subarray(end));
      const clear = decipher.update(sealed.subarray(NONCE_BYTES, end));
      decipher.final();
      return clear;
    },
    index: (label, value) => hmac(`${label}|${value}`).subarray(0, 16),
  };
}
