/** A stripe head and its driver on their wires, for one swipe of given bits. */
import type { Clock } from '../../hal/bus';
import type { MagstripeReader, StripeTracks } from '../../hal/devices';
import { createEdgeHead } from '../../drivers/edge-head';
import { createShiftOutHead } from '../../drivers/shift-out-head';
import { StripeHead, type StripeCard } from '../../emulator/devices/stripe-head';
import { fluxTimes } from '../../emulator/devices/stripe-flux';
import { CAPTURE_TICKS_US } from '../../emulator/heads';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
import { PulseWire } from '../../emulator/world/pulse-wire';
import { spiWire } from '../../emulator/world/spi-wire';
import { World } from '../../emulator/world/world';

/** What the head keeps of a track, from the first one-bit on. */
const TRACK_BITS = 704;
const PREAMBLE_BITS = 16;
const SWIPE_MS = 2000;

function bench(): { world: World; head: StripeHead; reader: MagstripeReader } {
  const world = new World(1);
  const mcu = new Mcu(world);
  const sense = new GpioLines(world, mcu, 'stripeSense', { outputs: 0, inputs: 1 });
  const head = new StripeHead(world, sense);
  const readers: MagstripeReader[] = [];
  mcu.boot((clock: Clock) => {
    readers.push(createShiftOutHead(spiWire(world, mcu, 'stripe', 1_000_000, head), sense.host, clock));
  });
  return { world, head, reader: readers[0] };
}

export interface Swipe {
  readonly fault: number;
  readonly tracks: StripeTracks | null;
}

function read(draw: (head: StripeHead) => void): Swipe {
  const { world, head, reader } = bench();
  let swipe: Swipe = { fault: -1, tracks: null };
  reader.start(SWIPE_MS, (fault, tracks) => (swipe = { fault, tracks }));
  draw(head);
  world.run(2 * SWIPE_MS);
  return swipe;
}

function stored(bits: string): string {
  const first = bits.indexOf('1');
  return (first < 0 ? '' : bits.slice(first, first + TRACK_BITS)).padEnd(TRACK_BITS, '0');
}

/** The driver's answer to a card whose tracks 1, 2 and 3 hold these bits. */
export function readBits(tracks: readonly [string, string, string]): Swipe {
  return read((head) => head.insertBits(tracks.map(stored).join('')));
}

/** What the fake writes on a card: the bits of track 1, 2 or 3, 704 with the zeros behind. Throws for an impossible text. */
export function writtenBits(card: StripeCard, track: number): string {
  const { head } = bench();
  head.swipe(card);
  const from = PREAMBLE_BITS + (track - 1) * TRACK_BITS;
  return head.state.bits.slice(from, from + TRACK_BITS);
}

/** A cell's length on the timer, in ticks: in the middle of what it can hold. */
const CELL_TICKS = 120;
const LONG_INTERVALS_FROM = 0.9;

/** Intervals of any unit as times of flux transitions, long ones `CELL_TICKS` apart. */
function timesOf(intervals: readonly number[], tickUs: number): number[] {
  const sorted = [...intervals].sort((a, b) => a - b);
  const cell = sorted[Math.floor(LONG_INTERVALS_FROM * (sorted.length - 1))] ?? 1;
  const times = [0];
  for (const interval of intervals)
    times.push(times[times.length - 1] + (interval * CELL_TICKS * tickUs) / (cell || 1));
  return times;
}

/** The answer of the edge head's driver to flux transitions so far apart on one track; `companion` is on track 2 beside it. */
export function readIntervals(track: number, intervals: readonly number[], companion: string): Swipe {
  const world = new World(1);
  const mcu = new Mcu(world);
  const wire = new PulseWire(world, mcu, 'stripe', CAPTURE_TICKS_US);
  let swipe: Swipe = { fault: -1, tracks: null };
  mcu.boot((clock: Clock) => {
    createEdgeHead(wire.host, clock).start(0, (fault, tracks) => (swipe = { fault, tracks }));
  });
  const times: number[][] = [[], track === 2 ? [] : fluxTimes(2, companion, {}, world.random), []];
  times[track - 1] = timesOf(intervals, CAPTURE_TICKS_US[track - 1] ?? 1);
  wire.burst(times);
  world.run(60_000);
  return swipe;
}
