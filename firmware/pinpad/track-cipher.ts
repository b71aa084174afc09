/**
 * UnionPay's track encryption (磁道加密, F53 digit 3 = 1): of a track as BCD, the block before the last byte (8 bytes, 16 with SM4)
 * is encrypted under the track key; what stands before and the last one or two characters stay clear.
 */
import type { Bytes } from '../../hal/bytes';
import { fromHex } from '../../hal/bytes';
import { blockBytesOf, ecb } from './block-cipher';

/** Shorter tracks have no whole block before the last byte: 17 characters, 33 with SM4. */
export function shortestTrack(algorithm: number): number {
  return 2 * blockBytesOf(algorithm) + 1;
}

/** The track's digits and `=` as BCD, left-justified, a zero after an odd count. */
export function trackBcd(track: Bytes): Bytes {
  let digits = '';
  for (let i = 0; i < track.length; i++) digits += track.charAt(i) === '=' ? 'D' : track.charAt(i);
  return fromHex(track.length & 1 ? digits + '0' : digits);
}

/** A track of at least `shortestTrack` characters as F35 or F36 carries it, without its length. */
export function encryptTrack(tdk: Bytes, track: Bytes, algorithm: number): Bytes {
  const bcd = trackBcd(track);
  const to = bcd.length - 1;
  const from = to - blockBytesOf(algorithm);
  return bcd.substring(0, from) + ecb(algorithm, tdk, bcd.substring(from, to), false) + bcd.substring(to);
}
