/**
 * Magnetic stripe head with a shift-out decoder (MagTek Triple Track Delta ASIC, technical reference 99875337): DATA goes
 * low when a swipe is in its buffer; then two handshake strobes, 16 bits of preamble and 704 bits for each of tracks A,
 * B and C come out, a low level for a one. Each track begins with its first one-bit. The buffer is cleared, and the head
 * armed again, when the whole sequence of 24 track reads has been strobed.
 * Tracks 2 and 3: ISO/IEC 7811-2 and -6, 5 bits a character, least significant first, odd parity, then the LRC.
 */
import { byte, type Bytes } from '../hal/bytes';
import { WORK_STRIPE, type Clock, type GpioPort, type Spi } from '../hal/bus';
import type { MagstripeReader, StripeTracks } from '../hal/devices';
import {
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_NONE,
  FAULT_STRIPE_LRC,
  FAULT_STRIPE_PARITY,
  FAULT_STRIPE_TOO_LONG,
  FAULT_STRIPE_UNREADABLE,
  FAULT_TIMEOUT,
} from '../hal/fault';

const READY_BIT = 1;
/** Two handshake strobes and the preamble: tracks begin at the third bit of a byte, each 704 bits after the other. */
const HEADER_BYTES = 2;
const TRACK_BYTES = 88;
/** Header and three tracks, rounded up to bytes. */
const FIRST_READ_BYTES = 267;
/** 2 + 16 + 24 × 704 strobes in all. */
const SEQUENCE_BYTES = 2115;
const CLEAR_CHUNK_BYTES = 256;

const CHARACTER_BITS = 5;
/** As five bits in the order they come. */
const START_SENTINEL = 26;
const SEPARATOR = 13;
const END_SENTINEL = 15;
/** Characters between the sentinels. */
const TRACK2_CHARACTERS = 37;
const TRACK3_CHARACTERS = 104;
/** Start sentinels tried before a track counts as unreadable: scratches may look like one. */
const ATTEMPTS = 8;
/** So few characters behind a start sentinel that is not the first may be chance. */
const CHANCE_CHARACTERS = 8;

/** Value 0–15 of five bits in the order they come; -1 for even parity. */
const values = [
  -1, 0, 8, -1, 4, -1, -1, 12, 2, -1, -1, 10, -1, 6, 14, -1, 1, -1, -1, 9, -1, 5, 13, -1, -1, 3, 11, -1, 7, -1, -1, 15,
];
/** A half byte read from the other end. */
const mirrored = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15];

/** One track's bytes with its neighbours' bits made zeros (high levels), and a byte of zeros behind. */
function cutTrack(raw: Bytes, track: number): Bytes {
  const from = HEADER_BYTES + track * TRACK_BYTES;
  return (
    byte(raw.charCodeAt(from) | 0xc0) +
    raw.substring(from + 1, from + TRACK_BYTES) +
    byte(raw.charCodeAt(from + TRACK_BYTES) | 0x3f) +
    '\xff'
  );
}

/** The same bits from the other end. */
function mirror(bits: Bytes): Bytes {
  let out = '';
  for (let i = bits.length - 1; i >= 0; i--) {
    const value = bits.charCodeAt(i);
    out += byte((mirrored[value & 15] << 4) | mirrored[value >> 4]);
  }
  return out + '\xff';
}

/** Five bits from bit `at` on; a low level is a one. */
function fiveBits(bits: Bytes, at: number): number {
  const two = (bits.charCodeAt(at >> 3) << 8) | bits.charCodeAt((at >> 3) + 1);
  return (~two >> (11 - (at & 7))) & 31;
}

interface TrackResult {
  readonly fault: number;
  readonly text: Bytes;
}

/** Reads one track from its start sentinel at bit `start`. */
function readFrom(bits: Bytes, start: number, longest: number): TrackResult {
  const end = bits.length * 8 - 2 * CHARACTER_BITS;
  let text = '';
  let check = values[START_SENTINEL];
  for (let at = start + CHARACTER_BITS; at < end; at += CHARACTER_BITS) {
    const value = values[fiveBits(bits, at)];
    if (value < 0) return { fault: FAULT_STRIPE_PARITY, text: '' };
    check ^= value;
    if (value === END_SENTINEL) {
      const good = values[fiveBits(bits, at + CHARACTER_BITS)] === check;
      return good ? { fault: FAULT_NONE, text } : { fault: FAULT_STRIPE_LRC, text: '' };
    }
    if (value > 9 && value !== SEPARATOR) return { fault: FAULT_STRIPE_UNREADABLE, text: '' };
    if (text.length === longest) return { fault: FAULT_STRIPE_TOO_LONG, text: '' };
    text += String.fromCharCode(48 + value);
  }
  return { fault: FAULT_STRIPE_UNREADABLE, text: '' };
}

