/**
 * Packing field by field, for whatever the compiled packer leaves: fields given as their own bytes, and values that are
 * wrong, for which the code and the place are found here.
 */
import { failed } from './codec-error';
import type { Failed } from './codec-error';
import {
  FORM_DIGITS_RIGHT,
  FORM_DIGITS_VARIABLE,
  FORM_HEX,
  fieldNumbers,
  forms,
  prefixes,
  sizes,
  tracks,
} from './field-forms';
import { firstNotHex, packedNumbers } from './hex-tables';
import type { FieldValues } from './unpack';

/** Bytes of the field that `bytes` starts with, as its own length says; -1: it says nothing. */
function lengthSaid(bytes: Uint8Array, field: number): number {
  const prefix = prefixes[field];
  let size = 0;
  for (let i = 0; i < prefix; i++) {
    const number = packedNumbers.indexOf(bytes[i] ?? 255);
    if (number < 0) return -1;
    size = size * 100 + number;
  }
  if (!prefix) size = sizes[field];
  if (size > sizes[field]) return -1;
  return prefix + (forms[field] <= FORM_DIGITS_VARIABLE ? (size + 1) >> 1 : size);
}

function rawBytes(field: number, hex: unknown): Buffer | Failed {
  const what = `raw field ${field}`;
  if (typeof hex !== 'string') return failed('bad_hex', field, 0, `${what} is no string`);
  const bad = firstNotHex(hex);
  if (bad >= 0) return failed('bad_hex', field, bad, `${what} has a character that is no hex digit`);
  if (hex.length & 1) return failed('bad_hex', field, hex.length, `${what} has an odd number of hex digits`);
  const bytes = Buffer.from(hex, 'hex');
  const whole = lengthSaid(bytes, field) === bytes.length;
  return whole ? bytes : failed('bad_length', field, 0, `${what} is not one field with the length it says`);
}

function firstWide(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return i;
  return -1;
}

/** Bytes of a field behind its length. */
function valueBytes(form: number, value: string): Buffer {
  if (form > FORM_DIGITS_VARIABLE) return Buffer.from(value, form >= FORM_HEX ? 'hex' : 'latin1');
  if (form === FORM_DIGITS_RIGHT) return Buffer.from('0' + value, 'hex');
  return Buffer.from(value.length & 1 ? value + '0' : value, 'hex');
}

function fieldBytes(field: number, given: unknown): Buffer | Failed {
  const form = forms[field];
  const size = sizes[field];
  const prefix = prefixes[field];
  const isHex = form >= FORM_HEX;
  const isDigits = form <= FORM_DIGITS_VARIABLE;
  const badCharacter = isHex ? 'bad_hex' : 'bad_digit';
  if (typeof given !== 'string') return failed(badCharacter, field, 0, `field ${field} is no string`);
  const value = tracks[field] ? given.split('=').join('D') : given;
  // Characters before size: a masked value is reported as what it is.
  const bad = isDigits || isHex ? firstNotHex(value) : firstWide(value);
  if (bad >= 0) return failed(badCharacter, field, bad, `field ${field} has a character that cannot stand there`);
  if (isHex && value.length & 1) {
    return failed('bad_hex', field, value.length, `field ${field} has an odd number of hex digits`);
  }
  const length = isHex ? value.length >> 1 : value.length;
  const unit = isDigits ? 'digits' : isHex ? 'bytes' : 'characters';
  if (length > size) return failed('too_long', field, 0, `field ${field} has more than ${size} ${unit}`);
  if (!prefix && length < size) return failed('too_short', field, 0, `field ${field} has not its ${size} ${unit}`);
  const bytes = valueBytes(form, value);
  if (!prefix) return bytes;
  const digits = String(length).padStart(prefix * 2, '0');
  return Buffer.concat([Buffer.from(digits, 'hex'), bytes]);
}

/** Writes bitmap and fields, the message type being at `start`; returns the place behind them. */
export function packCarefully(
  fields: FieldValues,
  raw: FieldValues | undefined,
  target: Buffer,
  start: number,
): number | Failed {
  let at = start + 10;
  target.fill(0, start + 2, at);
  for (const field of fieldNumbers) {
    const bytesGiven = raw?.[field];
    const value = fields[field];
    if (bytesGiven === undefined && value === undefined) continue;
    const bytes = bytesGiven === undefined ? fieldBytes(field, value) : rawBytes(field, bytesGiven);
    if (!(bytes instanceof Uint8Array)) return bytes;
    target.set(bytes, at);
    at += bytes.length;
    const octet = start + 2 + ((field - 1) >> 3);
    target[octet] = target[octet] | (128 >> ((field - 1) & 7));
  }
  return at;
}
