/** What the customer reads on the PIN pad: two rows of 16 columns, in the language of the terminal that greeted it. */
import type { Bytes } from '../../hal/bytes';
import type { Display } from '../../hal/devices';
import { createTexts, type Texts } from '../texts/text-table';
import { en } from './texts/en';
import {
  T_LCD_AMOUNT,
  T_LCD_BRAND,
  T_LCD_CURRENCY,
  T_LCD_ENTER_PIN,
  T_LCD_IDLE,
  T_LCD_PIN,
  T_LCD_TAMPERED,
  T_LCD_WAIT,
  T_LCD_WIPED,
} from './texts/ids';
import { zhCn } from './texts/zh-cn';

const COLUMNS = 16;
const BLANKS = '                ';
const STARS = '************';
const NO_AMOUNT = '000000000000';

export interface PadScreen {
  /** Texts from now on; nothing is drawn. */
  speak(english: boolean): void;
  idle(tampered: boolean): void;
  wait(): void;
  /** Up to 32 bytes of the terminal's. */
  show(text: Bytes): void;
  /** PIN entry: `amount` is 12 digits in fen. */
  pin(amount: Bytes, digitCount: number, longest: number): void;
}

/** 12 digits in fen as yuan with a point. */
function yuan(amount: Bytes): Bytes {
  let at = 0;
  while (at < 9 && amount.charCodeAt(at) === 48) at++;
  return amount.substring(at, 10) + '.' + amount.substring(10);
}

export function createPadScreen(display: Display): PadScreen {
  let text: Texts = createTexts(zhCn);

  function rows(first: Bytes, second: Bytes): void {
    display.row(0, first);
    display.row(1, second);
  }

  function amountRow(amount: Bytes): Bytes {
    if (amount === NO_AMOUNT) return text(T_LCD_ENTER_PIN);
    const digits = yuan(amount);
    let label = text(T_LCD_AMOUNT);
    if (label.length + digits.length > COLUMNS) label = text(T_LCD_CURRENCY);
    return label + BLANKS.substring(label.length + digits.length) + digits;
  }

  return {
    speak: (english) => {
      text = createTexts(english ? en : zhCn);
    },
    idle: (tampered) => {
      if (tampered) rows(text(T_LCD_TAMPERED), text(T_LCD_WIPED));
      else rows(text(T_LCD_IDLE), text(T_LCD_BRAND));
    },
    wait: () => rows(text(T_LCD_WAIT), ''),
    show: (shown) => rows(shown.substring(0, COLUMNS), shown.substring(COLUMNS)),
    pin: (amount, digitCount, longest) => {
      const whole = text(T_LCD_ENTER_PIN);
      const label = longest > COLUMNS - whole.length ? text(T_LCD_PIN) : whole;
      rows(amountRow(amount), label + STARS.substring(0, digitCount));
    },
  };
}
