/**
 * A clerk logs in: number and password, then what the first use of the day needs. What fails online does not keep the
 * clerk out: the first sale tries it again. The supervisor may clear an owed reversal, and is logged out again.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE } from '../../hal/fault';
import { FAULT_POWER_KEY } from '../app-faults';
import { run, type Go, type Step } from '../flow';
import { MODULE_REVERSAL, MODULE_SIGN_IN, MODULE_SUPERVISOR } from '../modules';
import { SUPERVISOR } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_OPERATOR, T_LCD_SIGN_IN, T_LCD_WRONG_PASSWORD } from '../texts/ids';
import { warn } from '../ui/dialog';
import { readDigits } from '../ui/entry';
import { needsSignIn } from './needs-sign-in';
import { passwordOf, readPassword } from './password';

const OPERATOR_DIGITS = 2;

interface Login {
  readonly terminal: Terminal;
  operator: Bytes;
}

function askOperator(login: Login, go: Go): void {
  const { ui, text } = login.terminal;
  ui.show(text(T_LCD_SIGN_IN), '', '', '');
  const label = text(T_LCD_OPERATOR);
  readDigits(ui, { row: 1, label, maxDigits: OPERATOR_DIGITS, secret: false, timeoutMs: 0 }, (fault, digits) => {
    login.operator = ('0' + digits).substr(-2);
    go(fault);
  });
}

function askPassword(login: Login, go: Go): void {
  const { terminal } = login;
  readPassword(terminal, (fault, digits) => {
    if (fault || digits === passwordOf(terminal, login.operator)) {
      go(fault);
      return;
    }
    login.operator = '';
    warn(terminal, terminal.text(T_LCD_SIGN_IN), terminal.text(T_LCD_WRONG_PASSWORD), '', go);
  });
}

function enter(login: Login, go: Go): boolean | void {
  const { terminal } = login;
  if (login.operator !== SUPERVISOR) {
    terminal.operator = login.operator;
    return true;
  }
  login.operator = '';
  terminal.perform(MODULE_SUPERVISOR, { operator: SUPERVISOR }, () => {
    go();
  });
}

function signIn(login: Login, go: Go): boolean | void {
  if (login.operator === '' || !needsSignIn(login.terminal)) return true;
  login.terminal.perform(MODULE_SIGN_IN, {}, go);
}

function reverse(login: Login, go: Go): boolean | void {
  if (login.operator === '' || !login.terminal.journal.owed()) return true;
  login.terminal.perform(MODULE_REVERSAL, {}, go);
}

const steps: readonly Step<Login>[] = [askOperator, askPassword, enter, signIn, reverse];

/** Ends with `FAULT_POWER_KEY` when the terminal is to be switched off, else with 0; `terminal.operator` says who it was. */
export function login(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, { terminal, operator: '' }, (fault) => {
    done(fault === FAULT_POWER_KEY ? fault : FAULT_NONE);
  });
}
