/**
 * What stands on a magnetic stripe (ISO/IEC 7811-2 and -6; payment cards: ISO/IEC 7813, track 3 ISO/IEC 4909). Track 1
 * has seven bits a character, tracks 2 and 3 five: least significant first, then odd parity; behind the end sentinel the
 * LRC. A head gives the bits of a track as bytes, first bit uppermost, a zero for a one-bit as they leave a shift register.
 */
import { arrayOf, byte, mapBits, type Bytes } from '../hal/bytes';
import type { StripeTracks } from '../hal/devices';
import {
  FAULT_NONE,
  FAULT_STRIPE_LRC,
  FAULT_STRIPE_PARITY,
  FAULT_STRIPE_TOO_LONG,
  FAULT_STRIPE_UNREADABLE,
} from '../hal/fault';

/** How characters are written on a track. */
interface TrackForm {
  /** Bits of a character, with its parity. */
  readonly bits: number;
  /** The start sentinel's bits as they come. */
  readonly start: number;
  /** Char code of value 0. */
  readonly zero: number;
  /** Bits of a value. */
  readonly mask: number;
  /** Between the sentinels only digits and `=` may stand. */
  readonly isNumeric: boolean;
  /** What 8 must be multiplied by to leave 1 when divided by `bits`. */
  readonly inverse: number;
  /** The character of every combination of levels as they come; `~` for even parity. */
  readonly text: Bytes;
}

const BAD = '~';
const END_SENTINEL = '?';

const numeric: TrackForm = {
  bits: 5,
  start: 26,
  zero: 48,
  mask: 15,
  isNumeric: true,
  inverse: 2,
  text: '?~~7~;3~~=5~9~~1~>6~:~~2<~~4~80~',
};

const alphabetic: TrackForm = {
  bits: 7,
  start: 81,
  zero: 32,
  mask: 63,
  isNumeric: false,
  inverse: 1,
  text:
    "_~~?~O/~~W7~G~~'~[;~K~~+S~~3~C#~~]=~M~~-U~~5~E%~Y~~9~I)~~Q1~A~~!" +
    '~^>~N~~.V~~6~F&~Z~~:~J*~~R2~B~~"\\~~<~L,~~T4~D~~$~X8~H~~(P~~0~@ ~',
};

/** Characters between the sentinels of tracks 1, 2, 3. */
const TRACK1_CHARACTERS = 76;
const TRACK2_CHARACTERS = 37;
const TRACK3_CHARACTERS = 104;
/** Start sentinels tried before a track counts as unreadable: scratches may look like one. */
const ATTEMPTS = 8;
/** So few characters behind a start sentinel that is not the first may be chance. */
const CHANCE_CHARACTERS = 8;

/** Zeros before the first bit. */
const NOTHING = '\xff\xff\xff\xff\xff\xff\xff';
/** A half byte read from the other end. */
const mirrored = '\x00\x08\x04\x0c\x02\x0a\x06\x0e\x01\x09\x05\x0d\x03\x0b\x07\x0f';

interface TrackResult {
  readonly fault: number;
  readonly text: Bytes;
}

/** The same bits from the other end. */
function mirror(bits: Bytes): Bytes {
  let out = '';
  for (let i = bits.length - 1; i >= 0; i--) {
    const value = bits.charCodeAt(i);
    out += byte((mirrored.charCodeAt(value & 15) << 4) | mirrored.charCodeAt(value >> 4));
  }
  return out + '\xff';
}

/** `count` (up to 8) bits from bit `at` on. */
function bitsAt(bits: Bytes, at: number, count: number): number {
  const two = (bits.charCodeAt(at >> 3) << 8) | bits.charCodeAt((at >> 3) + 1);
  return (~two >> (16 - count - (at & 7))) & ((1 << count) - 1);
}

function unreadable(fault: number): TrackResult {
  return { fault, text: '' };
}

/** The track's characters from the start sentinel at bit `start` on, `count` of them where there are so many. */
function charactersFrom(bits: Bytes, start: number, form: TrackForm, count: number): Bytes {
  const width = form.bits;
  // Cut by one call, which begins at a byte: one before the sentinel that is a whole number of characters away from it.
  const last = (start >> 3) + width;
  const from = last - ((last + width * 8 - ((start * form.inverse) % width)) % width);
  const skipped = (start + (width - from) * 8) / width;
  const padded = NOTHING.substr(0, width) + bits;
  return mapBits(padded.substr(from, ((skipped + count) * width + 7) >> 3), width, form.text).substr(skipped, count);
}

