/**
 * PIN block (ISO 9564-1 format 0, ANSI X9.8 with PAN; and UnionPay's form without a PAN, F53 digit 1 = 1), encrypted under
 * the PIN key: F52. SM4's blocks are twice as wide (docs/protocol/security.md, "SM4").
 */
import type { Bytes } from '../../hal/bytes';
import { fromHex, xor } from '../../hal/bytes';
import { blockBytesOf, ecb } from './block-cipher';

const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;
const PAN_DIGITS = 12;
const FILL = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFF';
const ZEROS = '00000000000000000000000000000000';

function isPin(pin: Bytes): boolean {
  if (pin.length < SHORTEST_PIN || pin.length > LONGEST_PIN) return false;
  for (let i = 0; i < pin.length; i++) {
    const code = pin.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/**
 * The clear block of a PIN of 4–12 digits, '' for anything else; `pan` '' leaves the PAN out. As wide as a block of the key's
 * cipher: for SM4 both fields are made longer, the PIN's by F behind, the PAN's by zeros before.
 */
export function clearPinBlock(pin: Bytes, pan: Bytes, algorithm: number): Bytes {
  if (!isPin(pin)) return '';
  const width = 2 * blockBytesOf(algorithm);
  const pinField = '0' + '0123456789ABC'.charAt(pin.length) + pin;
  const block = fromHex((pinField + FILL).substring(0, width));
  if (pan === '') return block;
  const panField = ZEROS + pan.substring(0, pan.length - 1).substr(-PAN_DIGITS);
  return xor(block, fromHex(panField.substr(-width)));
}

/** 8 bytes (F52), 16 with SM4, or '' for no PIN of 4–12 digits. `pik` is 8 bytes (DES) or 16. */
export function pinBlock(pik: Bytes, pin: Bytes, pan: Bytes, algorithm: number): Bytes {
  const clear = clearPinBlock(pin, pan, algorithm);
  return clear === '' ? '' : ecb(algorithm, pik, clear, false);
}
