/** Reads digits from the keypad into one row: operator numbers and passwords. */
import type { Bytes } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM, KEY_DOUBLE_ZERO } from '../../hal/devices';
import { FAULT_CANCELLED, FAULT_NONE, FAULT_TIMEOUT } from '../../hal/fault';
import { FAULT_POWER_KEY } from '../app-faults';
import { KEY_NONE, KEY_POWER, type Ui } from './ui';

/** Digits a key adds: '' for keys that are no digits. */
export function digitsOfKey(key: number): Bytes {
  if (key >= 48 && key <= 57) return String.fromCharCode(key);
  return key === KEY_DOUBLE_ZERO ? '00' : '';
}

/** Fault that a key which leaves an entry stands for, or 0. */
export function faultOfKey(key: number): number {
  if (key === KEY_CANCEL) return FAULT_CANCELLED;
  if (key === KEY_NONE) return FAULT_TIMEOUT;
  return key === KEY_POWER ? FAULT_POWER_KEY : FAULT_NONE;
}

export interface DigitEntry {
  readonly row: number;
  readonly label: Bytes;
  readonly maxDigits: number;
  /** Shown as stars. */
  readonly secret: boolean;
  /** 0: for ever. */
  readonly timeoutMs: number;
}

/** `done` gets 1 to `maxDigits` digits, or `FAULT_CANCELLED`, `FAULT_TIMEOUT`, `FAULT_POWER_KEY`. */
export function readDigits(ui: Ui, entry: DigitEntry, done: (fault: number, digits: Bytes) => void): void {
  let digits = '';

  function draw(): void {
    ui.row(entry.row, entry.label + (entry.secret ? '********'.substr(0, digits.length) : digits));
  }

  function onKey(key: number): void {
    const fault = faultOfKey(key);
    if (fault || (key === KEY_CONFIRM && digits !== '')) {
      ui.keys(null, 0);
      done(fault, fault ? '' : digits);
      return;
    }
    if (key === KEY_CLEAR) digits = digits.substr(0, digits.length - 1);
    else digits = (digits + digitsOfKey(key)).substr(0, entry.maxDigits);
    draw();
  }

  draw();
  ui.keys(onKey, entry.timeoutMs);
}
