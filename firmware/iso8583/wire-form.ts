/**
 * Values into the form they have on the wire (Q/CUP 009, the conventions of its field table): packed digits, and the
 * lengths in packed digits before variable fields. Digits may be 0–9, A–F and `=`, the track separator (nibble D).
 */
import type { Bytes } from '../../hal/bytes';

/** Three bytes at a time: in the small engine a call for each digit costs most. */
function packed(digits: string): Bytes {
  const hex = digits.split('=').join('D');
  const whole = hex.length - (hex.length % 6);
  let out = '';
  let i = 0;
  for (; i < whole; i += 6) {
    const three = parseInt(hex.substr(i, 6), 16);
    out += String.fromCharCode(three >> 16, (three >> 8) & 255, three & 255);
  }
  for (; i < hex.length; i += 2) out += String.fromCharCode(parseInt(hex.substr(i, 2), 16));
  return out;
}

/** Fixed digits, right-justified: an odd number gets a leading 0. All fixed fields but F22. */
export function bcd(digits: string): Bytes {
  return packed(digits.length & 1 ? '0' + digits : digits);
}

/** Digits, left-justified: an odd number gets a trailing 0. F22, and the values of variable fields. */
export function bcdLeft(digits: string): Bytes {
  return packed(digits.length & 1 ? digits + '0' : digits);
}

/** Two digits a byte; the caller cuts off the spare one of an odd field. */
export { toHex as digitsOf } from '../../hal/bytes';

function ll(length: number): Bytes {
  const tens = (length / 10) | 0;
  return String.fromCharCode((tens << 4) | (length - tens * 10));
}

function lll(length: number): Bytes {
  const hundreds = (length / 100) | 0;
  return String.fromCharCode(hundreds) + ll(length - hundreds * 100);
}

/** N or Z LLVAR, at most 99 digits: the length counts digits. */
export function llDigits(digits: string): Bytes {
  return ll(digits.length) + bcdLeft(digits);
}

/** N or Z LLLVAR, at most 999 digits. */
export function lllDigits(digits: string): Bytes {
  return lll(digits.length) + bcdLeft(digits);
}

/** AN, ANS or B LLVAR, at most 99 bytes. */
export function llBytes(bytes: Bytes): Bytes {
  return ll(bytes.length) + bytes;
}

/** AN, ANS or B LLLVAR, at most 999 bytes. */
export function lllBytes(bytes: Bytes): Bytes {
  return lll(bytes.length) + bytes;
}

/** The number in a packed length byte, or -1 where a nibble is no digit. */
export function lengthOf(byte: number): number {
  const units = byte & 15;
  return units > 9 || byte > 0x99 ? -1 : (byte >> 4) * 10 + units;
}
