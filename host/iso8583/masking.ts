/**
 * What may be shown of a message (PCI DSS 3.4.1): of a PAN the first six and last four digits; of tracks, PIN blocks and
 * whatever else holds a PAN, only how long it is. A masked value keeps its length, so that a dump can still be read.
 */
import type { FieldValues } from './unpack';

/** Tags whose value is a PAN or a track: 56, 57, 5A, 9F6B of EMV; 9F1F, 9F20 track data; FF25 of an e-signature. */
const PAN_TAGS = ['56', '57', '5A', '9F1F', '9F20', '9F6B', 'FF25'];
/** Templates of EMV, read through to the tags inside. */
const TEMPLATES = ['61', '6F', '70', '71', '72', '73', '77', 'A5', 'BF0C', 'E1', 'E2'];
const DEEPEST = 6;
const ALL_DIGITS_PROCESSING = ['620000', '400000'];

function stars(length: number): string {
  return '*'.repeat(length);
}

/** First six and last four; a number too short to be a PAN shows nothing. */
export function maskPan(pan: string): string {
  return pan.length < 13 ? stars(pan.length) : pan.slice(0, 6) + stars(pan.length - 10) + pan.slice(-4);
}

/** Characters of the tag at `at` of the hex, 0 where it runs out. */
function tagLength(hex: string, at: number, end: number): number {
  let to = at + 2;
  if ((parseInt(hex.slice(at, to), 16) & 0x1f) === 0x1f) {
    do to += 2;
    while (to <= end && to < at + 8 && parseInt(hex.slice(to - 2, to), 16) & 0x80);
  }
  return to > end ? 0 : to - at;
}

/** Masks BER-TLV between `at` and `end` of `hex`. Behind the first thing that is no TLV everything is masked. */
function maskTlvRange(hex: string, at: number, end: number, depth: number): { text: string; whole: boolean } {
  let text = '';
  while (at < end) {
    if (hex.startsWith('00', at)) {
      text += '00';
      at += 2;
      continue;
    }
    const tagEnd = at + tagLength(hex, at, end);
    const tag = hex.slice(at, tagEnd);
    let valueAt = tagEnd + 2;
    let length = parseInt(hex.slice(tagEnd, valueAt), 16);
    if (length > 0x80 && length < 0x84) {
      const more = (length - 0x80) * 2;
      length = valueAt + more > end ? NaN : parseInt(hex.slice(valueAt, valueAt + more), 16);
      valueAt += more;
    } else if (length >= 0x80) length = NaN;
    const next = valueAt + length * 2;
    if (tag === '' || !(next <= end)) return { text: text + stars(end - at), whole: false };
    text += hex.slice(at, valueAt);
    if (PAN_TAGS.includes(tag)) text += stars(next - valueAt);
    else if (!TEMPLATES.includes(tag)) text += hex.slice(valueAt, next);
    else if (depth === DEEPEST) text += stars(next - valueAt);
    else {
      const inner = maskTlvRange(hex, valueAt, next, depth + 1);
      text += inner.whole ? inner.text : stars(next - valueAt);
    }
    at = next;
  }
  return { text, whole: true };
}

/** Upper-case hex of BER-TLV, with the values that hold a PAN as `*`. */
export function maskTlv(hex: string): string {
  return maskTlvRange(hex, 0, hex.length, 0).text;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i & 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Masks runs of ASCII digits in hex: all of them, or those that can be a PAN. */
function maskDigitRuns(hex: string, all: boolean): string {
  let masked = '';
  let run = '';
  for (let at = 0; at <= hex.length; at += 2) {
    const isDigit = hex.charCodeAt(at) === 0x33 && hex.charCodeAt(at + 1) <= 0x39;
    if (isDigit) {
      run += hex.charAt(at + 1);
      continue;
    }
    const isPan = run.length >= 13 && run.length <= 19 && passesLuhn(run);
    masked += all || isPan ? stars(run.length * 2) : asHex(run);
    run = '';
    masked += hex.slice(at, at + 2);
  }
  return masked;
}

function asHex(digits: string): string {
  let hex = '';
  for (let i = 0; i < digits.length; i++) hex += '3' + digits.charAt(i);
  return hex;
}

/** F62: the card loaded into (620000, 400000) is a PAN whatever it is; elsewhere what can be one. */
function maskPrivate2(hex: string, processing: string | undefined): string {
  return maskDigitRuns(hex, processing !== undefined && ALL_DIGITS_PROCESSING.includes(processing));
}

/** F58 of an e-purse: `RQ`, issuer (8), then ten bytes of card number. */
function maskPurse(hex: string): string {
  return hex.startsWith('5251') ? hex.slice(0, 20) + stars(hex.slice(20, 40).length) + hex.slice(40) : hex;
}

/** F48 of a batch upload lists PANs (60.3 = 201); without a 60.3 a long one is taken for such a list. */
function listsPans(mti: string, fields: FieldValues): boolean {
  if (mti !== '0320' && mti !== '0330') return false;
  const code = fields[60]?.slice(8, 11) ?? '';
  return code === '201' || (code.length < 3 && fields[48].length > 12);
}

/** PANs of this message: of F2, and before the separator of the tracks. */
function pansOf(fields: FieldValues): string[] {
  const track2 = fields[35]?.split('D')[0] ?? '';
  return [fields[2] ?? '', track2].filter((pan) => pan.length >= 13 && pan.length <= 19);
}

/** Hides a PAN of the message where another field repeats it, packed or as text. */
function hideRepeated(hex: string, pans: readonly string[]): string {
  for (const pan of pans) {
    hex = hex.split(asHex(pan)).join(stars(pan.length * 2));
    hex = hex.split(pan).join(stars(pan.length));
  }
  return hex;
}

function maskedValue(mti: string, fields: FieldValues, field: number, value: string, pans: readonly string[]): string {
  switch (field) {
    case 2:
      return maskPan(value);
    case 35:
    case 36:
    case 52:
      return stars(value.length);
    case 48:
      return listsPans(mti, fields) ? stars(value.length) : value;
    case 55:
      return hideRepeated(maskTlv(value), pans);
    case 58:
      return hideRepeated(maskPurse(value), pans);
    case 62:
      return hideRepeated(maskPrivate2(value, fields[3]), pans);
    case 43:
    case 44:
    case 57:
    case 59:
    case 63:
      return hideRepeated(value, pans);
    default:
      return value;
  }
}

/** Masks the values of a message in place, and takes a masked one out of `raw`. */
export function maskFields(mti: string, fields: FieldValues, raw: FieldValues | undefined): FieldValues | undefined {
  const pans = pansOf(fields);
  const shown: FieldValues = {};
  for (const [key, value] of Object.entries(fields)) {
    shown[key] = maskedValue(mti, fields, parseInt(key, 10), value, pans);
  }
  let kept: FieldValues | undefined;
  for (const [key, bytes] of Object.entries(raw ?? {})) {
    if (shown[key] === fields[key] && parseInt(key, 10) !== 2) (kept ??= {})[key] = bytes;
  }
  Object.assign(fields, shown);
  return kept;
}
