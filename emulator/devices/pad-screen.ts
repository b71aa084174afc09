/** What the customer reads on the fake PIN pad: two rows of 16 columns, GBK bytes. */
import { encode } from 'iconv-lite';
import type { Bytes } from '../../hal/bytes';

export type PadRows = [Bytes, Bytes];

function gbk(text: string): Bytes {
  return encode(text, 'gbk').toString('latin1');
}

const COLUMNS = 16;
const AMOUNT = gbk('金额');
const PIN = gbk('密码');
const ENTER_PIN = gbk('请输入密码');

export const idleRows: PadRows = [gbk('    欢迎使用    '), gbk('  银联密码键盘  ')];
export const waitRows: PadRows = [gbk('     请稍候     '), ' '.repeat(COLUMNS)];
export const tamperRows: PadRows = [gbk('   密码键盘     '), gbk('   已被拆机自毁 ')];

/** Rows of a SHOW command: at most 32 bytes. */
export function shownRows(text: Bytes): PadRows {
  return [text.slice(0, COLUMNS).padEnd(COLUMNS), text.slice(COLUMNS, 2 * COLUMNS).padEnd(COLUMNS)];
}

/** Rows of a PIN entry: the amount where there is one, and a star for each digit. `amount` is 12 digits, in fen. */
export function pinRows(amount: string, digitCount: number, longest: number): PadRows {
  const stars = '*'.repeat(digitCount);
  let yuanAt = 0;
  while (yuanAt < 9 && amount.charAt(yuanAt) === '0') yuanAt++;
  const text = `${amount.slice(yuanAt, 10)}.${amount.slice(10)}`;
  const first =
    amount === '000000000000'
      ? ENTER_PIN
      : (text.length > 12 ? 'RMB' : AMOUNT) + text.padStart(text.length > 12 ? 13 : 12);
  const label = longest <= COLUMNS - ENTER_PIN.length ? ENTER_PIN : PIN;
  return [first.padEnd(COLUMNS), (label + stars).padEnd(COLUMNS)];
}
