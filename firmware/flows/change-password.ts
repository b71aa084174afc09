/** A new password: the old one first, then the new one twice. It is in force when it is durable. */
import { FAULT_CANCELLED } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import { run, type Go, type Step } from '../flow';
import { MODULE_PASSWORD } from '../modules';
import { passwordSetting, SALT_BYTES, sealPassword, wrongSetting } from '../password-digest';
import { CLERK } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_CHANGE_PASSWORD,
  T_LCD_NEW_PASSWORD,
  T_LCD_NEW_PASSWORD_AGAIN,
  T_LCD_OPERATOR,
  T_LCD_PASSWORD_CHANGED,
  T_LCD_PASSWORD_SHORT,
  T_LCD_PASSWORDS_DIFFER,
} from '../texts/ids';
import { ANSWER_MS, tell, warn } from '../ui/dialog';
import { readDigits } from '../ui/entry';
import { faultText } from '../ui/fault-text';

const FEWEST_DIGITS = 4;
const MOST_DIGITS = 8;

interface Change {
  readonly terminal: Terminal;
  readonly operator: Bytes;
  readonly withoutOld: boolean;
  password: Bytes;
}

function askOld(change: Change, go: Go): boolean | void {
  if (change.withoutOld) return true;
  change.terminal.perform(MODULE_PASSWORD, { operator: change.operator, title: T_LCD_CHANGE_PASSWORD }, go);
}

function read(change: Change, labelId: number, done: (digits: Bytes) => void, go: Go): void {
  const { ui, text } = change.terminal;
  ui.show(text(T_LCD_CHANGE_PASSWORD), text(T_LCD_OPERATOR) + change.operator, '', text(T_LCD_PASSWORD_SHORT));
  const entry = { row: 2, label: text(labelId), maxDigits: MOST_DIGITS, secret: true, timeoutMs: ANSWER_MS };
  readDigits(ui, entry, (fault, digits) => {
    if (fault) go(fault);
    else done(digits);
  });
}

function refuse(change: Change, textId: number, go: Go): void {
  warn(change.terminal, change.terminal.text(T_LCD_CHANGE_PASSWORD), change.terminal.text(textId), '', () => {
    go(FAULT_CANCELLED);
  });
}

function askNew(change: Change, go: Go): void {
  const taken = (digits: Bytes): void => {
    change.password = digits;
    if (digits.length < FEWEST_DIGITS) refuse(change, T_LCD_PASSWORD_SHORT, go);
    else go();
  };
  read(change, T_LCD_NEW_PASSWORD, taken, go);
}

function askAgain(change: Change, go: Go): void {
  const taken = (digits: Bytes): void => {
    if (digits === change.password) go();
    else refuse(change, T_LCD_PASSWORDS_DIFFER, go);
  };
  read(change, T_LCD_NEW_PASSWORD_AGAIN, taken, go);
}

function keep(change: Change, go: Go): void {
  const { terminal, operator, password } = change;
  const { board, journal } = terminal;
  change.password = '';
  const sealed = sealPassword(operator, board.random.bytes(SALT_BYTES), password);
  const values: (readonly [number, Bytes])[] = [
    [passwordSetting(operator), sealed],
    [wrongSetting(operator), ''],
  ];
  journal.setSettings(values, (fault) => {
    if (fault) refuse(change, faultText(fault), go);
    else tell(terminal, terminal.text(T_LCD_CHANGE_PASSWORD), terminal.text(T_LCD_PASSWORD_CHANGED), '', go);
  });
}

const steps: readonly Step<Change>[] = [askOld, askNew, askAgain, keep];

/** Job: `operator`; `withoutOld` where the supervisor sets the clerk's. */
export function changePassword(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const change = { terminal, operator: job.operator || CLERK, withoutOld: job.withoutOld === true, password: '' };
  run(terminal.board.clock, steps, change, done);
}
