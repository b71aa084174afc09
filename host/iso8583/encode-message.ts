/** The JSON form of a message (docs/protocol/iso8583.md) into the bytes of a frame. */
import { failed } from './codec-error';
import type { CodecError, CodecErrorCode, Failed } from './codec-error';
import { forms } from './field-forms';
import { isKnownType } from './names';
import { firstNotHex } from './hex-tables';
import { packBody } from './pack';
import type { FieldValues } from './unpack';

/** The bytes of a message, or what is wrong with its fields. */
export type EncodedMessage = { readonly error?: undefined; readonly bytes: Uint8Array } | Failed;

type JsonObject = Record<string, unknown>;

const MEMBERS = ['length', 'tpdu', 'header', 'mti', 'bitmap', 'fields', 'raw'];
const CODES: readonly CodecErrorCode[] = [
  'too_short',
  'bad_length',
  'bad_digit',
  'unknown_field',
  'too_long',
  'trailing_bytes',
  'bad_hex',
  'bad_mti',
];

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line of `decode` that says what was wrong keeps saying it. */
function passedOn(json: JsonObject): Failed | undefined {
  const error = json.error as Partial<CodecError> | undefined;
  if (!isObject(error) || !CODES.includes(error.code as CodecErrorCode)) return undefined;
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
  return failed(error.code as CodecErrorCode, number(error.field), number(error.offset), 'this line was not decoded');
}

/** Checks that the keys of `fields` or `raw` are numbers of fields. */
function checkKeys(values: unknown, member: string): Failed | undefined {
  if (!isObject(values)) return failed('unknown_field', 0, 0, `"${member}" is no object of fields`);
  for (const key of Object.keys(values)) {
    const field = parseInt(key, 10);
    if (String(field) !== key) return failed('unknown_field', 0, 0, `"${member}" has a key that is no field number`);
    if (!forms[field]) return failed('unknown_field', field, 0, `there is no field ${field}`);
  }
  return undefined;
}

/** Checks an envelope part, `bytes` long. */
function checkHex(value: unknown, name: string, bytes: number): Failed | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return failed('bad_hex', 0, 0, `"${name}" is no string`);
  const bad = firstNotHex(value);
  if (bad >= 0) return failed('bad_hex', 0, bad, `"${name}" has a character that is no hex digit`);
  const digits = bytes * 2;
  if (value.length < digits) return failed('too_short', 0, value.length, `"${name}" has not its ${digits} digits`);
  return value.length > digits
    ? failed('too_long', 0, digits, `"${name}" has more than its ${digits} digits`)
    : undefined;
}

function checkType(mti: unknown): Failed | undefined {
  if (mti === undefined) return failed('bad_mti', 0, 0, 'there is no "mti"');
  const known = typeof mti === 'string' && /^\d{4}$/.test(mti) && isKnownType(parseInt(mti, 16));
  return known ? undefined : failed('bad_mti', 0, 0, '"mti" is no known message type');
}

function checkShape(json: JsonObject): Failed | undefined {
  if (!Object.hasOwn(json, 'mti')) {
    const earlier = passedOn(json);
    if (earlier) return earlier;
  }
  for (const key of Object.keys(json)) {
    if (!MEMBERS.includes(key))
      return failed('unknown_field', 0, 0, `a message has no member other than ${MEMBERS.join(', ')}`);
  }
  return (
    checkHex(json.tpdu, 'tpdu', 5) ??
    checkHex(json.header, 'header', 6) ??
    checkType(json.mti) ??
    checkHex(json.bitmap, 'bitmap', 8) ??
    checkKeys(json.fields, 'fields') ??
    (json.raw === undefined ? undefined : checkKeys(json.raw, 'raw'))
  );
}

/** The first field of which one bitmap knows and the other does not; 0: they agree. */
function firstDifference(given: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) {
    const different = parseInt(given.slice(i * 2, i * 2 + 2), 16) ^ bytes[at + i];
    if (different) return i * 8 + Math.clz32(different) - 23;
  }
  return 0;
}

/** Fills in what stands before the message. `length: null` asks for a length without knowing it. */
function fillEnvelope(json: JsonObject, bytes: Uint8Array): Failed | undefined {
  let at = 0;
  if (json.length !== undefined) {
    const length = bytes.length - 2;
    if (json.length !== null && json.length !== length) {
      return failed('bad_length', 0, 0, `"length" disagrees with the ${length} bytes of the message`);
    }
    bytes[0] = length >> 8;
    bytes[1] = length;
    at = 2;
  }
  bytes.set(
    Buffer.from(`${(json.tpdu as string | undefined) ?? ''}${(json.header as string | undefined) ?? ''}`, 'hex'),
    at,
  );
  return undefined;
}

/** Never throws, whatever it is given. Bitmap and length are computed; a given one that disagrees is an error. */
export function encodeMessage(json: unknown): EncodedMessage {
  if (!isObject(json)) return failed('bad_mti', 0, 0, 'this is no JSON object with an "mti"');
  const wrong = checkShape(json);
  if (wrong) return wrong;
  const room =
    (json.length === undefined ? 0 : 2) + (json.tpdu === undefined ? 0 : 5) + (json.header === undefined ? 0 : 6);
  const packed = packBody(json.mti as string, json.fields as FieldValues, json.raw as FieldValues | undefined, room);
  if (!(packed instanceof Uint8Array)) return packed;
  const field = json.bitmap === undefined ? 0 : firstDifference(json.bitmap as string, packed, room + 2);
  if (field) return failed('unknown_field', field, 0, `"bitmap" and "fields" disagree about field ${field}`);
  return fillEnvelope(json, packed) ?? { bytes: packed };
}
