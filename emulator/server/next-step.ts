/** What a newcomer would do next, read off the terminal as a person reads it: screen, lamp, PIN pad. */
import * as ids from '../../firmware/texts/ids';
import { createScreenTexts } from '../headless/screen-texts';
import type { TerminalWorld } from '../terminal-world';

export type NextStep =
  | 'hold'
  | 'boot'
  | 'wake'
  | 'flash'
  | 'operator'
  | 'password'
  | 'idle'
  | 'amount'
  | 'swipe'
  | 'check'
  | 'pin'
  | 'wait'
  | 'tear'
  | 'paper'
  | 'shutdown'
  | 'menu'
  | 'read';

/** A step and the texts that say so, the first match counts. */
const steps: readonly (readonly [NextStep, readonly number[]])[] = [
  ['shutdown', [ids.T_LCD_SHUTDOWN_ASK]],
  ['tear', [ids.T_LCD_TEAR]],
  ['paper', [ids.T_LCD_PAPER_OUT, ids.T_LCD_COVER_OPEN]],
  // A message of what was waited for: its title may still say so.
  ['read', [ids.T_LCD_PRESS_ANY]],
  [
    'wait',
    [
      ids.T_LCD_DIALLING,
      ids.T_LCD_CONNECTING,
      ids.T_LCD_SENDING,
      ids.T_LCD_RECEIVING,
      ids.T_LCD_PROCESSING,
      ids.T_LCD_PLEASE_WAIT,
      ids.T_LCD_PRINTING,
      ids.T_LCD_REVERSING,
    ],
  ],
  ['boot', [ids.T_LCD_SELF_TEST, ids.T_LCD_WELCOME]],
  ['check', [ids.T_LCD_CARD_CONFIRM]],
  ['swipe', [ids.T_LCD_SWIPE_AGAIN]],
  ['operator', [ids.T_LCD_OPERATOR]],
  ['password', [ids.T_LCD_PASSWORD]],
  [
    'menu',
    [
      ids.T_LCD_MENU_BANK_CARD,
      ids.T_LCD_MENU_SALE,
      ids.T_LCD_MENU_SIGN_IN,
      ids.T_LCD_MENU_PRINT_LAST,
      ids.T_LCD_MENU_DETAILS,
    ],
  ],
];

/** On a board: nothing was ever shown, or by no firmware (drivers/boards/espruino/last-words.ts, scripts/mcu/flash-update.mjs). */
function boardStep(rows: readonly string[], lit: boolean): NextStep | null {
  if (rows.includes('固件更新中')) return 'wait';
  const isEmpty = !lit && rows.every((row) => row === '');
  return isEmpty || rows.includes('固件损坏') ? 'flash' : null;
}

export function createNextStep(inside: TerminalWorld): () => NextStep {
  const text = createScreenTexts(inside.settings.english);
  const matchers = steps.map(([step, texts]) => [step, texts.map(text)] as const);
  const idle = text(ids.T_LCD_IDLE_HINT);
  const swipe = text(ids.T_LCD_SWIPE);
  const amount = text(ids.T_LCD_AMOUNT);
  const digits = text(ids.T_LCD_PIN_DIGITS);
  const password = text(ids.T_LCD_PASSWORD);
  return () => {
    if (!inside.power.state.supplyOn) return 'hold';
    if (inside.pad.isAsking()) return 'pin';
    const rows = inside.lcd.text().map((row) => row.trim());
    const lit = inside.lcd.lit();
    const onBoard = inside.options.firmware && boardStep(rows, lit);
    if (onBoard) return onBoard;
    if (!lit) return 'wake';
    if (rows[3] === idle) return 'idle';
    // What a real pad asks for shows on the screen only.
    if (inside.options.realParts?.pinpad && rows[2].startsWith(digits)) return 'pin';
    const screen = rows.join('\n');
    if (screen.includes(password)) return 'password';
    for (const [step, texts] of matchers) if (texts.some((one) => screen.includes(one))) return step;
    // While the amount is keyed a card may come too: both are asked for.
    if (rows.includes(amount)) return 'amount';
    return rows.includes(swipe) ? 'swipe' : 'read';
  };
}
