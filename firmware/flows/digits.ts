/** Checks and forms of digit strings. */
import type { Bytes } from '../../hal/bytes';

export function allDigits(text: Bytes): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** 12 digits of fen as yuan with two decimals, `12.34`. */
export function yuan(amountFen: Bytes): Bytes {
  let first = amountFen.substr(0, 6) === '000000' ? 6 : 0;
  while (first < 9 && amountFen.charAt(first) === '0') first++;
  return amountFen.substring(first, 10) + '.' + amountFen.substr(10);
}

/** Luhn check (ISO/IEC 7812-1 annex B) of a string of digits. */
export function passesLuhn(digits: Bytes): boolean {
  let sum = 0;
  for (let i = digits.length - 1, twice = false; i >= 0; i--, twice = !twice) {
    const digit = digits.charCodeAt(i) - 48;
    sum += !twice ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}
