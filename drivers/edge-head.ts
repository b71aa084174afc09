/**
 * Magnetic stripe head without a decoder: a peak detector a track gives an edge for every flux transition, a timer writes
 * down the times between them (`PulseCapture`, channels 0–2 tracks 1–3), and the bits are made here, some intervals at a
 * time, so that keys and lines are served meanwhile. ISO/IEC 7811-2 and -6; two-frequency.ts, track-code.ts.
 */
import type { Bytes } from '../hal/bytes';
import { WORK_EDGES, WORK_STRIPE, type Clock, type PulseCapture } from '../hal/bus';
import type { MagstripeReader, StripeTracks } from '../hal/devices';
import { FAULT_BUSY, FAULT_CANCELLED, FAULT_TIMEOUT } from '../hal/fault';
import { readStripe } from './track-code';
import { createTwoFrequencyDecoder } from './two-frequency';

const TRACKS = 3;
const SLICE_INTERVALS = 32;

export function createEdgeHead(capture: PulseCapture, clock: Clock): MagstripeReader {
  let running: ((fault: number, tracks: StripeTracks | null) => void) | null = null;
  let timer = 0;

  function finish(fault: number, tracks: StripeTracks | null): void {
    const done = running;
    running = null;
    clock.cancelAlarm(timer);
    capture.onBurst(null);
    if (done) done(fault, tracks);
  }

  /** Turns the intervals of one track after the other into bits; `mine` is the operation that it does this for. */
  function decode(mine: typeof running): void {
    const bits: Bytes[] = [];
    let decoder = createTwoFrequencyDecoder();
    let intervals = capture.take(0);
    let at = 0;

    function slice(): void {
      if (running !== mine) {
        while (bits.length < TRACKS - 1) bits.push(capture.take(bits.length + 1));
        return;
      }
      if (at < intervals.length) {
        clock.worked(WORK_EDGES);
        decoder.feed(intervals.substring(at, at + SLICE_INTERVALS));
        at += SLICE_INTERVALS;
      } else {
        bits.push(decoder.bits());
        if (bits.length === TRACKS) {
          clock.worked(WORK_STRIPE);
          readStripe((track) => bits[track - 1], finish);
          return;
        }
        decoder = createTwoFrequencyDecoder();
        intervals = capture.take(bits.length);
        at = 0;
      }
      clock.alarm(0, slice);
    }

    slice();
  }

  return {
    start: (timeoutMs, done) => {
      if (running) {
        clock.alarm(0, () => done(FAULT_BUSY, null));
        return;
      }
      running = done;
      timer = timeoutMs ? clock.alarm(timeoutMs, () => finish(FAULT_TIMEOUT, null)) : 0;
      capture.onBurst(() => {
        capture.onBurst(null);
        decode(running);
      });
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
