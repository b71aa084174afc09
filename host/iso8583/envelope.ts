/**
 * What stands before a message: two bytes of length (TCP; absent behind a NAC), five of TPDU, six of application header,
 * each of them present or not. A capture does not say which, so the places where a message type can stand are tried.
 */
import { failed } from './codec-error';
import type { Failed } from './codec-error';
import { isKnownType } from './names';

const LENGTH_BYTES = 2;
const TPDU_BYTES = 5;
const HEADER_BYTES = 6;

export interface Envelope {
  readonly length: boolean;
  readonly tpdu: boolean;
  readonly header: boolean;
  /** Bytes before the message type. */
  readonly bytes: number;
}

function envelope(length: boolean, tpdu: boolean, header: boolean): Envelope {
  const bytes = (length ? LENGTH_BYTES : 0) + (tpdu ? TPDU_BYTES : 0) + (header ? HEADER_BYTES : 0);
  return { length, tpdu, header, bytes };
}

/** Every envelope there can be, the longest first. */
const envelopes: readonly Envelope[] = [
  envelope(true, true, true),
  envelope(false, true, true),
  envelope(true, false, true),
  envelope(true, true, false),
  envelope(false, false, true),
  envelope(false, true, false),
  envelope(true, false, false),
  envelope(false, false, false),
];

function leadsToType(bytes: Uint8Array, at: number): boolean {
  return at + 2 <= bytes.length && isKnownType((bytes[at] << 8) | bytes[at + 1]);
}

function lengthGiven(bytes: Uint8Array): number {
  return (bytes[0] << 8) | bytes[1];
}

/**
 * The candidates, best first: each leads to a known message type, and its length, if it has one, is exact. The first is
 * the one to report about; a later one counts only if the message behind the first cannot be read and its own can
 * (a STAN of 000800 looks like a message type behind a TPDU).
 */
export function candidates(bytes: Uint8Array): Envelope[] {
  const found: Envelope[] = [];
  for (const each of envelopes) {
    if (!leadsToType(bytes, each.bytes)) continue;
    if (each.length && lengthGiven(bytes) !== bytes.length - LENGTH_BYTES) continue;
    found.push(each);
  }
  return found;
}

/** Where the message type would stand, going by the first bytes: a TPDU starts with 60, a header with 60 to 68. */
function likelyStart(bytes: Uint8Array): number {
  let at = 0;
  if (bytes[0] !== 0x60 && (bytes[2] === 0x60 || lengthGiven(bytes) === bytes.length - LENGTH_BYTES)) at = LENGTH_BYTES;
  if (bytes[at] === 0x60) at += TPDU_BYTES;
  if ((bytes[at] & 0xf0) === 0x60) at += HEADER_BYTES;
  return at;
}

/** Why there is no candidate. */
export function whyNone(bytes: Uint8Array): Failed {
  if (bytes.length < 2) return failed('too_short', 0, 0, 'there is no message');
  if (envelopes.some((each) => each.length && leadsToType(bytes, each.bytes))) {
    const follow = bytes.length - LENGTH_BYTES;
    return failed('bad_length', 0, 0, `the length says ${lengthGiven(bytes)} bytes, ${follow} follow`);
  }
  const at = likelyStart(bytes);
  if (at + 2 > bytes.length) return failed('too_short', 0, bytes.length, 'the message ends before its type');
  return failed('bad_mti', 0, at, 'there is no known message type');
}
