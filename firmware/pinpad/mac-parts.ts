/**
 * A MAC over several parts, in any of the modes (docs/protocol/security.md): the parts are as one message, and zeros fill up
 * the last block. Nothing is kept of the parts but one block and what is no whole block yet. A mode is one of DES or of SM4:
 * with a key for the other it is refused, so that a message folded for the one is never sealed with the other.
 */
import { xor, type Bytes } from '../../hal/bytes';
import {
  MAC_MODE_SM4,
  MAC_MODE_SM4_CHAIN,
  MAC_MODE_UNIONPAY,
  MAC_MODE_X919,
  PAD_ALGORITHM_DES,
  PAD_ALGORITHM_SM4,
} from '../../hal/pad-commands';
import { foldBlocks } from '../exchange/fold';
import { blockBytesOf } from './block-cipher';
import { desChain, desEcb, desKeys, retailKeys } from './des';
import { macOfFold } from './mac';
import { foldSm4Blocks, sm4Chain, sm4Keys } from './sm4';

export interface MacParts {
  /** `MAC_MODE_…`. */
  readonly mode: number;
  /** The fold, or the chain's last block. */
  value: Bytes;
  /** What is no whole block yet. */
  rest: Bytes;
  hasBlocks: boolean;
}

const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';
const F64_BYTES = 8;

function algorithmOf(mode: number): number {
  return mode < MAC_MODE_SM4 ? PAD_ALGORITHM_DES : PAD_ALGORITHM_SM4;
}

/** Whether a key of this algorithm (`PAD_ALGORITHM_…`) makes MACs in this mode. */
export function isMacMode(mode: number, algorithm: number): boolean {
  return mode <= MAC_MODE_SM4_CHAIN && algorithmOf(mode) === algorithm;
}

/** null for a mode that keys of this algorithm have none of. */
export function beginMac(mode: number, algorithm: number): MacParts | null {
  if (!isMacMode(mode, algorithm)) return null;
  return { mode, value: ZEROS.substring(0, blockBytesOf(algorithm)), rest: '', hasBlocks: false };
}

function takeBlocks(mac: MacParts, mak: Bytes, blocks: Bytes): void {
  const { mode, value } = mac;
  mac.hasBlocks = true;
  if (mode === MAC_MODE_UNIONPAY) mac.value = xor(value, foldBlocks(blocks));
  else if (mode === MAC_MODE_SM4) mac.value = xor(value, foldSm4Blocks(blocks));
  else if (mode === MAC_MODE_SM4_CHAIN) mac.value = sm4Chain(sm4Keys(mak), value, blocks);
  // X9.19 chains under the left half of its key alone.
  else mac.value = desChain(desKeys(mode === MAC_MODE_X919 ? mak.substring(0, 8) : mak), value, blocks);
}

export function addToMac(mac: MacParts, mak: Bytes, data: Bytes): void {
  const all = mac.rest + data;
  const wholeBytes = all.length - (all.length % mac.value.length);
  mac.rest = all.substring(wholeBytes);
  if (wholeBytes > 0) takeBlocks(mac, mak, all.substring(0, wholeBytes));
}

/** F64: eight hex digits in UnionPay's modes, eight bytes in the others. */
export function endMac(mac: MacParts, mak: Bytes): Bytes {
  const { mode, rest } = mac;
  if (rest !== '' || !mac.hasBlocks) takeBlocks(mac, mak, rest + ZEROS.substring(rest.length, mac.value.length));
  if (mode === MAC_MODE_UNIONPAY || mode === MAC_MODE_SM4) return macOfFold(mak, mac.value, algorithmOf(mode));
  return (mode === MAC_MODE_X919 ? desEcb(retailKeys(mak), mac.value, false) : mac.value).substring(0, F64_BYTES);
}
