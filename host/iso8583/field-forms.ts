/**
 * The firmware's field table compiled for JSON: how a value looks in a JSON message, and how it gets there and back.
 * Every table has the field number as its index.
 */
import { fieldSpecs, isDigits } from '../../firmware/iso8583/fields';

/** An even number of digits, fixed. */
export const FORM_DIGITS = 1;
/** An odd number of digits, fixed, spare nibble (0) before them. */
export const FORM_DIGITS_RIGHT = 2;
/** An odd number of digits, fixed, spare nibble (0) behind them: F22. */
export const FORM_DIGITS_LEFT = 3;
/** Digits behind a length that counts digits; spare nibble behind an odd number. */
export const FORM_DIGITS_VARIABLE = 4;
/** Fixed text. */
export const FORM_TEXT = 5;
/** Text behind its length. */
export const FORM_TEXT_VARIABLE = 6;
/** Fixed bytes, in JSON as upper-case hex. */
export const FORM_HEX = 7;
/** Bytes behind their length, in JSON as upper-case hex. */
export const FORM_HEX_VARIABLE = 8;

/** Fields whose characters are plain ASCII; the other `an` and `ans` fields may hold GBK or binary values. */
const TEXT_FIELDS = [37, 38, 39, 41, 42, 49, 54, 64];

/** `FORM_…`; 0: no such field. */
export const forms = new Uint8Array(65);
/** Greatest (variable) or only size: digits of a digit field, else bytes. */
export const sizes = new Uint16Array(65);
/** Bytes of the length before the value. */
export const prefixes = new Uint8Array(65);
/** 1: a track, in which `=` is taken for D. */
export const tracks = new Uint8Array(65);
/** The numbers of all fields, in wire order. */
export const fieldNumbers: Uint8Array = Uint8Array.from(fieldSpecs(), (spec) => spec.field);

let longest = 10;
for (const spec of fieldSpecs()) {
  const { field, max } = spec;
  const prefix = spec.lengthDigits ? spec.lengthDigits - 1 : 0;
  sizes[field] = max;
  prefixes[field] = prefix;
  tracks[field] = spec.format === 'z' ? 1 : 0;
  if (isDigits(spec)) {
    const fixed = max & 1 ? (spec.left ? FORM_DIGITS_LEFT : FORM_DIGITS_RIGHT) : FORM_DIGITS;
    forms[field] = prefix ? FORM_DIGITS_VARIABLE : fixed;
    longest += prefix + ((max + 1) >> 1);
  } else {
    const text = TEXT_FIELDS.includes(field);
    forms[field] = (text ? FORM_TEXT : FORM_HEX) + (prefix ? 1 : 0);
    longest += prefix + max;
  }
}

/** Bytes of the longest body there can be: every field at its greatest size. */
export const longestBodyBytes = longest;
