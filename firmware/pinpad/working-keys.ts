/**
 * Working keys of a sign-in answer (F62): taken out from under the terminal master key and checked. A key's check value
 * is the first four bytes of its encryption of eight zero bytes.
 */
import type { Bytes } from '../../hal/bytes';
import { desEcb, desKeys } from './des';

const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00';

/** Clear keys; `tdk` is '' in layouts without one. */
export interface WorkingKeys {
  readonly pik: Bytes;
  readonly mak: Bytes;
  readonly tdk: Bytes;
}

/** `WORKING_KEYS_FORM`: of no known layout; 1, 2, 3: the check value of PIK, MAK, TDK is wrong. */
export const WORKING_KEYS_FORM = -1;

export function checkValue(key: Bytes): Bytes {
  return desEcb(desKeys(key), ZEROS, false).substring(0, 4);
}

/**
 * The keys of 24 bytes (60.3 = 001), 40 (003) or 60 (004), or the number of what is wrong. In the longer layouts the MAC
 * key's place holds 16 bytes, the second half zero where the key is a single one.
 */
export function unwrapWorkingKeys(tmk: Bytes, f62: Bytes): WorkingKeys | number {
  const length = f62.length;
  if (length !== 24 && length !== 40 && length !== 60) return WORKING_KEYS_FORM;
  const pikBytes = length === 24 ? 8 : 16;
  const makAt = pikBytes + 4;
  const makEnds = makAt + pikBytes;
  const single = length === 24 || f62.substring(makAt + 8, makEnds) === ZEROS;
  const master = desKeys(tmk);
  const pik = desEcb(master, f62.substring(0, pikBytes), true);
  const mak = desEcb(master, f62.substring(makAt, single ? makAt + 8 : makEnds), true);
  const tdk = length === 60 ? desEcb(master, f62.substring(40, 56), true) : '';
  if (checkValue(pik) !== f62.substring(pikBytes, makAt)) return 1;
  if (checkValue(mak) !== f62.substring(makEnds, makEnds + 4)) return 2;
  if (tdk !== '' && checkValue(tdk) !== f62.substring(56)) return 3;
  return { pik, mak, tdk };
}
