/**
 * Magnetic stripes (ISO/IEC 7811-2 and -6, 7813), rows by their `op`: `encode` asks the fake's card writer, `decode_bits`
 * the driver behind the fake head, `decode_intervals` and `decode_pcm` the driver of the edge head, `parse_tracks`,
 * `track2_equivalent` and `luhn` the readers of track texts and the terminal's card check.
 */
import { FAULT_CARD_LUHN } from '../../hal/fault';
import { checkTracks, expiryOf, panOf } from '../../firmware/flows/card';
import { allDigits, passesLuhn } from '../../firmware/flows/digits';
import { peaksOf } from '../../emulator/devices/peak-detector';
import { nameParts, readTrack1, readTrack2, type CardData } from '../../host/cards/track-text';
import { readBits, readIntervals, writtenBits, type Swipe } from './stripe-bench';
import { failed, isRow, passed, unmapped, verdict, type Mapper, type Row, type Verdict } from './verdict';

const ops =
  'encode decode_bits decode_intervals decode_pcm parse_tracks track2_equivalent luhn pan_truncate_peer'.split(' ');

/** An invented card on track 2, where a case is about another track and the terminal wants a track 2 as well. */
const COMPANION = '6210000000000000=00001010000';

/** Bits of a character, and the ASCII of its value 0. */
const trackForms = [
  { bits: 7, zero: 0x20 },
  { bits: 5, zero: 0x30 },
  { bits: 5, zero: 0x30 },
];

/** Text between the sentinels. */
function inner(text: string): string {
  return text.endsWith('?') ? text.slice(1, -1) : text.slice(1);
}

function checkCharacter(bits: string, zero: number): string {
  let value = 0;
  for (let bit = 0; bit < bits.length - 1; bit++) value |= (bits.charCodeAt(bit) & 1) << bit;
  return String.fromCharCode(zero + value);
}

function encode(row: Row, track: number): Verdict {
  const { text, expect } = row;
  if (typeof text !== 'string' || !isRow(expect)) return unmapped('"text" or "expect" is missing');
  const form = trackForms[track - 1];
  let bits: string;
  try {
    bits = writtenBits({ track2: '', [`track${track}`]: inner(text) }, track);
  } catch {
    return failed('the text cannot be written on that track');
  }
  const length = (text.length + 1) * form.bits;
  const check = bits.slice(length - form.bits, length);
  if (typeof expect['bits'] === 'string' && bits.slice(0, length) !== expect['bits']) return failed('other bits');
  if (typeof expect['lrc_bits'] === 'string' && check !== expect['lrc_bits']) return failed('another LRC');
  if (typeof expect['lrc_char'] === 'string' && checkCharacter(check, form.zero) !== expect['lrc_char']) {
    return failed('another LRC character');
  }
  return passed;
}

function mustBeRefused(row: Row): boolean {
  const { expect } = row;
  if (row['accept'] === false || expect === null) return true;
  return isRow(expect) && [expect['accept'], expect['parity_ok'], expect['lrc_ok']].includes(false);
}

/** Compares what a driver read with what a case expects; `read` draws the card, with a companion on track 2. */
function judgeRead(row: Row, track: number, read: (companion: string) => Swipe): Verdict {
  const text = isRow(row['expect']) ? row['expect']['text'] : undefined;
  const refused = mustBeRefused(row);
  if (!refused && typeof text !== 'string') return unmapped('no text to expect');
  if (!refused && track > 1 && /[^0-9=]/.test(inner(text as string))) {
    return unmapped('control characters of the code: no payment card has them, the driver refuses them on purpose');
  }
  const { fault, tracks } = read(writtenBits({ track2: COMPANION }, 2));
  const found = tracks ? [tracks.track1, tracks.track2, tracks.track3][track - 1] : '';
  if (refused) return verdict(fault !== 0 || found === '', 'a track that must be refused was read');
  if (found === '') return failed(fault ? `not read: fault ${fault}` : 'the track was not read');
  return verdict(found === inner(text as string), 'another text than expected');
}

function decodeBits(row: Row, track: number): Verdict {
  const { bits } = row;
  if (typeof bits !== 'string' || !/^[01]*$/.test(bits)) return unmapped('"bits" is no text of 0 and 1');
  const levels = row['inverted'] === true ? bits.replace(/[01]/g, (bit) => (bit === '0' ? '1' : '0')) : bits;
  return judgeRead(row, track, (companion) => {
    const all: [string, string, string] = ['', track === 2 ? '' : companion, ''];
    all[track - 1] = levels;
    return readBits(all);
  });
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
}

function decodeIntervals(row: Row, track: number): Verdict {
  const { intervals } = row;
  if (!isNumbers(intervals) || intervals.some((one) => one < 0)) return unmapped('"intervals" is no list of numbers');
  return judgeRead(row, track, (companion) => readIntervals(track, intervals, companion));
}

