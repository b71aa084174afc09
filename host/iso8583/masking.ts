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
/** Of F59: a PIN block under SM4; device data; in it the last six digits of the PAN. */
const PIN_BLOCK_TAG = 'A1';
const DEVICE_TAG = 'A2';
const PAN_END_TAG = '03';
/** Digits of F48 in a batch upload that lists nothing: a tip, or a count. */
const LONGEST_WITHOUT_PANS = 12;

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

/** Bit 6 of a tag's first byte: its value is TLV again. */
function isConstructed(tag: string): boolean {
  return (parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
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
    const isTemplate = TEMPLATES.includes(tag);
    if (PAN_TAGS.includes(tag)) text += stars(next - valueAt);
    else if (!isTemplate && !isConstructed(tag)) text += hex.slice(valueAt, next);
    else if (depth === DEEPEST) text += stars(next - valueAt);
    else {
      const inner = maskTlvRange(hex, valueAt, next, depth + 1);
      // A private tag may look like a template and hold text (FF00 of an e-signature).
      const otherwise = isTemplate ? stars(next - valueAt) : hex.slice(valueAt, next);
      text += inner.whole ? inner.text : otherwise;
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

/** Masks the runs of ASCII digits in hex that `isSecret` names. */
function maskDigitRuns(hex: string, isSecret: (run: string) => boolean): string {
  let masked = '';
  let run = '';
  for (let at = 0; at <= hex.length; at += 2) {
    const isDigit = hex.charCodeAt(at) === 0x33 && hex.charCodeAt(at + 1) <= 0x39;
    if (isDigit) {
      run += hex.charAt(at + 1);
      continue;
    }
    masked += isSecret(run) ? stars(run.length * 2) : asHex(run);
    run = '';
    masked += hex.slice(at, at + 2);
  }
  return masked;
}

/** As long as a PAN, zeros on its left not counted. */
function isPanSized(run: string): boolean {
  const size = run.replace(/^0+/, '').length;
  return size >= 13 && size <= 19;
}

function asHex(digits: string): string {
  let hex = '';
  for (let i = 0; i < digits.length; i++) hex += '3' + digits.charAt(i);
  return hex;
}

/**
 * F62: the card loaded into (620000, 400000) is a PAN whatever it is. In other messages about a card a number as long as
 * a PAN is taken for one, a mistyped one too; in management, where it may be a serial number, if it passes for one.
 */
function maskPrivate2(hex: string, mti: string, processing: string | undefined): string {
  if (processing !== undefined && ALL_DIGITS_PROCESSING.includes(processing)) {
    const isText = /^(?:3\d|20)*$/.test(hex);
    return isText ? maskDigitRuns(hex, () => true) : stars(hex.length);
  }
  const aboutCards = mti < '0500' || mti.startsWith('06');
  return maskDigitRuns(hex, (run) => isPanSized(run) && (aboutCards || passesLuhn(run)));
}

/** F59 and its A2: tag (2), length (3), value, in ASCII. `secret` names the tags to hide. */
function maskTextTlv(hex: string, secret: string): string {
  let text = '';
  let at = 0;
  while (at + 10 <= hex.length) {
    const head = Buffer.from(hex.slice(at, at + 10), 'hex').toString('latin1');
    const next = /^\d{3}$/.test(head.slice(2)) ? at + 10 + parseInt(head.slice(2), 10) * 2 : NaN;
    if (!(next <= hex.length)) break;
    const value = hex.slice(at + 10, next);
    const tag = head.slice(0, 2);
    text += hex.slice(at, at + 10);
    if (tag === secret) text += stars(value.length);
    else text += tag === DEVICE_TAG ? maskTextTlv(value, PAN_END_TAG) : value;
    at = next;
  }
  const rest = hex.slice(at);
  return text + (rest.startsWith(Buffer.from(secret).toString('hex')) ? stars(rest.length) : rest);
}

/** F58 of an e-purse: `RQ`, issuer (8), then ten bytes of card number. */
function maskPurse(hex: string): string {
  return hex.startsWith('5251') ? hex.slice(0, 20) + stars(hex.slice(20, 40).length) + hex.slice(40) : hex;
}

/** F48 of a batch upload lists PANs (60.3 = 201); so does any other that is long enough, whatever F60 claims. */
function listsPans(mti: string, fields: FieldValues): boolean {
  if (mti !== '0320' && mti !== '0330') return false;
  return fields[60]?.slice(8, 11) === '201' || fields[48].length > LONGEST_WITHOUT_PANS;
}

/** PANs of this message: of F2, and before the separator of the tracks (behind two digits of format in track 3). */
function pansOf(fields: FieldValues): string[] {
  const track2 = fields[35]?.split('D')[0] ?? '';
  const track3 = fields[36]?.split('D')[0].slice(2) ?? '';
  return [fields[2] ?? '', track2, track3].filter((pan) => pan.length >= 13 && pan.length <= 19);
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
      return hideRepeated(maskPrivate2(value, mti, fields[3]), pans);
    case 59:
      return hideRepeated(maskTextTlv(value, PIN_BLOCK_TAG), pans);
    case 43:
    case 44:
    case 57:
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
