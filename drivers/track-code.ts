/**
 * What stands on a magnetic stripe (ISO/IEC 7811-2 and -6; payment cards: ISO/IEC 7813, track 3 ISO/IEC 4909). Track 1
 * has seven bits a character, tracks 2 and 3 five: least significant first, then odd parity; behind the end sentinel the
 * LRC. A head gives the bits of a track as bytes, first bit uppermost, a zero for a one-bit as they leave a shift register.
 */
import { byte, type Bytes } from '../hal/bytes';
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
  /** Characters that may stand between the sentinels; '' any. */
  readonly only: Bytes;
  /** The character of every combination of bits as they come; `~` for even parity. */
  readonly text: Bytes;
}

const BAD = '~';
const END_SENTINEL = '?';

const numeric: TrackForm = {
  bits: 5,
  start: 26,
  zero: 48,
  only: '0123456789=',
  text: '~08~4~~<2~~:~6>~1~~9~5=~~3;~7~~?',
};

const alphabetic: TrackForm = {
  bits: 7,
  start: 81,
  zero: 32,
  only: '',
  text:
    '~ @~0~~P(~~H~8X~$~~D~4T~~,L~<~~\\"~~B~2R~~*J~:~~Z~&F~6~~V.~~N~>^~' +
    "!~~A~1Q~~)I~9~~Y~%E~5~~U-~~M~=]~~#C~3~~S+~~K~;[~'~~G~7W~~/O~?~~_",
};

/** Characters between the sentinels of tracks 1, 2, 3. */
const TRACK1_CHARACTERS = 76;
const TRACK2_CHARACTERS = 37;
const TRACK3_CHARACTERS = 104;
/** Start sentinels tried before a track counts as unreadable: scratches may look like one. */
const ATTEMPTS = 8;
/** So few characters behind a start sentinel that is not the first may be chance. */
const CHANCE_CHARACTERS = 8;

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

/** Reads one track from its start sentinel at bit `start`. */
function readFrom(bits: Bytes, start: number, form: TrackForm, longest: number): TrackResult {
  const width = form.bits;
  const end = bits.length * 8 - 2 * width;
  let text = '';
  let check = form.text.charCodeAt(form.start) - form.zero;
  for (let at = start + width; at < end; at += width) {
    const character = form.text.charAt(bitsAt(bits, at, width));
    if (character === BAD) return { fault: FAULT_STRIPE_PARITY, text: '' };
    check ^= character.charCodeAt(0) - form.zero;
    if (character === END_SENTINEL) {
      const good = form.text.charCodeAt(bitsAt(bits, at + width, width)) - form.zero === check;
      return good ? { fault: FAULT_NONE, text } : { fault: FAULT_STRIPE_LRC, text: '' };
    }
    if (form.only !== '' && form.only.indexOf(character) < 0) return { fault: FAULT_STRIPE_UNREADABLE, text: '' };
    if (text.length === longest) return { fault: FAULT_STRIPE_TOO_LONG, text: '' };
    text += character;
  }
  return { fault: FAULT_STRIPE_UNREADABLE, text: '' };
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
  let first: TrackResult = { fault: FAULT_STRIPE_UNREADABLE, text: '' };
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
  const forward = readOneWay(bits, form, longest);
  if (!forward.fault && forward.text.length >= CHANCE_CHARACTERS) return forward;
  if (bits === '\xff'.repeat(bits.length)) return forward;
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
