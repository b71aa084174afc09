/**
 * One setting keyed in: digits and the point as they are, letters as on a telephone: the digit that carries them, then
 * up until the letter stands there. Nothing keyed keeps what is; clear before the first key empties what may be empty.
 */
import type { Bytes } from '../../hal/bytes';
import { KEY_CLEAR, KEY_CONFIRM, KEY_DOT, KEY_DOWN, KEY_UP } from '../../hal/devices';
import { FAULT_NONE } from '../../hal/fault';
import { EMPTY, FORM_HEX, FORM_WHOLE, isGood, shownValue, typedValue, type SettingForm } from '../settings-codec';
import type { Terminal } from '../terminal-context';
import { T_LCD_EDIT_HINT, T_LCD_NOT_SET, T_LCD_VALUE_BAD } from '../texts/ids';
import { ANSWER_MS } from '../ui/dialog';
import { digitsOfKey, faultOfKey } from '../ui/entry';

const COLUMNS = 16;
const LONGEST_NUMBER = 5;
/** What a key carries, one group a digit, each closed by its first character. */
const groups = '0 0|1.-_@/:1|2ABCabc2|3DEFdef3|4GHIghi4|5JKLjkl5|6MNOmno6|7PQRSpqrs7|8TUVtuv8|9WXYZwxyz9';

/** The character behind (or before) `last` on its key. */
function turn(last: Bytes, back: boolean): Bytes {
  const at = back ? groups.lastIndexOf(last) : groups.indexOf(last.charAt(0));
  return at < 0 || last === '|' ? last : groups.charAt(back ? at - 1 : at + 1);
}

/** The end of a value that is longer than the row; Chinese stays on even columns. */
function tail(value: Bytes): Bytes {
  return value.length > COLUMNS ? value.substr((value.length - COLUMNS + 1) & ~1) : value;
}

function longest(form: SettingForm): number {
  if (form.form === FORM_HEX) return 2 * form.most;
  return form.form >= FORM_WHOLE ? LONGEST_NUMBER : form.most;
}

/** `done` gets the value as the journal keeps it, or null for "as it is"; or the fault that left the entry. */
export function editValue(
  terminal: Terminal,
  form: SettingForm,
  label: Bytes,
  current: Bytes,
  done: (fault: number, value: Bytes | null) => void,
): void {
  const { ui, text, board } = terminal;
  let typed = '';
  let emptied = false;

  function leave(fault: number, value: Bytes | null): void {
    ui.keys(null, 0);
    // From an alarm: what follows draws the next screen, and the small engine's stack is short.
    board.clock.alarm(0, () => {
      done(fault, value);
    });
  }

  function draw(): void {
    ui.row(2, emptied ? text(T_LCD_NOT_SET) : '>' + typed.substr(Math.max(0, typed.length - COLUMNS + 1)));
    ui.row(3, text(T_LCD_EDIT_HINT));
  }

  function take(): void {
    const value = typedValue(form, typed);
    if (emptied) leave(FAULT_NONE, EMPTY);
    else if (typed === '') leave(FAULT_NONE, null);
    else if (isGood(form, value)) leave(FAULT_NONE, value);
    else {
      ui.alert();
      ui.row(3, text(T_LCD_VALUE_BAD));
    }
  }

  function keyIn(key: number): void {
    if (key === KEY_CLEAR) {
      emptied = typed === '' && form.least === 0 && !emptied;
      typed = typed.substr(0, typed.length - 1);
    } else if (key === KEY_UP || key === KEY_DOWN) {
      const last = typed.length - 1;
      if (last >= 0) typed = typed.substr(0, last) + turn(typed.charAt(last), key === KEY_DOWN);
    } else {
      emptied = false;
      typed = (typed + (key === KEY_DOT ? '.' : digitsOfKey(key))).substr(0, longest(form));
    }
    draw();
  }

  ui.show(label, current === '' ? text(T_LCD_NOT_SET) : tail(shownValue(form, current)), '', '');
  draw();
  ui.keys((key) => {
    const fault = faultOfKey(key);
    if (fault) leave(fault, null);
    else if (key === KEY_CONFIRM) take();
    else keyIn(key);
  }, ANSWER_MS);
}
