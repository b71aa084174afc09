/**
 * Two frequency recording (F2F, Aiken biphase; ISO/IEC 7811-2 and -6): a flux transition at every bit cell's border, one
 * more in the middle of a one. The times between them become bits; the length of a cell follows the card's speed.
 *
 * Where the transitions make no bits (one is missing, one too many) a gap is left that no character can reach across: 16
 * zeros, and a character without a one has bad parity. Better refused than read wrong.
 */
import { byte, type Bytes } from '../hal/bytes';

/** Times are kept in eighths of a tick. */
const SCALE = 8;
/** A time that was too long for its byte. */
const TOO_LONG = 255 * SCALE;
/** So many equal times in a row, zeros before the data, and a cell's length is known. */
const SYNC_TIMES = 4;
/** So many gaps in a row, and it is known no more. */
const LOST_AFTER_GAPS = 4;
/** What a head would keep of a track, and some noise. */
const LONGEST_BYTES = 112;

export interface TwoFrequencyDecoder {
  /** Takes the next times, a byte each. */
  feed(times: Bytes): void;
  /** The bits so far from the first one on, a zero for a one, as track-code.ts takes them. */
  bits(): Bytes;
}

export function createTwoFrequencyDecoder(): TwoFrequencyDecoder {
  let cell = 0;
  let alike = 0;
  /** The first half of a one, or 0. */
  let half = 0;
  let gaps = 0;
  let pending = 0;
  let pendingBits = 0;
  let out = '';

  function put(bit: number): void {
    // Zeros before the data say nothing.
    if (!bit && !pendingBits && out === '') return;
    pending = (pending << 1) | (bit ^ 1);
    if (++pendingBits < 8) return;
    out += byte(pending);
    pending = pendingBits = 0;
  }

  function gap(): void {
    half = 0;
    for (let i = 0; i < 16; i++) put(0);
    if (++gaps >= LOST_AFTER_GAPS) alike = gaps = 0;
  }

  /** Before the cell's length is known: looks for zeros. */
  function synchronise(time: number): void {
    const difference = time > cell ? time - cell : cell - time;
    alike = difference * 4 <= cell && time < TOO_LONG ? alike + 1 : 0;
    cell = alike ? (cell + time) >> 1 : time;
  }

  function take(time: number): void {
    const isHalf = time * 4 < cell * 3;
    if (time * 4 < cell || time * 2 > cell * 3 || time === TOO_LONG || (half && !isHalf)) gap();
    else if (isHalf && !half) half = time;
    else {
      put(half ? 1 : 0);
      cell = (cell + half + time) >> 1;
      half = gaps = 0;
    }
  }

  return {
    feed: (times) => {
      for (let i = 0; i < times.length && out.length < LONGEST_BYTES; i++) {
        const time = times.charCodeAt(i) * SCALE;
        if (alike < SYNC_TIMES) synchronise(time);
        else take(time);
      }
    },
    // The last bits, and two bytes of zeros.
    bits: () => out + byte((pending << (8 - pendingBits)) | (255 >> pendingBits)) + '\xff\xff',
  };
}
