/** A stripe head and its driver on their wires, for one swipe of given bits. */
import type { Clock } from '../../hal/bus';
import type { MagstripeReader, StripeTracks } from '../../hal/devices';
import { createShiftOutHead } from '../../drivers/shift-out-head';
import { StripeHead, type StripeCard } from '../../emulator/devices/stripe-head';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
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

let trackOneRead: boolean | undefined;

/** Whether the driver gives track 1 at all: tried once, with an invented card. */
export function readsTrackOne(): boolean {
  trackOneRead ??=
    (read((head) => head.swipe({ track1: 'B1^A/B^0000', track2: '6210000000000000=0000' })).tracks?.track1 ?? '') !==
    '';
  return trackOneRead;
}
