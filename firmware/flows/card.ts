/** What a stripe says, checked before anybody is asked for a PIN (ISO/IEC 7813 track 2). */
import { mapBits, type Bytes } from '../../hal/bytes';
import type { StripeTracks } from '../../hal/devices';
import { FAULT_CARD_FORMAT, FAULT_CARD_LUHN, FAULT_NONE } from '../../hal/fault';
import { passesLuhn } from './digits';

const TRACK2_DIGITS = 37;
const TRACK3_DIGITS = 104;
const PAN_SHORTEST = 12;
const PAN_LONGEST = 19;

export function panOf(track2: Bytes): Bytes {
  return track2.substr(0, Math.max(0, track2.indexOf('=')));
}

/** YYMM; `0000` on cards that do not expire. */
export function expiryOf(track2: Bytes): Bytes {
  return track2.substr(track2.indexOf('=') + 1, 4);
}

/** 0, `FAULT_CARD_FORMAT` or `FAULT_CARD_LUHN`. */
export function checkTracks(tracks: StripeTracks): number {
  const { track2, track3 } = tracks;
  const pan = panOf(track2);
  if (pan.length < PAN_SHORTEST || pan.length > PAN_LONGEST) return FAULT_CARD_FORMAT;
  if (track2.length > TRACK2_DIGITS || track3.length > TRACK3_DIGITS) return FAULT_CARD_FORMAT;
  if (!trackDigits(track2 + track3)) return FAULT_CARD_FORMAT;
  const expiry = expiryOf(track2);
  const month = parseInt(expiry.substr(2), 10);
  if (expiry.length !== 4 || expiry.indexOf('=') >= 0 || month > 12) return FAULT_CARD_FORMAT;
  return passesLuhn(pan) ? FAULT_NONE : FAULT_CARD_LUHN;
}

/** Digits and separators only: the head also delivers the control characters of the code, which no payment card has. */
function trackDigits(track: Bytes): boolean {
  const others = '1'.repeat(48) + '00000000001110' + '1'.repeat(194);
  return mapBits(track, 8, others).indexOf('1') < 0;
}

/** First six and last four, `*` between. */
export function maskPan(pan: Bytes): Bytes {
  return pan.substr(0, 6) + '*********'.substr(0, pan.length - 10) + pan.substr(pan.length - 4);
}

/** A masked number in one row of the screen: 16 columns, with stars left out where it is longer. */
export function panRow(maskedPan: Bytes): Bytes {
  return maskedPan.length > 16 ? maskedPan.substr(0, 12) + maskedPan.substr(maskedPan.length - 4) : maskedPan;
}
