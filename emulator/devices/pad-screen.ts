/** What the customer reads on the fake PIN pad: two rows of 16 columns, GBK bytes. */
import { encode } from 'iconv-lite';
import type { Bytes } from '../../hal/bytes';

export type PadRows = [Bytes, Bytes];

function gbk(text: string): Bytes {
  return encode(text, 'gbk').toString('latin1');
}

const COLUMNS = 16;

/** What it says in one language. */
export interface PadWords {
  readonly idle: PadRows;
  readonly wait: PadRows;
  readonly tamper: PadRows;
  readonly amount: Bytes;
  readonly pin: Bytes;
  readonly enterPin: Bytes;
}

export const chineseWords: PadWords = {
  idle: [gbk('    欢迎使用    '), gbk('  银联密码键盘  ')],
  wait: [gbk('    请稍候      '), ' '.repeat(COLUMNS)],
  tamper: [gbk('    密码键盘    '), gbk('  已被拆机自毁  ')],
  amount: gbk('金额'),
  pin: gbk('密码'),
  enterPin: gbk('请输入密码'),
};

export const englishWords: PadWords = {
  idle: ['    WELCOME     ', 'UNIONPAY PIN PAD'],
  wait: ['  PLEASE WAIT   ', ' '.repeat(COLUMNS)],
  tamper: ['PIN PAD OPENED  ', 'KEYS ARE GONE   '],
  amount: 'AMOUNT',
  pin: 'PIN ',
  enterPin: 'ENTER PIN ',
};

/** Rows of a SHOW command: at most 32 bytes. */
export function shownRows(text: Bytes): PadRows {
  return [text.slice(0, COLUMNS).padEnd(COLUMNS), text.slice(COLUMNS, 2 * COLUMNS).padEnd(COLUMNS)];
}

/** Rows of a PIN entry: the amount where there is one, and a star for each digit. `amount` is 12 digits, in fen. */
export function pinRows(words: PadWords, amount: string, digitCount: number, longest: number): PadRows {
  const stars = '*'.repeat(digitCount);
  let yuanAt = 0;
  while (yuanAt < 9 && amount.charAt(yuanAt) === '0') yuanAt++;
  const text = `${amount.slice(yuanAt, 10)}.${amount.slice(10)}`;
  const unit = words.amount.length + text.length > COLUMNS ? 'RMB' : words.amount;
  const first = amount === '000000000000' ? words.enterPin : unit + text.padStart(COLUMNS - unit.length);
  const label = longest <= COLUMNS - words.enterPin.length ? words.enterPin : words.pin;
  return [first.padEnd(COLUMNS), (label + stars).padEnd(COLUMNS)];
}
