/**
 * Magnetic stripe head with a shift-out decoder (MagTek Triple Track Delta ASIC, technical reference 99875337): DATA goes
 * low when a swipe is in its buffer; then two handshake strobes, 16 bits of preamble and 704 bits for each of tracks A,
 * B and C come out, a low level for a one. Each track begins with its first one-bit. The buffer is cleared, and the head
 * armed again, when the whole sequence of 24 track reads has been strobed. The characters: track-code.ts.
 */
import { byte, type Bytes } from '../hal/bytes';
import { WORK_STRIPE, type Clock, type GpioPort, type Spi } from '../hal/bus';
import type { MagstripeReader, StripeTracks } from '../hal/devices';
import { FAULT_BUSY, FAULT_CANCELLED, FAULT_TIMEOUT } from '../hal/fault';
import { readStripe } from './track-code';

const READY_BIT = 1;
/** Two handshake strobes and the preamble: tracks begin at the third bit of a byte, each 704 bits after the other. */
const HEADER_BYTES = 2;
const TRACK_BYTES = 88;
/** Header and three tracks, rounded up to bytes. */
const FIRST_READ_BYTES = 267;
/** 2 + 16 + 24 × 704 strobes in all. */
const SEQUENCE_BYTES = 2115;
const CLEAR_CHUNK_BYTES = 256;

/** One track's bytes with its neighbours' bits made zeros (high levels), and a byte of zeros behind. */
function cutTrack(raw: Bytes, track: number): Bytes {
  const from = HEADER_BYTES + (track - 1) * TRACK_BYTES;
  return (
    byte(raw.charCodeAt(from) | 0xc0) +
    raw.substring(from + 1, from + TRACK_BYTES) +
    byte(raw.charCodeAt(from + TRACK_BYTES) | 0x3f) +
    '\xff'
  );
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
    const chunk = '\xff'.repeat(CLEAR_CHUNK_BYTES);
    for (let left = SEQUENCE_BYTES - FIRST_READ_BYTES; left > 0; left -= CLEAR_CHUNK_BYTES) {
      spi.transfer(left < CLEAR_CHUNK_BYTES ? chunk.substr(0, left) : chunk, 0);
    }
  }

  function read(): void {
    const raw = spi.transfer('', FIRST_READ_BYTES);
    rearm();
    clock.worked(WORK_STRIPE);
    readStripe((track) => cutTrack(raw, track), finish);
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
