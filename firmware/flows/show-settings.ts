/** What the terminal is told about itself: on the screen, value by value, and on paper. Never a key, never a password. */
import type { Bytes } from '../../hal/bytes';
import { KEY_CONFIRM, KEY_DOWN, KEY_UP } from '../../hal/devices';
import { FAULT_NONE } from '../../hal/fault';
import { PAD_HAS_TMK, PAD_KEY_STATUS } from '../../hal/pad-commands';
import { PAD_TIMEOUT_MS } from '../exchange/mac';
import { formOf, settingBytes, shownValue } from '../settings-codec';
import { clockLine, COLUMNS, ending, note, RULE, title } from '../slips/slip-parts';
import type { Job, Terminal } from '../terminal-context';
import { foreignText } from '../texts/foreign-text';
import {
  T_LCD_NOT_SET,
  T_LCD_SET_BATCH,
  T_LCD_SETTINGS,
  T_SLIP_MASTER_KEY_MISSING,
  T_SLIP_MASTER_KEY_THERE,
  T_SLIP_PARAMETERS_TITLE,
} from '../texts/ids';
import { ANSWER_MS } from '../ui/dialog';
import { faultOfKey } from '../ui/entry';
import { lineRows, merchantRows, otherRows } from './parameter-rows';
import { printBlock } from './print-block';
import { slipInfo } from './slip-info';

const LCD_COLUMNS = 16;

/** Label and value, in turns. */
function allValues(terminal: Terminal): Bytes[] {
  const { text, settings, journal } = terminal;
  const out: Bytes[] = [];
  [merchantRows, lineRows, otherRows].forEach((rows) => {
    rows.forEach((row) => {
      const form = formOf(row[0]);
      if (form) out.push(text(row[1]), shownValue(form, settingBytes(form, settings)) || text(T_LCD_NOT_SET));
    });
  });
  out.push(text(T_LCD_SET_BATCH), journal.batch());
  return out;
}

/** 【查看设置】: up, down and confirm turn the pages. */
export function showSettings(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { ui, text } = terminal;
  const values = allValues(terminal);
  let at = 0;

  function draw(): void {
    const value = foreignText(values[at + 1], 2 * LCD_COLUMNS);
    ui.show(text(T_LCD_SETTINGS), values[at], value.substr(0, LCD_COLUMNS), value.substr(LCD_COLUMNS));
  }

  draw();
  ui.keys((key) => {
    const fault = faultOfKey(key);
    const isEnd = key === KEY_CONFIRM && at + 2 >= values.length;
    if (fault || isEnd) {
      ui.keys(null, 0);
      done(fault);
    } else if (key === KEY_CONFIRM || key === KEY_DOWN) at = Math.min(at + 2, values.length - 2);
    else if (key === KEY_UP) at = Math.max(at - 2, 0);
    if (!fault && !isEnd) draw();
  }, ANSWER_MS);
}

/** A long value stands below its label. */
function valueLine(label: Bytes, value: Bytes): Bytes {
  const apart = label.length + 2 + value.length > COLUMNS ? ':\n' : ': ';
  return label + apart + value + '\n';
}

/** The parameter slip (打印参数). */
export function parameterSlip(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { text, board } = terminal;
  board.pinpad.start(PAD_KEY_STATUS, '', PAD_TIMEOUT_MS, (fault, answer) => {
    const isThere = !fault && answer.charCodeAt(0) & PAD_HAS_TMK;
    const values = allValues(terminal);
    const info = slipInfo(terminal);
    let block = title(text(T_SLIP_PARAMETERS_TITLE)) + RULE + clockLine(info);
    for (let i = 0; i < values.length; i += 2) block += valueLine(values[i], foreignText(values[i + 1], 64));
    block += note(text(isThere ? T_SLIP_MASTER_KEY_THERE : T_SLIP_MASTER_KEY_MISSING)) + RULE;
    printBlock(terminal, block + ending(info), '', () => {
      done(FAULT_NONE);
    });
  });
}
