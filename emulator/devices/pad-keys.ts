/**
 * The keys inside the fake PIN pad, kept by its battery: how a TMK and the working keys of a sign-in get in
 * (docs/protocol/security.md), and how SEAL and UNSEAL use the pad's own storage key.
 */
import type { Bytes } from '../../hal/bytes';
import { byte, u16 } from '../../hal/bytes';
import * as pad from '../../hal/pad-commands';
import { cbc, checkValue, decrypt, hasSm4 } from './pad-crypto';

/** Every key '' while it is not there. */
export interface PadBattery {
  tampered: boolean;
  tmkIndex: number;
  /** `PAD_ALGORITHM_…` of the TMK and of what came under it. */
  algorithm: number;
  tmk: Bytes;
  pik: Bytes;
  mak: Bytes;
  tdk: Bytes;
  /** Random, made in the pad: 16 bytes to encrypt, 16 to authenticate. */
  storageKey: Bytes;
}

export function freshBattery(storageKey: Bytes): PadBattery {
  return {
    tampered: false,
    tmkIndex: 0,
    algorithm: pad.PAD_ALGORITHM_DES,
    tmk: '',
    pik: '',
    mak: '',
    tdk: '',
    storageKey,
  };
}

/** What was kept by a pad that knew one algorithm only. */
export function fromFormer(kept: Omit<PadBattery, 'algorithm'> & { readonly algorithm?: number }): PadBattery {
  return { ...kept, algorithm: kept.algorithm ?? pad.PAD_ALGORITHM_DES };
}

export function keyStatus(battery: PadBattery): number {
  return (
    (battery.tmk === '' ? 0 : pad.PAD_HAS_TMK) |
    (battery.pik === '' ? 0 : pad.PAD_HAS_PIK) |
    (battery.mak === '' ? 0 : pad.PAD_HAS_MAK) |
    (battery.tdk === '' ? 0 : pad.PAD_HAS_TDK) |
    (battery.algorithm === pad.PAD_ALGORITHM_SM4 ? pad.PAD_IS_SM4 : 0)
  );
}

/** Bits, and of a TMK that is there its index and check value. */
export function keyStatusWithCheckValue(battery: PadBattery): Bytes {
  const { tmk, tmkIndex, algorithm } = battery;
  return byte(keyStatus(battery)) + (tmk === '' ? '' : byte(tmkIndex) + checkValue(tmk, algorithm));
}

/** Takes LOAD_TMK's data; a status. A wrong one changes nothing. */
export function acceptTmk(battery: PadBattery, data: Bytes): number {
  if (data.length !== 21 && data.length !== 22) return pad.PAD_STATUS_BAD_REQUEST;
  const algorithm = data.length === 22 ? data.charCodeAt(21) : pad.PAD_ALGORITHM_DES;
  const known = algorithm === pad.PAD_ALGORITHM_DES || (algorithm === pad.PAD_ALGORITHM_SM4 && hasSm4());
  if (!known) return pad.PAD_STATUS_BAD_REQUEST;
  const tmk = data.slice(1, 17);
  if (checkValue(tmk, algorithm) !== data.slice(17, 21)) return pad.PAD_STATUS_KEY_CHECK;
  battery.tmkIndex = data.charCodeAt(0);
  battery.algorithm = algorithm;
  battery.tmk = tmk;
  battery.pik = battery.mak = battery.tdk = '';
  return pad.PAD_OK;
}

const ZEROS = '\0\0\0\0\0\0\0\0';

/** Takes F62 of a sign-in answer; the answer's data with its status. */
export function loadWorkingKeys(battery: PadBattery, f62: Bytes): Bytes {
  if (battery.tmk === '') return byte(pad.PAD_STATUS_NO_KEY);
  const { tmk, algorithm } = battery;
  const isSm4 = algorithm === pad.PAD_ALGORITHM_SM4;
  let pik: Bytes;
  let mak: Bytes;
  let tdk = '';
  let macCheckAt: number;
  if (f62.length === 24 && !isSm4) {
    pik = f62.slice(0, 8);
    mak = f62.slice(12, 20);
    macCheckAt = 20;
  } else if (f62.length === 40 || f62.length === 60) {
    pik = f62.slice(0, 16);
    // The MAC key's place holds 16 bytes; a single-length key, which SM4 has none of, leaves the second half zero.
    mak = !isSm4 && f62.slice(28, 36) === ZEROS ? f62.slice(20, 28) : f62.slice(20, 36);
    macCheckAt = 36;
    tdk = f62.slice(40, 56);
  } else return byte(pad.PAD_STATUS_BAD_REQUEST);
  const pikCheck = f62.slice(pik.length, pik.length + 4);
  battery.pik = battery.mak = battery.tdk = '';
  pik = decrypt(tmk, pik, algorithm);
  mak = decrypt(tmk, mak, algorithm);
  if (checkValue(pik, algorithm) !== pikCheck) return byte(pad.PAD_STATUS_KEY_CHECK) + byte(1);
  if (checkValue(mak, algorithm) !== f62.slice(macCheckAt, macCheckAt + 4))
    return byte(pad.PAD_STATUS_KEY_CHECK) + byte(2);
  if (tdk !== '') {
    tdk = decrypt(tmk, tdk, algorithm);
    if (checkValue(tdk, algorithm) !== f62.slice(56)) return byte(pad.PAD_STATUS_KEY_CHECK) + byte(3);
  }
  battery.pik = pik;
  battery.mak = mak;
  battery.tdk = tdk;
  return byte(pad.PAD_OK) + byte(keyStatus(battery));
}

const LONGEST_SEALED_BYTES = 100;

/** CBC-MAC over the length and the data, so that no sealed value is the beginning of another. */
function tag(storageKey: Bytes, data: Bytes): Bytes {
  return cbc(storageKey.slice(16), ZEROS, '\0\0\0\0\0\0' + u16(data.length) + data, false).slice(-8);
}

/** Nonce 8, ciphertext, tag 8. */
export function seal(battery: PadBattery, clear: Bytes, random: { bytes(lengthBytes: number): Bytes }): Bytes {
  if (clear.length === 0 || clear.length > LONGEST_SEALED_BYTES) return byte(pad.PAD_STATUS_BAD_REQUEST);
  const key = battery.storageKey;
  const nonce = random.bytes(8);
  const padded = `${clear}\x80`.padEnd((clear.length + 8) & ~7, '\0');
  const body = nonce + cbc(key.slice(0, 16), nonce, padded, false);
  return byte(pad.PAD_OK) + body + tag(key, body);
}

export function unseal(battery: PadBattery, sealed: Bytes): Bytes {
  const key = battery.storageKey;
  const longest = ((LONGEST_SEALED_BYTES + 8) & ~7) + 16;
  if (sealed.length < 24 || sealed.length > longest || sealed.length % 8 !== 0) return byte(pad.PAD_STATUS_SEAL);
  const body = sealed.slice(0, -8);
  if (tag(key, body) !== sealed.slice(-8)) return byte(pad.PAD_STATUS_SEAL);
  const padded = cbc(key.slice(0, 16), body.slice(0, 8), body.slice(8), true);
  return byte(pad.PAD_OK) + padded.slice(0, padded.lastIndexOf('\x80'));
}
