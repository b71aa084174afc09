/**
 * Message authentication codes with SM4: UnionPay's own mode in its SM4 edition, which is that of mac.ts over blocks of 16
 * bytes, and the plain chain (GB/T 15852.1 algorithm 1, zero padding).
 */
import type { Bytes } from '../../hal/bytes';
import { toHex, xor } from '../../hal/bytes';
import { foldSm4Blocks, sm4Chain, sm4Ecb, type Sm4Keys } from './sm4';

const BLOCK_BYTES = 16;
const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';

/** F64 of a folded message: eight hex digits. */
export function sm4MacOfFold(mak: Sm4Keys, fold: Bytes): Bytes {
  const digits = toHex(fold);
  const first = sm4Ecb(mak, digits.substring(0, BLOCK_BYTES), false);
  return toHex(sm4Ecb(mak, xor(first, digits.substring(BLOCK_BYTES)), false)).substring(0, 8);
}

export function sm4UnionPayMac(mak: Sm4Keys, message: Bytes): Bytes {
  return sm4MacOfFold(mak, foldSm4Blocks(message));
}

/** The chain's last block, 16 bytes, of which 8 or 4 are used. */
export function sm4CbcMac(mak: Sm4Keys, message: Bytes): Bytes {
  const rest = message.length % BLOCK_BYTES;
  const padded = rest === 0 && message.length > 0 ? message : message + ZEROS.substring(rest);
  return sm4Chain(mak, ZEROS, padded);
}