/** Exclusive or of all characters. */
function checkOf(text: Bytes): number {
  const words = new Uint32Array(arrayOf(text + '\0\0\0'.substr((text.length + 3) & 3)).buffer);
  let check = 0;
  for (let i = 0; i < words.length; i++) check ^= words[i];
  check ^= check >>> 16;
  return check ^ (check >>> 8);
}

/** Digits and `=` alone. */
function isNumeric(text: Bytes): boolean {
  const digits = text.split('=').join('');
  return encodeURIComponent(digits) === digits;
}

/** Reads one track from its start sentinel at bit `start`. */
function readFrom(bits: Bytes, start: number, form: TrackForm, longest: number): TrackResult {
  const width = form.bits;
  // The last one is the LRC, or stands in its place.
  const fits = Math.ceil((bits.length * 8 - 2 * width - start) / width) + 1;
  const all = charactersFrom(bits, start, form, Math.min(fits, longest + 3));
  const read = all.substring(0, all.length - 1);
  const end = read.indexOf(END_SENTINEL, 1);
  const bad = read.indexOf(BAD, 1);
  const isDamaged = bad > 0 && (end < 0 || bad < end);
  const stop = isDamaged ? bad : end;
  const text = read.substring(1, stop < 0 ? read.length : stop);
  if (form.isNumeric && !isNumeric(text.substr(0, longest + 1))) return unreadable(FAULT_STRIPE_UNREADABLE);
  if (text.length > longest) return unreadable(FAULT_STRIPE_TOO_LONG);
  if (isDamaged) return unreadable(FAULT_STRIPE_PARITY);
  if (end < 0) return unreadable(FAULT_STRIPE_UNREADABLE);
  const checked = all.substr(0, end + 2);
  const check = checkOf(checked) ^ (checked.length & 1 ? form.zero : 0);
  const isGood = checked.charAt(end + 1) !== BAD && (check & form.mask) === 0;
  return isGood ? { fault: FAULT_NONE, text } : unreadable(FAULT_STRIPE_LRC);
}

/** The first start sentinel at or after bit `from`, or -1. */
function findStart(bits: Bytes, from: number, form: TrackForm): number {
  const end = bits.length * 8 - 2 * form.bits;
  let at = from;
  while (at < end) {
    // Most of an unused track is zeros: step over whole bytes of them.
    if ((at & 7) === 0 && bits.charCodeAt(at >> 3) === 0xff) at += 8;
    else if (bitsAt(bits, at, form.bits) === form.start) return at;
    else at++;
  }
  return -1;
}

/** The first attempt's fault counts when none succeeds: what comes later is rarely a start at all. */
function readOneWay(bits: Bytes, form: TrackForm, longest: number): TrackResult {
  let at = findStart(bits, 0, form);
  let first = unreadable(FAULT_STRIPE_UNREADABLE);
  for (let attempt = 0; at >= 0 && attempt < ATTEMPTS; attempt++) {
    const found = readFrom(bits, at, form, longest);
    if (!found.fault && (!attempt || found.text.length >= CHANCE_CHARACTERS)) return found;
    if (!attempt) first = found;
    at = findStart(bits, at + 1, form);
  }
  return first;
}

/** A card may be swiped either way. */
function readTrack(bits: Bytes, form: TrackForm, longest: number): TrackResult {
  // Nothing but zeros.
  if (bits === bits.substring(1) + '\xff') return unreadable(FAULT_STRIPE_UNREADABLE);
  const forward = readOneWay(bits, form, longest);
  if (!forward.fault && forward.text.length >= CHANCE_CHARACTERS) return forward;
  const backward = readOneWay(mirror(bits), form, longest);
  if (!backward.fault && backward.text.length > forward.text.length) return backward;
  return forward.fault === FAULT_STRIPE_UNREADABLE ? backward : forward;
}

/**
 * Reads a card; `bitsOf` gives the bits of track 1, 2 or 3, with two bytes without a one behind them. A damaged first or
 * third track does not spoil a sale, which needs the second: it counts as one that the card has not.
 */
export function readStripe(
  bitsOf: (track: number) => Bytes,
  done: (fault: number, tracks: StripeTracks | null) => void,
): void {
  const { fault, text } = readTrack(bitsOf(2), numeric, TRACK2_CHARACTERS);
  if (fault || text === '') {
    done(fault || FAULT_STRIPE_UNREADABLE, null);
    return;
  }
  const track3 = readTrack(bitsOf(3), numeric, TRACK3_CHARACTERS).text;
  const track1 = readTrack(bitsOf(1), alphabetic, TRACK1_CHARACTERS).text;
  done(FAULT_NONE, { track1, track2: text, track3 });
}
