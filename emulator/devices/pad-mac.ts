/**
 * A MAC under way in the fake PIN pad: UnionPay's own mode, ANSI X9.9 and X9.19 (ISO 9797-1 algorithms 1 and 3), and with an
 * SM4 key UnionPay's and the chain over its blocks, each over parts of any length (docs/protocol/pinpad.md, command MAC).
 */
import type { Bytes } from '../../hal/bytes';
import * as pad from '../../hal/pad-commands';
import { chainStep, exclusiveOr, macOfFold, retailEnd, sm4ChainStep } from './pad-crypto';

export interface PadMac {
  /** `MAC_MODE_…`. */
  readonly mode: number;
  /** Fold, or last block of the chain. */
  value: Bytes;
  /** Data that is no whole block yet. */
  rest: Bytes;
  isEmpty: boolean;
}

const modesOf: Readonly<Record<number, readonly number[]>> = {
  [pad.PAD_ALGORITHM_DES]: [pad.MAC_MODE_UNIONPAY, pad.MAC_MODE_X99, pad.MAC_MODE_X919],
  [pad.PAD_ALGORITHM_SM4]: [pad.MAC_MODE_SM4, pad.MAC_MODE_SM4_CHAIN],
};

/** Whether keys of this algorithm know this mode. */
export function knowsMode(algorithm: number, mode: number): boolean {
  return modesOf[algorithm].includes(mode);
}

/** null for a mode that there is none of. */
export function beginMac(mode: number, algorithm: number): PadMac | null {
  const value = '\0'.repeat(algorithm === pad.PAD_ALGORITHM_SM4 ? 16 : 8);
  return knowsMode(algorithm, mode) ? { mode, value, rest: '', isEmpty: true } : null;
}

function step(mode: number, mak: Bytes, value: Bytes, blocks: Bytes): Bytes {
  switch (mode) {
    case pad.MAC_MODE_X99:
      return chainStep(mak, value, blocks);
    case pad.MAC_MODE_X919:
      // Under the left half of the key alone.
      return chainStep(mak.slice(0, 8), value, blocks);
    case pad.MAC_MODE_SM4_CHAIN:
      return sm4ChainStep(mak, value, blocks);
    default: {
      let fold = value;
      for (let at = 0; at < blocks.length; at += value.length)
        fold = exclusiveOr(fold, blocks.slice(at, at + value.length));
      return fold;
    }
  }
}

export function addToMac(mac: PadMac, mak: Bytes, data: Bytes): void {
  const all = mac.rest + data;
  const end = all.length - (all.length % mac.value.length);
  mac.rest = all.slice(end);
  if (end === 0) return;
  mac.isEmpty = false;
  mac.value = step(mac.mode, mak, mac.value, all.slice(0, end));
}

/** F64: eight hex digits of UnionPay's, eight bytes of the others. */
export function endMac(mac: PadMac, mak: Bytes): Bytes {
  if (mac.rest !== '' || mac.isEmpty) addToMac(mac, mak, '\0'.repeat(mac.value.length - mac.rest.length));
  switch (mac.mode) {
    case pad.MAC_MODE_UNIONPAY:
      return macOfFold(mak, mac.value);
    case pad.MAC_MODE_SM4:
      return macOfFold(mak, mac.value, pad.PAD_ALGORITHM_SM4);
    case pad.MAC_MODE_X919:
      return retailEnd(mak, mac.value);
    default:
      return mac.value.slice(0, 8);
  }
}
