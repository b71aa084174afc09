/**
 * Byte strings: the one value type of the portable rooms for bytes.
 *
 * A `Bytes` is a JavaScript string in which every char code is one byte, 0–255. The small engine keeps such a string
 * flat, cuts and joins it natively and hands it to its buses as it is; V8 stores it as one byte a character.
 * This is the only file of `hal/` with behaviour: every room needs these few functions, and a board replaces the slow
 * ones by native calls through `useNativeBytes` (docs/decisions/0002-byte-strings.md).
 */
export type Bytes = string;

/** Functions a board may replace by native ones. */
export interface NativeBytes {
  crc32?: (bytes: Bytes) => number;
  /** The bytes as an array. */
  array?: (bytes: Bytes) => Uint8Array;
  /** Writes `table[from[i]]` (`from[i]` itself without a table) to `to[i]`; `bits`: `from` is cut into so many bits, the highest first. */
  lookUp?: (from: Uint8Array, to: Words, table?: Words, bits?: number) => void;
  sum?: (words: Words) => number;
  /** The sum of `a[i] * b[i + offset]`. */
  dot?: (a: Words, b: Words, offset: number) => number;
}

export type Words = Uint8Array | Int32Array;

export interface NativeStrings extends NativeBytes {
  /** An array's bytes as a string; the array is not used any more. */
  text?: (bytes: Uint8Array) => Bytes;
  /** The bytes where they are, not copied. */
  view?: (bytes: Bytes) => ArrayBuffer;
}

let native: Required<Omit<NativeStrings, 'sum'>> | null = null;

/** Installs a board's native versions; called once by a board file, which has all of them (but `sum`) or none. */
export function useNativeBytes(functions: NativeStrings): void {
  native = functions.view ? (functions as Required<NativeStrings>) : null;
}

const hexDigits = '0123456789ABCDEF';

export function arrayOf(bytes: Bytes): Uint8Array {
  if (native) return native.array(bytes);
  const made = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) made[i] = bytes.charCodeAt(i);
  return made;
}

/** An array to look things up in, never written to: a board leaves it in flash. */
export function tableOf(bytes: Bytes): Uint8Array {
  return native ? new Uint8Array(native.view(bytes)) : arrayOf(bytes);
}

/** The sum of `weights[i] * table[bytes[i]]`. */
export function weigh(bytes: Bytes, table: Uint8Array, weights: Int32Array): number {
  if (native) {
    const found = native.array(bytes);
    native.lookUp(found, found, table);
    return native.dot(found, weights, 0);
  }
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += weights[i] * table[bytes.charCodeAt(i)];
  return sum;
}

/** The bytes cut into pieces of so many bits, the highest first, each replaced by its character of `table`; a rest is left out. */
export function mapBits(bytes: Bytes, bits: number, table: Bytes): Bytes {
  if (native) {
    const to = new Uint8Array(((bytes.length * 8) / bits) | 0);
    native.lookUp(native.array(bytes), to, native.array(table), bits);
    return native.text(to);
  }
  const mask = (1 << bits) - 1;
  let out = '';
  let held = 0;
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    held = ((held << 8) | bytes.charCodeAt(i)) & 0xffff;
    for (count += 8; count >= bits; out += table.charAt((held >> count) & mask)) count -= bits;
  }
  return out;
}

/**
 * Where `part` begins in `text`, -1 for nowhere; for parts of more than one byte. The small engine's own `indexOf` finds a part
 * also where the text ends in its beginning: "\r\n" in "OK\r".
 */
export function find(text: Bytes, part: Bytes, from: number): number {
  const at = text.indexOf(part, from);
  return at > text.length - part.length ? -1 : at;
}

/** Upper-case hex, two digits a byte. */
export function toHex(bytes: Bytes): string {
  if (native) return mapBits(bytes, 4, hexDigits);
  let hex = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    hex += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  }
  return hex;
}

/** The value 0–15 of the hex digit with this char code, or -1. */
export function nibbleOf(charCode: number): number {
  if (charCode >= 48 && charCode <= 57) return charCode - 48;
  if (charCode >= 65 && charCode <= 70) return charCode - 55;
  if (charCode >= 97 && charCode <= 102) return charCode - 87;
  return -1;
}

/** Bytes of an even number of hex digits. The caller has checked the digits: a bad one counts as 0. */
export function fromHex(hex: string): Bytes {
  let bytes = '';
  for (let i = 0; i + 1 < hex.length; i += 2) {
    bytes += String.fromCharCode(((nibbleOf(hex.charCodeAt(i)) & 15) << 4) | (nibbleOf(hex.charCodeAt(i + 1)) & 15));
  }
  return bytes;
}

/** One byte. */
export function byte(value: number): Bytes {
  return String.fromCharCode(value & 255);
}

/** Two bytes, big-endian. */
export function u16(value: number): Bytes {
  return String.fromCharCode((value >> 8) & 255, value & 255);
}

/** Four bytes, big-endian. */
export function u32(value: number): Bytes {
  return String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** Reads two bytes, big-endian, at `at`; beyond the end counts as 0. */
export function readU16(bytes: Bytes, at: number): number {
  return ((bytes.charCodeAt(at) & 255) << 8) | (bytes.charCodeAt(at + 1) & 255);
}

/** Reads four bytes, big-endian, at `at`, as an unsigned number. */
export function readU32(bytes: Bytes, at: number): number {
  return ((readU16(bytes, at) << 16) | readU16(bytes, at + 2)) >>> 0;
}

/** Bitwise exclusive or of two byte strings of the same length. */
export function xor(a: Bytes, b: Bytes): Bytes {
  let out = '';
  for (let i = 0; i < a.length; i++) out += String.fromCharCode(a.charCodeAt(i) ^ b.charCodeAt(i));
  return out;
}

function fillTable<T extends Int32Array | Uint16Array>(
  table: T,
  polynomial: number,
  topBit: number,
  reflected: boolean,
): T {
  for (let n = 0; n < 256; n++) {
    let c = reflected ? n : n << 8;
    for (let bit = 0; bit < 8; bit++) {
      if (reflected) c = c & 1 ? polynomial ^ (c >>> 1) : c >>> 1;
      else c = c & topBit ? ((c << 1) ^ polynomial) & 0xffff : c << 1;
    }
    table[n] = reflected ? c : ((c & 255) << 8) | (c >> 8);
  }
  return table;
}

let crc16Table: Uint16Array | undefined;
let crc32Table: Int32Array | undefined;

/** CRC-16/CCITT-FALSE (polynomial 1021, start FFFF, no reflection): `123456789` gives 29B1. */
export function crc16(bytes: Bytes): number {
  // With its bytes the other way round, as in the table.
  let crc = 0xffff;
  let i = 0;
  const data = arrayOf(bytes);
  const table = crc16Table || (crc16Table = fillTable(new Uint16Array(256), 0x1021, 0x8000, false));
  const length = data.length;
  for (; i < length; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
  return ((crc & 255) << 8) | (crc >> 8);
}

/** CRC-32/ISO-HDLC, the one of Ethernet and of `E.CRC32`, unsigned: `123456789` gives CBF43926. */
export function crc32(bytes: Bytes): number {
  if (native) return native.crc32(bytes);
  const table = crc32Table || (crc32Table = fillTable(new Int32Array(256), 0xedb88320 | 0, 0, true));
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = table[(crc ^ bytes.charCodeAt(i)) & 255] ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
