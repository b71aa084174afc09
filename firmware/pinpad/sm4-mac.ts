/**
 * Message authentication codes with SM4: UnionPay's own mode in its SM4 edition, which is that of mac.ts over blocks of 16
 * bytes, and the plain chain (GB/T 15852.1 algorithm 1, zero padding).
 */
import type { Bytes } from '../../hal/bytes';
import { PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';
import { macOfFold } from './mac';
import { foldSm4Blocks, sm4Chain, type Sm4Keys } from './sm4';

const BLOCK_BYTES = 16;
const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';

export function sm4UnionPayMac(mak: Bytes, message: Bytes): Bytes {
  return macOfFold(mak, foldSm4Blocks(message), PAD_ALGORITHM_SM4);
}

/** The chain's last block, 16 bytes, of which 8 or 4 are used. */
export function sm4CbcMac(mak: Sm4Keys, message: Bytes): Bytes {
  const rest = message.length % BLOCK_BYTES;
  const padded = rest === 0 && message.length > 0 ? message : message + ZEROS.substring(rest);
  return sm4Chain(mak, ZEROS, padded);
}
