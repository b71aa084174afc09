/**
 * ISO 8583 messages of the UnionPay POS protocol, from MTI to the last field. Values stay in wire form: a message is
 * joined from complete fields, and a received one is indexed, not decoded; a field is cut out where it is wanted.
 */
import {
  FAULT_BAD_LENGTH,
  FAULT_NONE,
  FAULT_TOO_LONG,
  FAULT_TOO_SHORT,
  FAULT_TRAILING_BYTES,
  FAULT_UNKNOWN_FIELD,
} from '../../hal/fault';
import { arrayOf, byte, readU16, type Bytes } from '../../hal/bytes';
import { digitsOf, lengthOf } from './wire-form';

/** Index is the field number, 2–64; a value is the field's bytes on the wire, its length before it. */
export type WireFields = (Bytes | undefined)[];

/** Where the fields of one message are. Made once, filled anew by each `indexMessage`. */
export interface MessageIndex {
  /** Two bytes, packed. */
  mti: Bytes;
  /** Index is the field number: first byte of the field with its length; 0: absent. */
  starts: Int16Array;
  /** First byte after the field; meaningless where it is absent. */
  ends: Int16Array;
  /** After a fault: the field it was found in (0: none) and the offset in the body. */
  field: number;
  offset: number;
}

const BITMAP_AT = 2;
const FIELDS_AT = 10;
const MAX_BODY_BYTES = 32767;

/**
 * The table of fields.ts by field number: 0: no such field; below 64: bytes of a fixed field; otherwise variable: 128, the
 * place of its greatest size in `LIMITS` × 4, 2 if its length has three digits, 1 if the length counts digits.
 */
const LAYOUT =
  '\x00\x00\x81\x03\x06\x00\x00\x00\x00\x00\x00\x03\x03\x02\x02\x02\x00\x00\x00\x00\x00\x00\x02\x02\x00\x01' +
  '\x01\x00\x00\x00\x00\x00\x85\x00\x00\x89\x8f\x0c\x06\x02\x00\x08\x0f\x28\x90\x00\x00\x00\x97\x03\x00\x00' +
  '\x08\x08\x9a\x9e\x00\x9e\xa2\x9e\xa7\xab\x9e\xae\x08';
/** 19, 11, 37, 104, 25, 322, 120, 999, 100, 17, 29, 163; two bytes each. */
const LIMITS = '\x00\x13\x00\x0b\x00\x25\x00\x68\x00\x19\x01\x42\x00\x78\x03\xe7\x00\x64\x00\x11\x00\x1d\x00\xa3';
const VARIABLE = 128;
const layout = arrayOf(LAYOUT);

/** Joins MTI (two bytes), bitmap and fields. Absent or empty entries stay out; nothing is checked. */
export function packMessage(mti: Bytes, fields: WireFields): Bytes {
  let bitmap = '';
  let bits = 0;
  let data = '';
  fields.forEach((wire, field) => {
    if (!wire) return;
    const octet = (field - 1) >> 3;
    for (; bitmap.length < octet; bits = 0) bitmap += byte(bits);
    bits |= 128 >> ((field - 1) & 7);
    data += wire;
  });
  for (; bitmap.length < 8; bits = 0) bitmap += byte(bits);
  return mti + bitmap + data;
}

export function createIndex(): MessageIndex {
  return { mti: '', starts: new Int16Array(65), ends: new Int16Array(65), field: 0, offset: 0 };
}

function fail(index: MessageIndex, fault: number, field: number, offset: number): number {
  index.field = field;
  index.offset = offset;
  return fault;
}

/** Bytes of a variable field with its length, or minus the fault. */
function variableLength(code: number, body: Bytes, at: number): number {
  const prefix = code & 2 ? 2 : 1;
  if (at + prefix > body.length) return -FAULT_TOO_SHORT;
  const low = lengthOf(body.charCodeAt(at + prefix - 1));
  const high = prefix === 2 ? lengthOf(body.charCodeAt(at)) : 0;
  if (low < 0 || high < 0) return -FAULT_BAD_LENGTH;
  const length = high * 100 + low;
  if (length > readU16(LIMITS, ((code & 127) >> 2) * 2)) return -FAULT_TOO_LONG;
  return prefix + (code & 1 ? (length + 1) >> 1 : length);
}

/**
 * Finds every field of a body (MTI first). Returns 0, or `FAULT_TOO_SHORT`, `FAULT_BAD_LENGTH` (a length that is no
 * number), `FAULT_TOO_LONG`, `FAULT_UNKNOWN_FIELD` or `FAULT_TRAILING_BYTES`, with `index.field` and `index.offset`
 * saying where; the index is then of no other use.
 */
export function indexMessage(body: Bytes, index: MessageIndex): number {
  const { starts, ends } = index;
  const length = body.length;
  starts.fill(0);
  index.mti = body.substring(0, BITMAP_AT);
  if (length < FIELDS_AT) return fail(index, FAULT_TOO_SHORT, 0, length < BITMAP_AT ? 0 : BITMAP_AT);
  if (length > MAX_BODY_BYTES) return fail(index, FAULT_TOO_LONG, 0, MAX_BODY_BYTES);
  let at = FIELDS_AT;
  for (let octet = 0; octet < 8; octet++) {
    let field = octet * 8;
    for (let bits = body.charCodeAt(BITMAP_AT + octet); bits; bits = (bits << 1) & 255) {
      for (field++; bits < 128; bits <<= 1) field++;
      let size = layout[field];
      if (!size) return fail(index, FAULT_UNKNOWN_FIELD, field, BITMAP_AT + octet);
      if (size >= VARIABLE) {
        size = variableLength(size, body, at);
        if (size < 0) return fail(index, -size, field, at);
      }
      if (at + size > length) return fail(index, FAULT_TOO_SHORT, field, at);
      starts[field] = at;
      at += size;
      ends[field] = at;
    }
  }
  return at < length ? fail(index, FAULT_TRAILING_BYTES, 0, at) : fail(index, FAULT_NONE, 0, at);
}

export function hasField(index: MessageIndex, field: number): boolean {
  return index.starts[field] !== 0;
}

/** A field as it stands on the wire, with its length; '' where absent. */
export function wireField(body: Bytes, index: MessageIndex, field: number): Bytes {
  const start = index.starts[field];
  return start ? body.substring(start, index.ends[field]) : '';
}

/** Bytes of a field without its length; '' where absent. */
export function fieldData(body: Bytes, index: MessageIndex, field: number): Bytes {
  const start = index.starts[field];
  if (!start) return '';
  const code = layout[field];
  return body.substring(code < VARIABLE ? start : start + (code & 2 ? 2 : 1), index.ends[field]);
}

/** Digits of an N or Z field, as many as it has on the wire: an odd variable one without its spare nibble, a fixed one with. */
export function fieldDigits(body: Bytes, index: MessageIndex, field: number): string {
  const start = index.starts[field];
  if (!start) return '';
  const digits = digitsOf(fieldData(body, index, field));
  const code = layout[field];
  if (code < VARIABLE) return digits;
  const at = code & 2 ? start + 1 : start;
  const odd = body.charCodeAt(at) & 1;
  return odd ? digits.substring(0, digits.length - 1) : digits;
}
