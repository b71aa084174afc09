/** Screens that say or ask one thing. Each gives the keys back before `done`. */
import type { Bytes } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CONFIRM } from '../../hal/devices';
import { T_LCD_CONFIRM_CANCEL, T_LCD_PRESS_ANY } from '../texts/ids';
import type { Terminal } from '../terminal-context';
import { KEY_NONE, KEY_POWER } from './ui';

/** How long a message stays when nobody presses a key. */
export const MESSAGE_MS = 5000;
/** How long a person may think. */
export const ANSWER_MS = 60000;

/** A row's text without a row of the table behind it, centred; Chinese stays on even columns. */
export function centred(text: Bytes): Bytes {
  const free = 16 - text.length;
  return free < 2 ? text : '                '.substr(0, (free >> 1) & ~1) + text;
}

/** Shows up to two rows under a title until a key comes or `MESSAGE_MS` is over. */
export function tell(terminal: Terminal, title: Bytes, row1: Bytes, row2: Bytes, done: () => void): void {
  const ui = terminal.ui;
  ui.show(title, row1, row2, terminal.text(T_LCD_PRESS_ANY));
  ui.keys(() => {
    ui.keys(null, 0);
    done();
  }, MESSAGE_MS);
}

/** As `tell`, with the sound of an error. */
export function warn(terminal: Terminal, title: Bytes, row1: Bytes, row2: Bytes, done: () => void): void {
  terminal.ui.alert();
  tell(terminal, title, row1, row2, done);
}

/** How a question ended; `key` tells a refusal (`KEY_CANCEL`) from nobody there (`KEY_NONE`, `KEY_POWER`). */
export type Asked = (confirmed: boolean, key: number) => void;

/** Waits for confirm (true), or cancel, the power key or `timeoutMs` without a key (false). Other keys do nothing. */
export function awaitConfirm(terminal: Terminal, timeoutMs: number, done: Asked): void {
  const ui = terminal.ui;
  ui.keys((key) => {
    if (key !== KEY_CONFIRM && key !== KEY_CANCEL && key !== KEY_NONE && key !== KEY_POWER) return;
    ui.keys(null, 0);
    done(key === KEY_CONFIRM, key);
  }, timeoutMs);
}

/** Asks for confirm or cancel. */
export function ask(terminal: Terminal, title: Bytes, row1: Bytes, row2: Bytes, done: Asked): void {
  terminal.ui.show(title, row1, row2, terminal.text(T_LCD_CONFIRM_CANCEL));
  awaitConfirm(terminal, ANSWER_MS, done);
}
