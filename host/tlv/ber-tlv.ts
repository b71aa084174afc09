/**
 * BER-TLV as EMV uses it (EMV Book 3 annex B, ISO/IEC 8825-1): definite lengths of at most four bytes behind their first,
 * tags of at most four, zero bytes between objects skipped. Strict: what is cut off, or does not fill its template, is
 * an error with its place. It reads hex text, so that a masked value (`*`) keeps its tag and its length.
 */

export interface TlvObject {
  /** Upper-case hex. */
  readonly tag: string;
  /** Hex as given, `children` included. */
  readonly value: string;
  /** Of a constructed tag. */
  readonly children?: readonly TlvObject[];
}

/** `length_form`: a length that BER may have and EMV has not (indefinite, or more than four bytes). */
export type TlvErrorCode = 'tag' | 'length' | 'length_form' | 'value' | 'deep';

export interface TlvError {
  readonly code: TlvErrorCode;
  /** Byte where the broken object begins. */
  readonly offset: number;
  readonly message: string;
}

export type DecodedTlv =
  { readonly error?: undefined; readonly objects: readonly TlvObject[] } | { readonly error: TlvError };

export interface TlvOptions {
  /** A constructed object whose inside is no TLV (masked, or private) keeps it as its value instead of failing. */
  readonly opaque?: boolean;
}

const LONGEST_TAG_BYTES = 4;
const LONGEST_LENGTH_BYTES = 4;
const DEEPEST = 16;

function failed(code: TlvErrorCode, at: number, message: string): { error: TlvError } {
  return { error: { code, offset: at >> 1, message } };
}

function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code & ~0x20;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : NaN;
}

/** The byte at character `at`; NaN where there is none. */
function byteAt(hex: string, at: number, end: number): number {
  return at + 2 > end ? NaN : nibble(hex.charCodeAt(at)) * 16 + nibble(hex.charCodeAt(at + 1));
}

/** Characters of the tag at `at`; 0 where it is cut off or too long. */
function tagLength(hex: string, at: number, end: number): number {
  const first = byteAt(hex, at, end);
  if (Number.isNaN(first)) return 0;
  if ((first & 0x1f) !== 0x1f) return 2;
  for (let bytes = 2; bytes <= LONGEST_TAG_BYTES; bytes++) {
    const next = byteAt(hex, at + 2 * bytes - 2, end);
    if (Number.isNaN(next)) return 0;
    if (next < 0x80) return 2 * bytes;
  }
  return 0;
}

interface Length {
  /** Of the value, in bytes. */
  readonly bytes: number;
  /** First character of the value. */
  readonly valueAt: number;
}

/** `null`: cut off. `bytes` is NaN for a form that EMV does not have. */
function readLength(hex: string, at: number, end: number): Length | null {
  const first = byteAt(hex, at, end);
  if (Number.isNaN(first)) return null;
  if (first < 0x80) return { bytes: first, valueAt: at + 2 };
  const count = first - 0x80;
  if (count === 0 || count > LONGEST_LENGTH_BYTES) return { bytes: NaN, valueAt: at + 2 };
  let bytes = 0;
  for (let i = 1; i <= count; i++) {
    const next = byteAt(hex, at + 2 * i, end);
    if (Number.isNaN(next)) return null;
    bytes = bytes * 256 + next;
  }
  return { bytes, valueAt: at + 2 + 2 * count };
}

function decodeRange(hex: string, from: number, end: number, depth: number, options: TlvOptions): DecodedTlv {
  const objects: TlvObject[] = [];
  let at = from;
  while (at < end) {
    if (byteAt(hex, at, end) === 0) {
      at += 2;
      continue;
    }
    const size = tagLength(hex, at, end);
    if (size === 0) return failed('tag', at, 'the tag is cut off, too long or no hex');
    const tag = hex.slice(at, at + size).toUpperCase();
    const length = readLength(hex, at + size, end);
    if (length === null) return failed('length', at, `the length of ${tag} is cut off`);
    if (Number.isNaN(length.bytes))
      return failed('length_form', at, `the length of ${tag} has a form EMV does not have`);
    const next = length.valueAt + 2 * length.bytes;
    if (next > end) return failed('value', at, `the value of ${tag} is cut off`);
    const value = hex.slice(length.valueAt, next);
    if (((byteAt(tag, 0, size) >> 5) & 1) === 0) objects.push({ tag, value });
    else {
      const inside: DecodedTlv =
        depth >= DEEPEST
          ? failed('deep', at, `${tag} is nested too deep`)
          : decodeRange(hex, length.valueAt, next, depth + 1, options);
      if (inside.error === undefined) objects.push({ tag, value, children: inside.objects });
      else if (options.opaque) objects.push({ tag, value });
      else return inside;
    }
    at = next;
  }
  return { objects };
}

/** Every object in `hex`, which may be empty. */
export function decodeTlv(hex: string, options: TlvOptions = {}): DecodedTlv {
  return decodeRange(hex, 0, hex.length, 1, options);
}
