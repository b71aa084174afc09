/**
 * A MAC over several parts, in any of the three modes (docs/protocol/security.md): the parts are as one message, and
 * zeros fill up the last block. Nothing is kept of the parts but one block and what is no whole block yet.
 */
import { xor, type Bytes } from '../../hal/bytes';
import { MAC_MODE_UNIONPAY, MAC_MODE_X919 } from '../../hal/pad-commands';
import { foldBlocks } from '../exchange/fold';
import { desChain, desEcb, desKeys, retailKeys } from './des';
import { macOfFold } from './mac';

export interface MacParts {
  /** `MAC_MODE_…`. */
  readonly mode: number;
  /** The fold, or the chain's last block. */
  value: Bytes;
  /** What is no whole block yet. */
  rest: Bytes;
  hasBlocks: boolean;
}

const ZEROS = '\x00\x00\x00\x00\x00\x00\x00\x00';

/** null for a mode that there is none of. */
export function beginMac(mode: number): MacParts | null {
  return mode > MAC_MODE_X919 ? null : { mode, value: ZEROS, rest: '', hasBlocks: false };
}

function takeBlocks(mac: MacParts, mak: Bytes, blocks: Bytes): void {
  mac.hasBlocks = true;
  if (mac.mode === MAC_MODE_UNIONPAY) {
    mac.value = xor(mac.value, foldBlocks(blocks));
    return;
  }
  // X9.19 chains under the left half of its key alone.
  const key = mac.mode === MAC_MODE_X919 ? mak.substring(0, 8) : mak;
  mac.value = desChain(desKeys(key), mac.value, blocks);
}

export function addToMac(mac: MacParts, mak: Bytes, data: Bytes): void {
  const all = mac.rest + data;
  const wholeBytes = all.length & ~7;
  mac.rest = all.substring(wholeBytes);
  if (wholeBytes > 0) takeBlocks(mac, mak, all.substring(0, wholeBytes));
}

/** F64: eight hex digits in UnionPay's mode, eight bytes in the others. */
export function endMac(mac: MacParts, mak: Bytes): Bytes {
  if (mac.rest !== '' || !mac.hasBlocks) takeBlocks(mac, mak, mac.rest + ZEROS.substring(mac.rest.length));
  if (mac.mode === MAC_MODE_UNIONPAY) return macOfFold(mak, mac.value);
  if (mac.mode !== MAC_MODE_X919) return mac.value;
  return desEcb(retailKeys(mak), mac.value, false);
}
