/**
 * Magnetic stripes (ISO/IEC 7811-2 and -6, 7813), rows by their `op`: `encode` asks the fake's card writer, `decode_bits`
 * the driver behind the fake head, `parse_tracks` and `luhn` the terminal's card check. Flux intervals and head signals
 * have no taker: the head's own decoder turns them into bits.
 */
import { FAULT_CARD_LUHN } from '../../hal/fault';
import { checkTracks, expiryOf, panOf } from '../../firmware/flows/card';
import { allDigits, passesLuhn } from '../../firmware/flows/digits';
import { readBits, readsTrackOne, writtenBits } from './stripe-bench';
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

function decodeBits(row: Row, track: number): Verdict {
  if (typeof row['bits'] !== 'string' || !/^[01]*$/.test(row['bits'])) return unmapped('"bits" is no text of 0 and 1');
  if (track === 1 && !readsTrackOne()) return unmapped('the driver does not read track 1');
  const text = isRow(row['expect']) ? row['expect']['text'] : undefined;
  const refused = mustBeRefused(row);
  if (!refused && typeof text !== 'string') return unmapped('no text to expect');
  if (!refused && track > 1 && /[^0-9=]/.test(inner(text as string))) {
    return unmapped('control characters of the code: no payment card has them, the driver refuses them on purpose');
  }
  const levels =
    row['inverted'] === true ? row['bits'].replace(/[01]/g, (bit) => (bit === '0' ? '1' : '0')) : row['bits'];
  const companion = writtenBits({ track2: COMPANION }, 2);
  const bits: [string, string, string] = ['', track === 2 ? '' : companion, ''];
  bits[track - 1] = levels;
  const { fault, tracks } = readBits(bits);
  const found = tracks ? [tracks.track1, tracks.track2, tracks.track3][track - 1] : '';
  if (refused) return verdict(fault !== 0 || found === '', 'a track that must be refused was read');
  if (found === '') return failed(fault ? `not read: fault ${fault}` : 'the track was not read');
  return verdict(found === inner(text as string), 'another text than expected');
}

/** Track 2 of a swipe as a wedge reader types it: `%…?;…?+…?`. */
function trackTwo(raw: string): string | null {
  const from = raw.indexOf(';');
  const end = raw.indexOf('?', from);
  return from < 0 || end < 0 ? null : raw.slice(from + 1, end);
}

function parseTracks(row: Row): Verdict {
  const { raw, expect } = row;
  if (typeof raw !== 'string' || !isRow(expect)) return unmapped('"raw" or "expect" is missing');
  const track2 = trackTwo(raw);
  if (track2 === null) return unmapped('no track 2: the terminal takes no payment with track 1 alone');
  const fault = checkTracks({ track1: '', track2, track3: '' });
  // The peers' texts hold invented numbers: whether they pass Luhn is not what these cases are about.
  const taken = fault === 0 || fault === FAULT_CARD_LUHN;
  if (expect['pan'] === null || expect['expiry_valid'] === false)
    return verdict(!taken, 'a track that must be refused was taken');
  if (!taken) return failed('the track was refused');
  if (typeof expect['pan'] === 'string' && panOf(track2) !== expect['pan']) return failed('another PAN than expected');
  if (typeof expect['expiry'] === 'string' && expiryOf(track2) !== expect['expiry'])
    return failed('another expiry date');
  return passed;
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
    if (op === 'decode_intervals' || op === 'decode_pcm') {
      return unmapped(`op "${op}": the head decodes flux by itself and gives bits`);
    }
    if (op === 'track2_equivalent') return unmapped('track 2 equivalent data comes from chip cards: no chip yet');
    if (op === 'pan_truncate_peer') return unmapped('a masking rule of the peer; here always first six, last four');
    if (op === 'parse_tracks') return parseTracks(row);
    if (op === 'luhn') return luhn(row);
    if (track !== 1 && track !== 2 && track !== 3) return unmapped('"track" is not 1, 2 or 3');
    return op === 'encode' ? encode(row, track) : decodeBits(row, track);
  },
};
