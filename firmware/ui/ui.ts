/**
 * The clerk's side of the terminal: four rows, one listener for keys, and the power saving of the screen. After 30 s
 * without a key the screen goes dark; the key that wakes it does nothing else.
 */
import { WORK_SCREEN, type Clock } from '../../hal/bus';
import type { Bytes } from '../../hal/bytes';
import type { Beeper, Display, Keypad } from '../../hal/devices';

/** What a key listener gets when no key came in time. */
export const KEY_NONE = 0;
/** What a key listener gets when the red key was held: leave, the terminal is to be switched off. */
export const KEY_POWER = 1;

const DARK_AFTER_MS = 30000;
const KEY_BEEP_MS = 20;
const ERROR_BEEP_MS = 200;

export type KeyListener = (key: number) => void;

export interface Ui {
  /** Shows four rows and lights the screen. */
  show(row0: Bytes, row1: Bytes, row2: Bytes, row3: Bytes): void;
  /** Changes one row; a dark screen stays dark. */
  row(row: number, text: Bytes): void;
  /**
   * Takes over the keys. The listener stays until the next call; with a `timeoutMs` it gets `KEY_NONE` once when no key
   * was pressed for that long, and is then forgotten. `null`: keys are ignored.
   */
  keys(listener: KeyListener | null, timeoutMs: number): void;
  /** Hands a key to the listener as if it were pressed; lights the screen. */
  press(key: number): void;
  /** Tells the clerk's ear that something went wrong. */
  alert(): void;
}

export function createUi(display: Display, keypad: Keypad, beeper: Beeper, clock: Clock): Ui {
  let listener: KeyListener | null = null;
  let waitMs = 0;
  let waitFromMs = 0;
  let activeAtMs = clock.nowMs();
  let dark = false;
  let alarm = 0;
  let alarmAtMs = 0;

  /** When the next thing is due, or -1. */
  function dueMs(): number {
    const darkAtMs = activeAtMs + DARK_AFTER_MS;
    const waitAtMs = waitFromMs + waitMs;
    if (waitMs && (dark || waitAtMs < darkAtMs)) return waitAtMs;
    return dark ? -1 : darkAtMs;
  }

  /** An alarm that comes too early looks again, so a key costs no new alarm. */
  function arm(): void {
    const due = dueMs();
    if (due < 0 || (alarm && alarmAtMs <= due)) return;
    if (alarm) clock.cancelAlarm(alarm);
    alarmAtMs = due;
    alarm = clock.alarm(Math.max(0, due - clock.nowMs()), look);
  }

  function look(): void {
    alarm = 0;
    const nowMs = clock.nowMs();
    if (!dark && nowMs >= activeAtMs + DARK_AFTER_MS) {
      dark = true;
      display.light(false);
    }
    if (waitMs && nowMs >= waitFromMs + waitMs) {
      const late = listener;
      listener = null;
      waitMs = 0;
      if (late) late(KEY_NONE);
    }
    arm();
  }

  function wake(): void {
    activeAtMs = clock.nowMs();
    if (dark) {
      dark = false;
      display.light(true);
    }
    arm();
  }

  function press(key: number): void {
    wake();
    waitFromMs = activeAtMs;
    if (listener) listener(key);
  }

  keypad.onKey((key) => {
    if (dark) {
      wake();
      return;
    }
    beeper.beep(KEY_BEEP_MS);
    press(key);
  });
  display.light(true);
  arm();

  return {
    show: (row0, row1, row2, row3) => {
      wake();
      display.row(0, row0);
      display.row(1, row1);
      display.row(2, row2);
      display.row(3, row3);
      clock.worked(WORK_SCREEN);
    },
    row: (row, text) => {
      display.row(row, text);
    },
    keys: (next, timeoutMs) => {
      listener = next;
      waitMs = timeoutMs;
      waitFromMs = clock.nowMs();
      arm();
    },
    press,
    alert: () => {
      beeper.beep(ERROR_BEEP_MS);
    },
  };
}
