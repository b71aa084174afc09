/**
 * PIN block (ISO 9564-1 format 0, ANSI X9.8 with PAN; and UnionPay's form without a PAN, F53 digit 1 = 1), encrypted under
 * the PIN key: F52.
 */
import type { Bytes } from '../../hal/bytes';
import { fromHex, xor } from '../../hal/bytes';
import { desEcb, desKeys } from './des';

/** The clear block of a PIN of 4–12 digits; `pan` '' leaves the PAN out. */
export function clearPinBlock(pin: Bytes, pan: Bytes): Bytes {
  let pinField = '0' + '0123456789ABC'.charAt(pin.length) + pin;
  while (pinField.length < 16) pinField += 'F';
  const block = fromHex(pinField);
  if (pan === '') return block;
  let panField = pan.substring(0, pan.length - 1);
  if (panField.length > 12) panField = panField.substring(panField.length - 12);
  while (panField.length < 16) panField = '0' + panField;
  return xor(block, fromHex(panField));
}

/** F52: 8 bytes. `pik` is 8 bytes (DES) or 16 (3DES). */
export function pinBlock(pik: Bytes, pin: Bytes, pan: Bytes): Bytes {
  return desEcb(desKeys(pik), clearPinBlock(pin, pan), false);
}
