/**
 * Fake of a three-track stripe head with a shift-out decoder (MagTek Triple Track Delta ASIC, technical reference
 * 99875337): 704 bits a track, stored from the first one-bit on; a swipe is ignored until the one before was taken out.
 * The card: stripe-card.ts, its way past the head: stripe-flux.ts.
 */
import type { Bytes } from '../../hal/bytes';
import type { GpioLines } from '../world/gpio-lines';
import type { SpiDevice } from '../world/spi-wire';
import type { World, WorldDevice } from '../world/world';
import { bitsOfCard, optionsOfTrack, type StripeCard, type SwipeOptions } from './stripe-card';
import { fluxTimes, isUneven, swipeUs } from './stripe-flux';

export type { StripeCard, SwipeOptions };

const TRACK_BITS = 704;
const HANDSHAKE_BITS = 2;
const PREAMBLE_BITS = 16;
const SEQUENCE_BITS = HANDSHAKE_BITS + PREAMBLE_BITS + 24 * TRACK_BITS;
const PREAMBLE = '1010000000000001';

const EVENT_READY = 0;

/** So much shorter than a cell an interval is half a one. */
const HALF_CELL_BELOW = 0.7;
const LONGEST_ONE_CELLS = 1.5;

/** The ASIC's own two frequency decoder: the cell's length follows the card's speed. */
function decodedFlux(times: readonly number[]): string {
  let bits = '';
  let cellUs = 0;
  let halfUs = 0;
  for (let i = 1; i < times.length; i++) {
    const us = times[i] - times[i - 1];
    if (cellUs === 0) cellUs = us;
    else if (halfUs > 0) {
      const isOne = halfUs + us < LONGEST_ONE_CELLS * cellUs;
      bits += isOne ? '1' : '0';
      if (isOne) cellUs = (cellUs + halfUs + us) / 2;
      halfUs = 0;
    } else if (us >= HALF_CELL_BELOW * cellUs) {
      bits += '0';
      cellUs = (cellUs + Math.min(us, LONGEST_ONE_CELLS * cellUs)) / 2;
    } else halfUs = us;
  }
  return bits;
}

/** What the ASIC keeps: from the first one-bit on, 704 bits. */
function stored(bits: string): string {
  const first = bits.indexOf('1');
  return (first < 0 ? '' : bits.slice(first)).slice(0, TRACK_BITS).padEnd(TRACK_BITS, '0');
}

/** A bit before the preamble (handshake), or after the first three tracks. */
function bitAt(bits: Uint8Array, body: number): number {
  if (body < 0) return 0;
  if (body < PREAMBLE_BITS) return bits[body] & 1;
  const round = 3 * TRACK_BITS;
  const at = (body - PREAMBLE_BITS) % (2 * round);
  return bits[PREAMBLE_BITS + (at < round ? at : 2 * round - 1 - at)] & 1;
}

/** Eight bits of the shift-out sequence: preamble, then A B C forwards, C B A backwards, four times in all. */
function eightBits(bits: Uint8Array, from: number): number {
  const inside = from >= 0 && from + 8 <= bits.length;
  let value = 0;
  for (let at = from; at < from + 8; at++) value = (value << 1) | (inside ? bits[at] & 1 : bitAt(bits, at));
  return value;
}

export class StripeHead implements WorldDevice, SpiDevice {
  readonly name = 'stripe';
  state = { powered: true, ready: false, bits: '', strobes: 0 };
  private readonly target: number;

  constructor(
    private readonly world: World,
    private readonly data: GpioLines,
  ) {
    this.target = world.add(this);
  }

  /** Draws a card through the slot. Throws for a text that no track can hold. */
  swipe(card: StripeCard, options: SwipeOptions = {}): void {
    const { random } = this.world;
    let tracks: string[] = bitsOfCard(card, options, random);
    if (isUneven(options)) {
      tracks = tracks.map((bits, i) => decodedFlux(fluxTimes(i + 1, bits, optionsOfTrack(options, i + 1), random)));
    }
    this.take(tracks.map(stored).join(''), swipeUs(options));
  }

  /** A swipe of anything at all: `bits` of three tracks, 704 each. */
  insertBits(bits: string): void {
    this.take(bits, swipeUs({}));
  }

  private take(bits: string, durationUs: number): void {
    if (!this.state.powered || this.state.ready || this.state.bits !== '') return;
    this.state.bits = PREAMBLE + bits;
    this.world.note('stripe', 'swipe');
    this.world.after(durationUs, this.target, EVENT_READY);
  }

  onEvent(): void {
    if (!this.state.powered || this.state.bits === '') return;
    this.state.ready = true;
    this.state.strobes = 0;
    this.data.drive(0);
  }

  onSpi(out: Bytes, readLengthBytes: number): Bytes {
    const { state } = this;
    if (!state.powered || !state.ready) return '\xff'.repeat(readLengthBytes);
    state.strobes += 8 * out.length;
    const bits = Buffer.from(state.bits, 'latin1');
    const levels = Buffer.allocUnsafe(readLengthBytes);
    for (let i = 0; i < readLengthBytes; i++) {
      // A one is a low level.
      levels[i] = ~eightBits(bits, state.strobes - HANDSHAKE_BITS);
      state.strobes += 8;
    }
    if (state.strobes >= SEQUENCE_BITS) this.clear();
    return levels.toString('latin1');
  }

  onPower(on: boolean): void {
    this.state.powered = on;
    this.clear();
  }

  private clear(): void {
    this.state.ready = false;
    this.state.bits = '';
    this.state.strobes = 0;
    this.data.drive(1);
  }
}
