/** Answer codes (F39): class and text. The class says what the terminal and its clerk do (Q/CUP 009, answer codes). */
import { find, type Bytes } from '../../hal/bytes';
import { T_ANSWER_00, T_ANSWER_OTHER } from './ids';

/** Success, some with a notice the clerk must see. */
export const CLASS_APPROVED = 'A';
export const CLASS_DECLINED = 'C';
/** The clerk has to act: keep the card, telephone. */
export const CLASS_ACT = 'D';

/**
 * Blank, code, class, in the order of the texts `ANSWER_…`. Of the classes B works after a correction and E is the host's
 * own failure; both are treated as declined. One string, searched by one native call.
 */
const codes =
  ' 00A 01C 03C 04D 05C 10A 11A 12C 13B 14B 15C 17C 21C 22C 25C 29C 30C 34D 38D 40C 41D 43D 45C 51C 54C 55C 57C 58C' +
  ' 59C 61C 62C 64C 65C 68C 75C 77B 90C 91C 92C 94C 96C 97D 98E 99B A0B A1C A2A A3C A4A A5A A6A A7C';

function placeOf(code: Bytes): number {
  return code.length === 2 ? find(codes, ' ' + code, 0) : -1;
}

/** `CLASS_…` of a code; an unknown one is declined. */
export function answerClass(code: Bytes): Bytes {
  const at = placeOf(code);
  return at < 0 ? CLASS_DECLINED : codes.charAt(at + 3);
}

/** Id of the code's text: up to 32 bytes, the LCD's rows of 16 one after the other. */
export function answerTextId(code: Bytes): number {
  const at = placeOf(code);
  return at < 0 ? T_ANSWER_OTHER : T_ANSWER_00 + (at >> 2);
}