/** The first start sentinel at or after bit `from`, or -1. */
function findStart(bits: Bytes, from: number): number {
  const end = bits.length * 8 - 2 * CHARACTER_BITS;
  let at = from;
  while (at < end) {
    // Most of an unused track is zeros: step over whole bytes of them.
    if ((at & 7) === 0 && bits.charCodeAt(at >> 3) === 0xff) at += 8;
    else if (fiveBits(bits, at) === START_SENTINEL) return at;
    else at++;
  }
  return -1;
}

/** The first attempt's fault counts when none succeeds: what comes later is rarely a start at all. */
function readOneWay(bits: Bytes, longest: number): TrackResult {
  let at = findStart(bits, 0);
  let first: TrackResult = { fault: FAULT_STRIPE_UNREADABLE, text: '' };
  for (let attempt = 0; at >= 0 && attempt < ATTEMPTS; attempt++) {
    const found = readFrom(bits, at, longest);
    if (!found.fault && (!attempt || found.text.length >= CHANCE_CHARACTERS)) return found;
    if (!attempt) first = found;
    at = findStart(bits, at + 1);
  }
  return first;
}

/** A card may be swiped either way. */
function readTrack(bits: Bytes, longest: number): TrackResult {
  const forward = readOneWay(bits, longest);
  if (!forward.fault && forward.text.length >= CHANCE_CHARACTERS) return forward;
  const backward = readOneWay(mirror(bits), longest);
  if (!backward.fault && backward.text.length > forward.text.length) return backward;
  return forward.fault === FAULT_STRIPE_UNREADABLE ? backward : forward;
}

export function createShiftOutHead(spi: Spi, sense: GpioPort, clock: Clock): MagstripeReader {
  let running: ((fault: number, tracks: StripeTracks | null) => void) | null = null;
  let timer = 0;

  function finish(fault: number, tracks: StripeTracks | null): void {
    const done = running;
    running = null;
    clock.cancelAlarm(timer);
    sense.onChange(null);
    if (done) done(fault, tracks);
  }

  /** Strobes the rest of the sequence so that the head arms again. */
  function rearm(): void {
    for (let left = SEQUENCE_BYTES - FIRST_READ_BYTES; left > 0; left -= CLEAR_CHUNK_BYTES) {
      spi.transfer('\xff'.repeat(left < CLEAR_CHUNK_BYTES ? left : CLEAR_CHUNK_BYTES), 0);
    }
  }

  function read(): void {
    const raw = spi.transfer('', FIRST_READ_BYTES);
    rearm();
    clock.worked(WORK_STRIPE);
    const track2 = readTrack(cutTrack(raw, 1), TRACK2_CHARACTERS);
    if (track2.fault || track2.text === '') {
      finish(track2.fault || FAULT_STRIPE_UNREADABLE, null);
      return;
    }
    // A damaged third track does not spoil a sale: it is sent only where the card has one.
    const track3 = readTrack(cutTrack(raw, 2), TRACK3_CHARACTERS);
    finish(FAULT_NONE, { track1: '', track2: track2.text, track3: track3.text });
  }

  function look(): void {
    if (running && !(sense.read() & READY_BIT)) read();
  }

  return {
    start: (timeoutMs, done) => {
      if (running) {
        clock.alarm(0, () => done(FAULT_BUSY, null));
        return;
      }
      running = done;
      timer = timeoutMs ? clock.alarm(timeoutMs, () => finish(FAULT_TIMEOUT, null)) : 0;
      sense.onChange(look);
      // A swipe that waits in the buffer already is read at once, but not from inside this call.
      if (!(sense.read() & READY_BIT)) clock.alarm(0, look);
    },
    cancel: () => {
      const cancelled = running;
      if (cancelled === null) return;
      clock.alarm(0, () => {
        // Meanwhile it may have ended by itself, and another one begun.
        if (running === cancelled) finish(FAULT_CANCELLED, null);
      });
    },
  };
}
