/** Hex as people paste it: either case, blanks anywhere. */
import { failed } from './codec-error';
import type { Failed } from './codec-error';

export type ParsedHex = { readonly error?: undefined; readonly bytes: Uint8Array } | Failed;

/** Linear in the text; the offset of an error counts bytes. */
export function parseHex(text: string): ParsedHex {
  const digits = text.replace(/\s+/g, '');
  const bad = digits.search(/[^0-9A-Fa-f]/);
  if (bad >= 0) return failed('bad_hex', 0, bad >> 1, 'a character is no hex digit');
  if (digits.length & 1) return failed('bad_hex', 0, digits.length >> 1, 'the last byte has one hex digit');
  return { bytes: Buffer.from(digits, 'hex') };
}
