/**
 * Bytes of an ISO 8583 body into the values of a JSON message.
 *
 * The whole body becomes hex once, and every value of digits or bytes is cut out of that: one call into the runtime a
 * message instead of one a field.
 */
import { failed } from './codec-error';
import type { Failed } from './codec-error';
import {
  FORM_DIGITS,
  FORM_DIGITS_RIGHT,
  FORM_DIGITS_VARIABLE,
  FORM_TEXT_VARIABLE,
  forms,
  longestBodyBytes,
  prefixes,
  sizes,
} from './field-forms';

/** Keys are field numbers. */
export type FieldValues = Record<string, string>;

export interface UnpackedBody {
  readonly error?: undefined;
  /** Four digits. */
  mti: string;
  /** Sixteen hex digits. */
  bitmap: string;
  fields: FieldValues;
  /** Whole fields as hex, length first, where the value alone would not give the same bytes again. */
  raw: FieldValues | undefined;
}

const FIELDS_AT = 10;

/** Two ASCII hex digits of each byte, as they lie in memory. */
const hexPairs = new Uint16Array(256);
/** Number in a byte of two packed digits; 255: a nibble is no digit. */
const packedNumbers = new Uint8Array(256).fill(255);
for (let value = 0; value < 256; value++) {
  const hex = value.toString(16).toUpperCase().padStart(2, '0');
  new Uint8Array(hexPairs.buffer).set([hex.charCodeAt(0), hex.charCodeAt(1)], value * 2);
  if (/^\d\d$/.test(hex)) packedNumbers[value] = parseInt(hex, 10);
}

// An import is looked up anew at each use, a constant is not.
const [formOf, sizeOf, prefixOf] = [forms, sizes, prefixes];

const scratch = Buffer.alloc(longestBodyBytes * 2);
const scratchPairs = new Uint16Array(scratch.buffer, scratch.byteOffset, longestBodyBytes);

/** Upper-case hex of `length` bytes, at most the longest body. */
function hexOf(bytes: Uint8Array, start: number, length: number): string {
  for (let i = 0; i < length; i++) scratchPairs[i] = hexPairs[bytes[start + i]];
  return scratch.toString('latin1', 0, length * 2);
}

/** Eight characters: one call with all of them is much cheaper than joining. */
function eightAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at],
    bytes[at + 1],
    bytes[at + 2],
    bytes[at + 3],
    bytes[at + 4],
    bytes[at + 5],
    bytes[at + 6],
    bytes[at + 7],
  );
}

/** One character a byte. */
function textOf(bytes: Uint8Array, at: number, count: number): string {
  if (count >= 8 && count <= 16) {
    const head = eightAt(bytes, at);
    return count === 8 ? head : head + eightAt(bytes, at + count - 8).substring(16 - count);
  }
  if (count === 3) return String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2]);
  let text = '';
  for (let i = 0; i < count; i++) text += String.fromCharCode(bytes[at + i]);
  return text;
}

function isPlainText(bytes: Uint8Array, at: number, end: number): boolean {
  for (; at < end; at++) {
    const character = bytes[at];
    if (character < 0x20 || character > 0x7e) return false;
  }
  return true;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function tooShort(field: number, at: number): Failed {
  return failed('too_short', field, at, field ? `field ${field} is cut short` : 'the message is cut short');
}

/** Decodes `bytes` from `start` (the MTI, which the caller has checked) to their end; offsets of errors count from 0. */
export function unpackBody(bytes: Uint8Array, start: number): UnpackedBody | Failed {
  const end = bytes.length;
  if (end - start < FIELDS_AT) return tooShort(0, start + 2 > end ? start : start + 2);
  const length = end - start < longestBodyBytes ? end - start : longestBodyBytes;
  const hex = hexOf(bytes, start, length);
  /** Of the first byte given, in `hex`. */
  const zero = -start * 2;

  const fields: FieldValues = {};
  let raw: FieldValues | undefined;
  let at = start + FIELDS_AT;
  let bits = wordAt(bytes, start + 2);
  let rest = wordAt(bytes, start + 6);
  // A key beyond 32 first: the object then gets room for all of them at once.
  if (rest !== 0) fields[33 + Math.clz32(rest)] = '';
  for (let base = 1; base <= 33; base += 32, bits = rest, rest = 0) {
    while (bits !== 0) {
      const leading = Math.clz32(bits);
      bits &= ~(0x80000000 >>> leading);
      const field = base + leading;
      const form = formOf[field];
      if (!form) return failed('unknown_field', field, start + 2 + ((field - 1) >> 3), `there is no field ${field}`);

      let count = sizeOf[field];
      let from = at;
      const prefix = prefixOf[field];
      if (prefix) {
        from += prefix;
        if (from > end) return tooShort(field, at);
        const units = packedNumbers[bytes[from - 1]];
        const hundreds = prefix === 2 ? packedNumbers[bytes[at]] : 0;
        if (units === 255 || hundreds === 255) {
          return failed('bad_length', field, at, `the length of field ${field} is no number`);
        }
        const given = hundreds * 100 + units;
        if (given > count) {
          return failed('too_long', field, at, `field ${field} claims to be longer than its ${count}`);
        }
        count = given;
      }

      let to: number;
      let canonical = true;
      if (form <= FORM_DIGITS_VARIABLE) {
        to = from + ((count + 1) >> 1);
        if (to > end) return tooShort(field, at);
        let first = from * 2 + zero;
        if (form !== FORM_DIGITS && (count & 1) !== 0) {
          if (form === FORM_DIGITS_RIGHT) {
            first++;
            canonical = bytes[from] < 16;
          } else canonical = (bytes[to - 1] & 15) === 0;
        }
        fields[field] = hex.substring(first, first + count);
      } else {
        to = from + count;
        if (to > end) return tooShort(field, at);
        if (form <= FORM_TEXT_VARIABLE) {
          canonical = isPlainText(bytes, from, to);
          fields[field] = textOf(bytes, from, count);
        } else fields[field] = hex.substring(from * 2 + zero, to * 2 + zero);
      }
      if (!canonical) (raw ??= {})[field] = hex.substring(at * 2 + zero, to * 2 + zero);
      at = to;
    }
  }
  if (at < end) return failed('trailing_bytes', 0, at, 'bytes follow the last field');
  return { mti: hex.substring(0, 4), bitmap: hex.substring(4, 20), fields, raw };
}
