/** What the clerk sees of an answer code: its text, which may take both rows, or its text and what its class asks for. */
import { find, type Bytes } from '../../hal/bytes';
import type { Terminal } from '../terminal-context';
import { answerClass, answerTextId, CLASS_ACT } from '../texts/answer-codes';
import { T_LCD_CALL_ACQUIRER, T_LCD_DECLINED, T_LCD_KEEP_CARD } from '../texts/ids';

/** Codes whose card stays with the clerk. */
const KEEP_CARD = '04 34 41 43';
/** Codes after which the working keys are worth nothing: sign in first. */
const SIGN_IN_AGAIN = '99 A0 77';

export function keepsCard(code: Bytes): boolean {
  return code.length === 2 && find(KEEP_CARD, code, 0) >= 0;
}

export function asksForSignIn(code: Bytes): boolean {
  return code.length === 2 && find(SIGN_IN_AGAIN, code, 0) >= 0;
}

/** Two rows of 16 columns. */
export function declineRows(terminal: Terminal, code: Bytes): [Bytes, Bytes] {
  const text = terminal.text(answerTextId(code));
  if (text.length > 16) return [text.substr(0, 16), text.substr(16)];
  if (answerClass(code) !== CLASS_ACT) return [text, ''];
  return [text, terminal.text(keepsCard(code) ? T_LCD_KEEP_CARD : T_LCD_CALL_ACQUIRER)];
}

/** Title and code, the code at the end of the row. */
export function declineTitle(terminal: Terminal, code: Bytes): Bytes {
  const title = terminal.text(T_LCD_DECLINED);
  return code.length === 2 ? title + '            '.substr(title.length) + '[' + printable(code) + ']' : title;
}

/** A hostile center may send anything for a code. */
function printable(code: Bytes): Bytes {
  return code > '  ' && code.charCodeAt(0) < 127 && code.charCodeAt(1) < 127 && code.charCodeAt(1) > 31 ? code : '??';
}
