/**
 * Message authentication codes of a UnionPay terminal: the 银联 ECB mode of F64, and ANSI X9.9 and X9.19 (ISO 9797-1
 * algorithms 1 and 3, zero padding) that acquirers ask for instead. `mak` is 8 bytes (DES) or 16 (3DES); X9.19 needs 16.
 */
import type { Bytes } from '../../hal/bytes';
import { toHex, xor } from '../../hal/bytes';
import { PAD_ALGORITHM_DES } from '../../hal/pad-commands';
import { foldBlocks } from '../exchange/fold';
import { cipherOf } from './block-cipher';
import { desChain, desEcb, desKeys, retailKeys } from './des';

const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00';

/**
 * The rest of the 银联 ECB mode for a message folded to one block of the key's cipher (`PAD_ALGORITHM_…`): F64, eight ASCII
 * hex digits.
 */
export function macOfFold(mak: Bytes, fold: Bytes, algorithm: number): Bytes {
  const cipher = cipherOf(algorithm, mak);
  const digits = toHex(fold);
  const first = cipher(digits.substring(0, fold.length), false);
  return toHex(cipher(xor(first, digits.substring(fold.length)), false)).substring(0, 8);
}

/** 银联 ECB over the message from MTI to the last byte before F64. */
export function unionPayMac(mak: Bytes, data: Bytes): Bytes {
  return macOfFold(mak, foldBlocks(data), PAD_ALGORITHM_DES);
}

function lastOfCbc(key: Bytes, data: Bytes): Bytes {
  const rest = data.length % 8;
  const padded = rest === 0 && data.length > 0 ? data : data + ZEROS.substring(rest);
  return desChain(desKeys(key), ZEROS, padded);
}

/** ANSI X9.9: the last CBC block, 8 bytes, of which some acquirers use 4. */
export function x99Mac(mak: Bytes, data: Bytes): Bytes {
  return lastOfCbc(mak, data);
}

/** ANSI X9.19: X9.9 with the left half of the key; decrypted with the right, encrypted with the left half. */
export function x919Mac(mak: Bytes, data: Bytes): Bytes {
  return desEcb(retailKeys(mak), lastOfCbc(mak.substring(0, 8), data), false);
}
