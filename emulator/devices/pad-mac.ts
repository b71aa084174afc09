/**
 * A MAC under way in the fake PIN pad: UnionPay's own mode, ANSI X9.9 and X9.19 (ISO 9797-1 algorithms 1 and 3), each over
 * parts of any length (docs/protocol/pinpad.md, command MAC).
 */
import type { Bytes } from '../../hal/bytes';
import { MAC_MODE_UNIONPAY, MAC_MODE_X919, MAC_MODE_X99 } from '../../hal/pad-commands';
import { chainStep, exclusiveOr, macOfFold, retailEnd } from './pad-crypto';

export interface PadMac {
  /** `MAC_MODE_…`. */
  readonly mode: number;
  /** Fold, or last block of the chain: eight bytes. */
  value: Bytes;
  /** Data that is no whole block yet. */
  rest: Bytes;
  isEmpty: boolean;
}

const BLOCK_BYTES = 8;
const ZEROS = '\0'.repeat(BLOCK_BYTES);

/** null for a mode that there is none of. */
export function beginMac(mode: number): PadMac | null {
  const known = mode === MAC_MODE_UNIONPAY || mode === MAC_MODE_X99 || mode === MAC_MODE_X919;
  return known ? { mode, value: ZEROS, rest: '', isEmpty: true } : null;
}

/** X9.19 chains under the left half of the key alone. */
function chainKey(mac: PadMac, mak: Bytes): Bytes {
  return mac.mode === MAC_MODE_X919 ? mak.slice(0, BLOCK_BYTES) : mak;
}

export function addToMac(mac: PadMac, mak: Bytes, data: Bytes): void {
  const all = mac.rest + data;
  const end = all.length - (all.length % BLOCK_BYTES);
  mac.rest = all.slice(end);
  if (end === 0) return;
  mac.isEmpty = false;
  if (mac.mode !== MAC_MODE_UNIONPAY) mac.value = chainStep(chainKey(mac, mak), mac.value, all.slice(0, end));
  else
    for (let at = 0; at < end; at += BLOCK_BYTES) mac.value = exclusiveOr(mac.value, all.slice(at, at + BLOCK_BYTES));
}

/** F64: eight hex digits of UnionPay's, the eight bytes themselves of the others. */
export function endMac(mac: PadMac, mak: Bytes): Bytes {
  if (mac.rest !== '' || mac.isEmpty) addToMac(mac, mak, ZEROS.slice(mac.rest.length));
  if (mac.mode === MAC_MODE_UNIONPAY) return macOfFold(mak, mac.value);
  return mac.mode === MAC_MODE_X919 ? retailEnd(mak, mac.value) : mac.value;
}
