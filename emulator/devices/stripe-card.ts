/**
 * A card with a magnetic stripe as bits (ISO/IEC 7811-2 and -6: seven bits a character on track 1, five on tracks 2 and 3,
 * least significant first, odd parity, LRC behind the end sentinel), with whatever is wrong with it. How it is drawn
 * through the slot: stripe-flux.ts. Shared by the fake heads; the drivers have a decoder of their own.
 */
import type { SeededRandom } from '../world/seeded-random';

/** Tracks of a card as text, without sentinels and LRC. */
export interface StripeCard {
  /** Texts between the sentinels; '' or none: the track is blank. */
  readonly track1?: string;
  readonly track2?: string;
  readonly track3?: string;
}

/** How a card is swiped, and what is wrong with its stripe. */
export interface SwipeOptions {
  /** From the other end. */
  readonly reverse?: boolean;
  /** 10–150 is what people do; 24.5 where nothing is said. Where `endSpeedCmPerS` differs the card is drawn ever faster or slower. */
  readonly speedCmPerS?: number;
  readonly endSpeedCmPerS?: number;
  /** Every flux transition stands up to so many percent of a bit from its place. */
  readonly jitterPercent?: number;
  /** Flux transitions that the head misses. */
  readonly dropOuts?: number;
  /** Flux transitions that are none: electrical noise. */
  readonly spikes?: number;
  /** A scratch across the middle of the stripe: some bits are lost. */
  readonly scratched?: boolean;
  /** Number of the character whose parity bit is wrong, from 0; on track 2 where `damagedTrack` says nothing. */
  readonly badParityAt?: number;
  readonly badLrc?: boolean;
  readonly noStartSentinel?: boolean;
  readonly noEndSentinel?: boolean;
  /** So many spurious bits before the data. */
  readonly noiseBits?: number;
  /** 1, 2 or 3: the damage is on this track alone, the others are good. */
  readonly damagedTrack?: number;
}

const SCRATCHED_BITS = 9;
const TRACKS = [1, 2, 3] as const;

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

/** A whole track in bits: sentinels, data, LRC. */
function encodeTrack(track: number, text: string, options: SwipeOptions): string {
  const dataBits = track === 1 ? 6 : 4;
  const alphabet = track === 1 ? alphabet6 : alphabet4;
  const firstCharacter = track === 1 ? 0x20 : 0x30;
  const start = track === 1 ? '%' : ';';
  const framed = `${options.noStartSentinel ? '' : start}${text}${options.noEndSentinel ? '' : '?'}`;
  let check = 0;
  let bits = '';
  for (let i = 0; i < framed.length; i++) {
    const value = framed.charCodeAt(i) - firstCharacter;
    if (value < 0 || value >= 1 << dataBits) throw new Error(`"${framed[i]}" cannot be on track ${track}`);
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
  return bits.slice(0, at) + '0'.repeat(Math.min(SCRATCHED_BITS, bits.length - at)) + bits.slice(at + SCRATCHED_BITS);
}

const good: SwipeOptions = {};

/** What of `options` meets one track. */
export function optionsOfTrack(options: SwipeOptions, track: number): SwipeOptions {
  if (options.damagedTrack === undefined) {
    return track === 2 || options.badParityAt === undefined ? options : { ...options, badParityAt: undefined };
  }
  if (options.damagedTrack === track) return options;
  const { reverse, speedCmPerS, endSpeedCmPerS, jitterPercent } = options;
  return { reverse, speedCmPerS, endSpeedCmPerS, jitterPercent };
}

/** The bits of a good track do not change: cards are swiped more than once. */
const written = new Map<string, string>();
const MOST_WRITTEN = 256;

function goodTrack(track: number, text: string): string {
  const key = `${track}${text}`;
  let bits = written.get(key);
  if (bits === undefined) {
    bits = encodeTrack(track, text, good);
    if (written.size >= MOST_WRITTEN) written.clear();
    written.set(key, bits);
  }
  return bits;
}

function isDamaged(options: SwipeOptions): boolean {
  return (
    options.badParityAt !== undefined ||
    options.badLrc === true ||
    options.noStartSentinel === true ||
    options.noEndSentinel === true ||
    options.scratched === true ||
    (options.noiseBits ?? 0) > 0
  );
}

/** The bits of the three tracks in the order in which they pass the head. Throws for a text that no track can hold. */
export function bitsOfCard(card: StripeCard, options: SwipeOptions, random: SeededRandom): [string, string, string] {
  return TRACKS.map((track) => {
    const text = card[`track${track}`] ?? '';
    const own = optionsOfTrack(options, track);
    let bits = '';
    if (text !== '') bits = isDamaged(own) ? encodeTrack(track, text, own) : goodTrack(track, text);
    if (own.scratched) bits = scratch(bits);
    if (own.reverse) bits = bits.split('').reverse().join('');
    let noise = '';
    for (let i = 0; i < (own.noiseBits ?? 0); i++) noise += random.below(2);
    return noise === '' ? bits : `1${noise}${bits}`;
  }) as [string, string, string];
}
