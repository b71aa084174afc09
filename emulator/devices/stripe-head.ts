/**
 * Fake of a three-track stripe head with a shift-out decoder (MagTek Triple Track Delta ASIC, technical reference
 * 99875337): 704 bits a track, stored from the first one-bit on; a swipe is ignored until the one before was taken out.
 * The card is encoded here from its text by ISO/IEC 7811-6, with whatever damage the caller asks for.
 */
import type { Bytes } from '../../hal/bytes';
import type { GpioLines } from '../world/gpio-lines';
import type { SpiDevice } from '../world/spi-wire';
import type { World, WorldDevice } from '../world/world';

const TRACK_BITS = 704;
const HANDSHAKE_BITS = 2;
const PREAMBLE_BITS = 16;
const SEQUENCE_BITS = HANDSHAKE_BITS + PREAMBLE_BITS + 24 * TRACK_BITS;
/** From the card's first bit to the ready signal. */
const SWIPE_US = 350_000;
const PREAMBLE = '1010000000000001';

const EVENT_READY = 0;

/** How a card is swiped, and what is wrong with its stripe. */
export interface SwipeOptions {
  /** From the other end. */
  readonly reverse?: boolean;
  /** A scratch across the middle of every track: some bits are lost. */
  readonly scratched?: boolean;
  /** Number of the character on track 2 whose parity bit is wrong, from 0. */
  readonly badParityAt?: number;
  readonly badLrc?: boolean;
  readonly noEndSentinel?: boolean;
  /** So many spurious bits before the data. */
  readonly noiseBits?: number;
}

export interface StripeCard {
  readonly track1?: string;
  readonly track2?: string;
  readonly track3?: string;
}

/** Bits of one character, least significant first, then the parity bit that makes the count of ones odd. */
function characterBits(value: number, dataBits: number): string {
  let bits = '';
  let ones = 0;
  for (let bit = 0; bit < dataBits; bit++) {
    const one = (value >> bit) & 1;
    bits += one;
    ones += one;
  }
  return bits + (ones % 2 === 0 ? '1' : '0');
}

const alphabet4 = Array.from({ length: 16 }, (_, value) => characterBits(value, 4));
const alphabet6 = Array.from({ length: 64 }, (_, value) => characterBits(value, 6));

/** A whole track in bits: sentinels, data, LRC. `firstCharacter` is the one with value 0. */
function encodeTrack(
  text: string,
  dataBits: number,
  firstCharacter: number,
  start: string,
  options: SwipeOptions,
): string {
  if (text === '') return '';
  const alphabet = dataBits === 4 ? alphabet4 : alphabet6;
  const framed = `${start}${text}${options.noEndSentinel ? '' : '?'}`;
  let check = 0;
  let bits = '';
  for (let i = 0; i < framed.length; i++) {
    const value = framed.charCodeAt(i) - firstCharacter;
    if (value < 0 || value >= 1 << dataBits) throw new Error(`"${framed[i]}" cannot be on this track`);
    check ^= value;
    let character = alphabet[value];
    if (options.badParityAt === i) character = character.slice(0, -1) + (character.endsWith('1') ? '0' : '1');
    bits += character;
  }
  if (options.noEndSentinel) return bits;
  return bits + alphabet[options.badLrc ? check ^ 1 : check];
}

function scratch(bits: string): string {
  const at = Math.floor(bits.length / 2);
  return bits.slice(0, at) + '0'.repeat(Math.min(9, bits.length - at)) + bits.slice(at + 9);
}

/** What the ASIC keeps: from the first one-bit on, 704 bits. */
function stored(bits: string): string {
  const first = bits.indexOf('1');
  return (first < 0 ? '' : bits.slice(first)).slice(0, TRACK_BITS).padEnd(TRACK_BITS, '0');
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
    const tracks = [
      encodeTrack(card.track1 ?? '', 6, 0x20, '%', options),
      encodeTrack(card.track2 ?? '', 4, 0x30, ';', options),
      encodeTrack(card.track3 ?? '', 4, 0x30, ';', { ...options, badParityAt: undefined }),
    ].map((bits) => this.drawn(bits, options));
    this.insertBits(tracks.map(stored).join(''));
  }

  /** A swipe of anything at all: `bits` of three tracks, 704 each. */
  insertBits(bits: string): void {
    if (!this.state.powered || this.state.ready || this.state.bits !== '') return;
    this.state.bits = PREAMBLE + bits;
    this.world.note('stripe', 'swipe');
    this.world.after(SWIPE_US, this.target, EVENT_READY);
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
    const levels = Buffer.alloc(readLengthBytes);
    for (let i = 0; i < readLengthBytes; i++) {
      // A one is a low level.
      levels[i] = ~this.eightBits(state.strobes - HANDSHAKE_BITS);
      state.strobes += 8;
    }
    if (state.strobes >= SEQUENCE_BITS) this.clear();
    return levels.toString('latin1');
  }

  onPower(on: boolean): void {
    this.state.powered = on;
    this.clear();
  }

  private drawn(bits: string, options: SwipeOptions): string {
    let drawn = options.scratched ? scratch(bits) : bits;
    if (options.reverse) drawn = drawn.split('').reverse().join('');
    let noise = '';
    for (let i = 0; i < (options.noiseBits ?? 0); i++) noise += this.world.random.below(2);
    return noise === '' ? drawn : `1${noise}${drawn}`;
  }

  /** Eight bits of the shift-out sequence: preamble, then A B C forwards, C B A backwards, four times in all. */
  private eightBits(from: number): number {
    const { bits } = this.state;
    const inside = from >= 0 && from + 8 <= bits.length;
    let value = 0;
    for (let at = from; at < from + 8; at++) {
      value = (value << 1) | (inside ? bits.charCodeAt(at) & 1 : this.bitAt(at));
    }
    return value;
  }

  /** A bit before the preamble (handshake), or after the first three tracks. */
  private bitAt(body: number): number {
    if (body < 0) return 0;
    const round = 3 * TRACK_BITS;
    const at = (body - PREAMBLE_BITS) % (2 * round);
    const { bits } = this.state;
    return body < PREAMBLE_BITS
      ? bits.charCodeAt(body) & 1
      : bits.charCodeAt(PREAMBLE_BITS + (at < round ? at : 2 * round - 1 - at)) & 1;
  }

  private clear(): void {
    this.state.ready = false;
    this.state.bits = '';
    this.state.strobes = 0;
    this.data.drive(1);
  }
}
