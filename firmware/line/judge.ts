/**
 * Which frame answers a request, and what the answer means for the money (docs/protocol/line.md, "The judge"). Pure: the
 * PIN pad has checked F64 before. What is not clearly an approval is none.
 */
import { byte, find, type Bytes } from '../../hal/bytes';
import { fieldData, wireField, type MessageIndex, type WireFields } from '../iso8583/message';

/** State of an answer's F64. */
export const MAC_VALID = 1;
export const MAC_WRONG = 2;
export const MAC_ABSENT = 3;

export const VERDICT_APPROVED = 1;
/** Declined, and nothing is owed. */
export const VERDICT_DECLINED = 2;
/** Says approved, but cannot be trusted: outcome unknown, reversal owed with reason A0. */
export const VERDICT_UNKNOWN_A0 = 3;
/** Approves an amount nobody asked for, or has no answer code: outcome unknown, reversal owed with reason 06. */
export const VERDICT_UNKNOWN_06 = 4;
/** Says declined, but cannot be trusted: its text is shown, the reversal stays owed. */
export const VERDICT_DECLINED_OWED = 5;

/** The reversal is done: nothing is owed any more. */
export const REVERSAL_ENDED = 1;
/** Working keys do not match: sign in first, then the reversal again. Not a try. */
export const REVERSAL_KEYS_STALE = 2;
/** Answered otherwise: one try more is used up. */
export const REVERSAL_TRIED = 3;

const AMOUNT_ZERO = '\0\0\0\0\0\0';

/** Answer codes that approve: 00, 10 (in part), 11 (VIP), A2, A4, A5, A6 (approved, to be confirmed). */
export function isSuccess(answerCode: Bytes): boolean {
  return answerCode.length === 2 && find('00 10 11 A2 A4 A5 A6', answerCode, 0) % 3 === 0;
}

/** The MTI of a request's answer: 0200 → 0210, 0800 → 0810. */
export function answerMti(requestMti: Bytes): Bytes {
  return requestMti.charAt(0) + byte(requestMti.charCodeAt(1) + 0x10);
}

/**
 * True where `body` answers the request. `index` holds the body's offsets (`indexMessage` found no fault). A frame that
 * is refused here is dropped and the wait goes on: it may be a late answer to another request, or another terminal's.
 */
export function belongs(requestMti: Bytes, requestFields: WireFields, body: Bytes, index: MessageIndex): boolean {
  if (index.mti !== answerMti(requestMti)) return false;
  const code = fieldData(body, index, 39);
  const bound = isSuccess(code);
  return (
    same(requestFields, body, index, 11, true) &&
    same(requestFields, body, index, 41, true) &&
    same(requestFields, body, index, 3, bound) &&
    same(requestFields, body, index, 42, bound) &&
    (code === '10' || same(requestFields, body, index, 4, bound))
  );
}

function same(requestFields: WireFields, body: Bytes, index: MessageIndex, n: number, required: boolean): boolean {
  const asked = requestFields[n];
  if (!asked) return true;
  const answered = wireField(body, index, n);
  return answered === asked || (answered === '' && !required);
}

/** The verdict on an answer that belongs to the request; `mac` is `MAC_…`. A request without F64 asks for none. */
export function judge(requestFields: WireFields, body: Bytes, index: MessageIndex, mac: number): number {
  const code = fieldData(body, index, 39);
  const trusted = !requestFields[64] || mac === MAC_VALID;
  if (isSuccess(code)) {
    if (!trusted) return VERDICT_UNKNOWN_A0;
    return code !== '10' || isPartial(requestFields, fieldData(body, index, 4)) ? VERDICT_APPROVED : VERDICT_UNKNOWN_06;
  }
  if (!trusted) return VERDICT_DECLINED_OWED;
  return code === '' ? VERDICT_UNKNOWN_06 : VERDICT_DECLINED;
}

/** Reason (F39 of the reversal) that a verdict leaves behind, or '' where nothing is owed. */
export function reversalReason(verdict: number): Bytes {
  if (verdict === VERDICT_UNKNOWN_06) return '06';
  return verdict === VERDICT_UNKNOWN_A0 || verdict === VERDICT_DECLINED_OWED ? 'A0' : '';
}

/** Partial approval: offered by F60.6 = 1, and more than nothing but not more than was asked. */
function isPartial(requestFields: WireFields, approved: Bytes): boolean {
  const asked = (requestFields[4] || '').slice(0, 6);
  return offersPartial(requestFields[60] || '') && isBcd(approved) && approved > AMOUNT_ZERO && approved <= asked;
}

/** F60.6 is the fourteenth digit: the low half of the seventh byte after the two of the length. */
function offersPartial(field60: Bytes): boolean {
  return field60.length >= 9 && (field60.charCodeAt(8) & 15) === 1;
}

function isBcd(amount: Bytes): boolean {
  if (amount.length !== 6) return false;
  for (let i = 0; i < 6; i++) {
    const pair = amount.charCodeAt(i);
    if (pair >> 4 > 9 || (pair & 15) > 9) return false;
  }
  return true;
}

/**
 * What an answer to a reversal means. `macIfPresent` is the setting for foreign hosts whose 12 and 25 carry no F64
 * (`reversalEndMac: ifPresent`); otherwise every end needs a valid one.
 */
export function judgeReversal(answerCode: Bytes, mac: number, macIfPresent: boolean): number {
  if (answerCode === 'A0' || answerCode === '99') return REVERSAL_KEYS_STALE;
  const unknownOriginal = answerCode === '12' || answerCode === '25';
  if (mac === MAC_VALID) return unknownOriginal || answerCode === '00' ? REVERSAL_ENDED : REVERSAL_TRIED;
  return mac === MAC_ABSENT && macIfPresent && unknownOriginal ? REVERSAL_ENDED : REVERSAL_KEYS_STALE;
}
