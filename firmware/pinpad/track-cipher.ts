/**
 * UnionPay's track encryption (磁道加密, F53 digit 3 = 1): of a track as BCD, the eight bytes before the last one are
 * encrypted under the track key; what stands before and the last one or two characters stay clear.
 */
import type { Bytes } from '../../hal/bytes';
import { fromHex } from '../../hal/bytes';
import { desEcb, desKeys } from './des';

/** Shorter tracks have no eight bytes before the last. */
export const SHORTEST_TRACK = 17;

/** The track's digits and `=` as BCD, left-justified, a zero after an odd count. */
export function trackBcd(track: Bytes): Bytes {
  let digits = '';
  for (let i = 0; i < track.length; i++) digits += track.charAt(i) === '=' ? 'D' : track.charAt(i);
  return fromHex(track.length & 1 ? digits + '0' : digits);
}

/** A track of at least `SHORTEST_TRACK` characters as F35 or F36 carries it, without its length. */
export function encryptTrack(tdk: Bytes, track: Bytes): Bytes {
  const bcd = trackBcd(track);
  const from = bcd.length - 9;
  return bcd.substring(0, from) + desEcb(desKeys(tdk), bcd.substring(from, from + 8), false) + bcd.substring(from + 8);
}