function decodePcm(row: Row, track: number): Verdict {
  const samples = ['samples', 'pcm', 'signal'].map((name) => row[name]).find(isNumbers);
  if (samples === undefined) return unmapped('"samples" is no list of numbers');
  const peaks = peaksOf(samples);
  const intervals = peaks.slice(1).map((peak, i) => peak - (peaks[i] ?? 0));
  return judgeRead(row, track, (companion) => readIntervals(track, intervals, companion));
}

/** Tracks of a swipe as a wedge reader types them: `%…?;…?+…?`. */
function trackIn(raw: string, sentinel: string): string {
  const from = raw.indexOf(sentinel);
  const end = raw.indexOf('?', from);
  return from < 0 || end < 0 ? '' : raw.slice(from + 1, end);
}

/** What a case says of a card, by its names; those that it does not mention are not compared. */
function told(card: CardData, expect: Row, isTrack2: boolean): string {
  const { surname, given } = nameParts(card.name);
  const facts: Record<string, string> = {
    ...{ pan: card.pan, expiry: card.expiry, service: card.serviceCode, discretionary: card.discretionary },
    ...(isTrack2
      ? { track2_discretionary: card.discretionary }
      : { name: card.name, last: surname, first: given, track1_discretionary: card.discretionary }),
  };
  return Object.keys(facts).find((name) => typeof expect[name] === 'string' && expect[name] !== facts[name]) ?? '';
}

function parseTracks(row: Row): Verdict {
  const { raw, expect } = row;
  if (typeof raw !== 'string' || !isRow(expect)) return unmapped('"raw" or "expect" is missing');
  const [track1, track2, track3] = [trackIn(raw, '%'), trackIn(raw, ';'), trackIn(raw, '+')];
  const refused = expect['pan'] === null || expect['expiry_valid'] === false;
  // The peers' texts hold invented numbers: whether they pass Luhn is not what these cases are about.
  const fault = checkTracks({ track1, track2, track3 });
  const taken = fault === 0 || fault === FAULT_CARD_LUHN;
  const [card1, card2] = [readTrack1(track1), readTrack2(track2)];
  if (refused) return verdict(!taken && !card1 && !card2, 'a track that must be refused was taken');
  if (track2 !== '' && (!taken || !card2)) return failed('the track was refused');
  const isAboutTrack1 =
    track2 === '' || ['name', 'last', 'first', 'track1_discretionary'].some((name) => name in expect);
  if (isAboutTrack1 && !card1) return failed('track 1 was refused');
  if (taken && card2 && (panOf(track2) !== card2.pan || expiryOf(track2) !== card2.expiry))
    return failed('the terminal reads another card than the center');
  const wrong = (card1 && told(card1, expect, false)) || (card2 && told(card2, expect, true)) || '';
  if (wrong !== '') return failed(`another ${wrong} than expected`);
  return verdict(!('track3_raw' in expect) || expect['track3_raw'] === track3, 'another track 3 than expected');
}

function track2Equivalent(row: Row): Verdict {
  const { hex, expect } = row;
  if (typeof hex !== 'string') return unmapped('"hex" is missing');
  const card = readTrack2(hex.toUpperCase());
  if (!isRow(expect)) return verdict(card === null, 'data that must be refused was taken');
  if (card === null) return verdict(expect['pan'] === null, 'the data was refused');
  const wrong = told(card, expect, true);
  return verdict(wrong === '', `another ${wrong} than expected`);
}

function luhn(row: Row): Verdict {
  const digits = row['pan'] ?? row['digits'] ?? row['number'];
  const expected = isRow(row['expect']) ? row['expect']['valid'] : row['expect'];
  if (typeof digits !== 'string' || typeof expected !== 'boolean') return unmapped('"pan" or a yes or no is missing');
  return verdict((digits !== '' && allDigits(digits) && passesLuhn(digits)) === expected, 'the other way round');
}

export const magstripeMapper: Mapper = {
  run: (row) => {
    const { op, track } = row;
    if (typeof op !== 'string' || !ops.includes(op) || 'format' in row) return null;
    if (op === 'track2_equivalent') return track2Equivalent(row);
    if (op === 'pan_truncate_peer') return unmapped('a masking rule of the peer; here always first six, last four');
    if (op === 'parse_tracks') return parseTracks(row);
    if (op === 'luhn') return luhn(row);
    if (track !== 1 && track !== 2 && track !== 3) return unmapped('"track" is not 1, 2 or 3');
    if (op === 'decode_intervals') return decodeIntervals(row, track);
    if (op === 'decode_pcm') return decodePcm(row, track);
    return op === 'encode' ? encode(row, track) : decodeBits(row, track);
  },
};
