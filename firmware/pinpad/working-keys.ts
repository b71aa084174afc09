/**
 * Working keys of a sign-in answer (F62): taken out from under the terminal master key and checked. They are keys for the
 * TMK's own algorithm. A key's check value is the first four bytes of its encryption of one block of zeros.
 */
import type { Bytes } from '../../hal/bytes';
import { PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';
import { blockBytesOf, ecb } from './block-cipher';

const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';
const HALF_BYTES = 8;

/** Clear keys; `tdk` is '' in layouts without one. */
export interface WorkingKeys {
  readonly pik: Bytes;
  readonly mak: Bytes;
  readonly tdk: Bytes;
}

/** `WORKING_KEYS_FORM`: of no known layout; 1, 2, 3: the check value of PIK, MAK, TDK is wrong. */
export const WORKING_KEYS_FORM = -1;

/** `algorithm`: `PAD_ALGORITHM_…`. */
export function checkValue(key: Bytes, algorithm: number): Bytes {
  return ecb(algorithm, key, ZEROS.substring(0, blockBytesOf(algorithm)), false).substring(0, 4);
}

/** An SM4 key has 16 bytes. */
function isLayout(length: number, algorithm: number): boolean {
  return length === 40 || length === 60 || (length === 24 && algorithm !== PAD_ALGORITHM_SM4);
}

/**
 * The keys of 24 bytes (60.3 = 001), 40 (003; SM4 without track key) or 60 (004; 006, SM4), or the number of what is wrong. In
 * the longer layouts the MAC key's place holds 16 bytes, the second half zero where the key is a single one of DES.
 */
export function unwrapWorkingKeys(tmk: Bytes, f62: Bytes, algorithm: number): WorkingKeys | number {
  const length = f62.length;
  if (!isLayout(length, algorithm)) return WORKING_KEYS_FORM;
  const pikBytes = length === 24 ? 8 : 16;
  const makAt = pikBytes + 4;
  const makEnds = makAt + pikBytes;
  const single =
    algorithm !== PAD_ALGORITHM_SM4 &&
    (length === 24 || f62.substring(makAt + HALF_BYTES, makEnds) === ZEROS.substring(HALF_BYTES));
  const makBytes = single ? HALF_BYTES : 16;
  // One after the other, so that the round keys of the master key are made once.
  const wrapped =
    f62.substring(0, pikBytes) + f62.substring(makAt, makAt + makBytes) + (length === 60 ? f62.substring(40, 56) : '');
  const clear = ecb(algorithm, tmk, wrapped, true);
  const pik = clear.substring(0, pikBytes);
  const mak = clear.substring(pikBytes, pikBytes + makBytes);
  const tdk = clear.substring(pikBytes + makBytes);
  if (checkValue(pik, algorithm) !== f62.substring(pikBytes, makAt)) return 1;
  if (checkValue(mak, algorithm) !== f62.substring(makEnds, makEnds + 4)) return 2;
  if (tdk !== '' && checkValue(tdk, algorithm) !== f62.substring(56)) return 3;
  return { pik, mak, tdk };
}
