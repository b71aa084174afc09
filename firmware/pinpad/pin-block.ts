/**
 * PIN block (ISO 9564-1 format 0, ANSI X9.8 with PAN; and UnionPay's form without a PAN, F53 digit 1 = 1), encrypted under
 * the PIN key: F52.
 */
import type { Bytes } from '../../hal/bytes';
import { fromHex, xor } from '../../hal/bytes';
import { desEcb, desKeys } from './des';

const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;

function isPin(pin: Bytes): boolean {
  if (pin.length < SHORTEST_PIN || pin.length > LONGEST_PIN) return false;
  for (let i = 0; i < pin.length; i++) {
    const code = pin.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** The clear block of a PIN of 4–12 digits, '' for anything else; `pan` '' leaves the PAN out. */
export function clearPinBlock(pin: Bytes, pan: Bytes): Bytes {
  if (!isPin(pin)) return '';
  let pinField = '0' + '0123456789ABC'.charAt(pin.length) + pin;
  while (pinField.length < 16) pinField += 'F';
  const block = fromHex(pinField);
  if (pan === '') return block;
  let panField = pan.substring(0, pan.length - 1);
  if (panField.length > 12) panField = panField.substring(panField.length - 12);
  while (panField.length < 16) panField = '0' + panField;
  return xor(block, fromHex(panField));
}

/** F52: 8 bytes, or '' for no PIN of 4–12 digits. `pik` is 8 bytes (DES) or 16 (3DES). */
export function pinBlock(pik: Bytes, pin: Bytes, pan: Bytes): Bytes {
  const clear = clearPinBlock(pin, pan);
  return clear === '' ? '' : desEcb(desKeys(pik), clear, false);
}
