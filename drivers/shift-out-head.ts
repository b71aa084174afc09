/**
 * Magnetic stripe head with a shift-out decoder (MagTek Triple Track Delta ASIC, technical reference 99875337): DATA goes
 * low when a swipe is in its buffer; then two handshake strobes, 16 bits of preamble and 704 bits for each of tracks A,
 * B and C come out, a low level for a one. Each track begins with its first one-bit. The buffer is cleared, and the head
 * armed again, when the whole sequence of 24 track reads has been strobed.
 * Tracks 2 and 3: ISO/IEC 7811-2 and -6, 5 bits a character, least significant first, odd parity, then the LRC.
 */
import type { Bytes } from '../hal/bytes';
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
const HEADER_BITS = 18;
const TRACK_BITS = 704;
/** Header and three tracks, rounded up to bytes. */
const FIRST_READ_BYTES = 267;
/** 2 + 16 + 24 × 704 strobes in all. */
const SEQUENCE_BYTES = 2115;
const CLEAR_CHUNK_BYTES = 256;

const START_SENTINEL = '11010';
const END_SENTINEL = 15;
const CHARACTER_BITS = 5;
/** Characters between the sentinels. */
const TRACK2_CHARACTERS = 37;
const TRACK3_CHARACTERS = 104;
/** Start sentinels tried before a track counts as unreadable: scratches may look like one. */
const ATTEMPTS = 8;

/** Value 0–15 of five bits in the order they come; -1 for even parity. Index is the bits read as a number. */
const values = [
  -1, 0, 8, -1, 4, -1, -1, 12, 2, -1, -1, 10, -1, 6, 14, -1, 1, -1, -1, 9, -1, 5, 13, -1, -1, 3, 11, -1, 7, -1, -1, 15,
];

/** What a byte's bits look like on paper, a low level (0) as a one. */
function bitsOf(byte: number): string {
  const bits = (~byte & 255).toString(2);
  return '00000000'.substr(bits.length) + bits;
}

interface TrackResult {
  fault: number;
  text: Bytes;
}

/** Reads one track from its start sentinel at `at`. */
function readFrom(bits: string, at: number, longest: number): TrackResult {
  let text = '';
  let check = 0;
  for (let from = at; from + CHARACTER_BITS <= bits.length; from += CHARACTER_BITS) {
    const value = values[parseInt(bits.substr(from, CHARACTER_BITS), 2)] as number;
    if (value < 0) return { fault: FAULT_STRIPE_PARITY, text: '' };
    check ^= value;
    if (value === END_SENTINEL) {
      const lrc = values[parseInt(bits.substr(from + CHARACTER_BITS, CHARACTER_BITS), 2)];
      return lrc === check ? { fault: FAULT_NONE, text: text.substr(1) } : { fault: FAULT_STRIPE_LRC, text: '' };
    }
    // Values 10 to 15 are printed as the characters after the digits: `=` is 13.
    text += String.fromCharCode(48 + value);
    if (text.length > longest + 1) return { fault: FAULT_STRIPE_TOO_LONG, text: '' };
  }
  return { fault: FAULT_STRIPE_UNREADABLE, text: '' };
}

function readOneWay(bits: string, longest: number): TrackResult {
  let result: TrackResult = { fault: FAULT_STRIPE_UNREADABLE, text: '' };
  let at = bits.indexOf(START_SENTINEL);
  for (let attempt = 0; at >= 0 && attempt < ATTEMPTS; attempt++) {
    const found = readFrom(bits, at, longest);
    if (!found.fault) return found;
    if (!attempt) result = found;
    at = bits.indexOf(START_SENTINEL, at + 1);
  }
  return result;
}

function reversed(bits: string): string {
  let out = '';
  for (let i = bits.length - 1; i >= 0; i--) out += bits.charAt(i);
  return out;
}

/** A card may be swiped either way; zeros at the end of a backward LRC are not stored, so they are put back. */
function readTrack(bits: string, longest: number): TrackResult {
  const lastOne = bits.lastIndexOf('1');
  const stored = bits.substr(0, lastOne + 1);
  const forward = readOneWay(stored + '0000', longest);
  if (!forward.fault || lastOne < 0) return forward;
  const backward = readOneWay(reversed(stored) + '0000', longest);
  return backward.fault && forward.fault !== FAULT_STRIPE_UNREADABLE ? forward : backward;
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
    let bits = '';
    for (let i = 0; i < raw.length; i++) bits += bitsOf(raw.charCodeAt(i));
    clock.worked(WORK_STRIPE);
    const track2 = readTrack(bits.substr(HEADER_BITS + TRACK_BITS, TRACK_BITS), TRACK2_CHARACTERS);
    if (track2.fault) {
      finish(track2.fault, null);
      return;
    }
    // A damaged third track does not spoil a sale: it is sent only where the card has one.
    const track3 = readTrack(bits.substr(HEADER_BITS + 2 * TRACK_BITS, TRACK_BITS), TRACK3_CHARACTERS);
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
      if (running) clock.alarm(0, () => finish(FAULT_CANCELLED, null));
    },
  };
}
