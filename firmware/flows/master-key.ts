/**
 * The master key: whether the pad has one, its check value, and waiting for a key loader on the pad's other port. The key
 * itself never comes near the terminal (docs/protocol/pinpad.md).
 */
import { byte, toHex, type Bytes } from '../../hal/bytes';
import { FAULT_NONE } from '../../hal/fault';
import { KEY_CONFIRM } from '../../hal/devices';
import { PAD_HAS_PIK, PAD_HAS_TMK, PAD_KEY_STATUS, PAD_WITH_CHECK_VALUE } from '../../hal/pad-commands';
import { PAD_TIMEOUT_MS } from '../exchange/mac';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_KEY_CHECK_VALUE,
  T_LCD_KEY_LOADED,
  T_LCD_KEY_MISSING,
  T_LCD_KEY_THERE,
  T_LCD_MASTER_KEY,
  T_LCD_PLUG_LOADER,
} from '../texts/ids';
import { tell, warn } from '../ui/dialog';
import { faultOfKey } from '../ui/entry';
import { padFaultText } from '../ui/fault-text';

const LOOK_EVERY_MS = 1000;
/** A technician fetches the loader. */
const PATIENCE_MS = 300000;

/** Check value of the TMK as text, '' where the pad has none or does not tell. */
function checkValue(answer: Bytes): Bytes {
  return answer.length >= 6 ? toHex(answer.substr(2, 4)) : '';
}

export function masterKey(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { ui, text, board, journal } = terminal;
  let first = '';
  let alarm = 0;
  let left = false;

  function leave(fault: number): void {
    left = true;
    board.clock.cancelAlarm(alarm);
    ui.keys(null, 0);
    done(fault);
  }

  function checkRow(answer: Bytes): Bytes {
    const value = checkValue(answer);
    return value === '' ? '' : text(T_LCD_KEY_CHECK_VALUE) + ' ' + value;
  }

  function draw(answer: Bytes): void {
    const isThere = answer.charCodeAt(0) & PAD_HAS_TMK;
    const state = text(isThere ? T_LCD_KEY_THERE : T_LCD_KEY_MISSING);
    ui.show(text(T_LCD_MASTER_KEY), state, checkRow(answer), text(T_LCD_PLUG_LOADER));
  }

  /** A loader was there: another key, or the same one again, which threw the working keys away. */
  function isNew(answer: Bytes): boolean {
    const bits = answer.charCodeAt(0);
    if (!(bits & PAD_HAS_TMK)) return false;
    return checkValue(answer) !== checkValue(first) || (!(bits & PAD_HAS_PIK) && !!(first.charCodeAt(0) & PAD_HAS_PIK));
  }

  function loaded(answer: Bytes): void {
    left = true;
    ui.keys(null, 0);
    journal.markKeysStale(() => {
      tell(terminal, text(T_LCD_MASTER_KEY), text(T_LCD_KEY_LOADED), checkRow(answer), () => {
        done(FAULT_NONE);
      });
    });
  }

  function look(): void {
    board.pinpad.start(PAD_KEY_STATUS, byte(PAD_WITH_CHECK_VALUE), PAD_TIMEOUT_MS, (fault, answer) => {
      if (left) return;
      if (fault || answer === '') {
        left = true;
        ui.keys(null, 0);
        warn(terminal, text(T_LCD_MASTER_KEY), text(padFaultText(fault)), '', () => {
          done(fault);
        });
        return;
      }
      if (first === '') {
        first = answer;
        draw(answer);
      } else if (isNew(answer)) {
        loaded(answer);
        return;
      }
      alarm = board.clock.alarm(LOOK_EVERY_MS, look);
    });
  }

  ui.show(text(T_LCD_MASTER_KEY), '', '', '');
  ui.keys((key) => {
    const fault = faultOfKey(key);
    if (fault || key === KEY_CONFIRM) leave(fault);
  }, PATIENCE_MS);
  look();
}
