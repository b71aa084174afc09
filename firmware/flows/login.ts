/**
 * A clerk logs in: number and password, then what the first use of the day needs. What fails online does not keep the
 * clerk out: the first sale tries it again. Supervisor and administrator get their menus instead.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE } from '../../hal/fault';
import { FAULT_BAD_PASSWORD, FAULT_LOCKED, FAULT_POWER_KEY } from '../app-faults';
import { run, type Go, type Step } from '../flow';
import { MODULE_ADMINISTRATOR, MODULE_PASSWORD, MODULE_REVERSAL, MODULE_SIGN_IN, MODULE_SUPERVISOR } from '../modules';
import { ADMINISTRATOR, SUPERVISOR } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_OPERATOR, T_LCD_SIGN_IN } from '../texts/ids';
import { readDigits } from '../ui/entry';
import { needsSignIn } from './needs-sign-in';

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
  login.terminal.perform(MODULE_PASSWORD, { operator: login.operator }, (fault) => {
    if (fault === FAULT_BAD_PASSWORD || fault === FAULT_LOCKED) login.operator = '';
    go(login.operator === '' ? FAULT_NONE : fault);
  });
}

/** Supervisor and administrator have a menu of their own, and are logged out behind it. */
function enter(login: Login, go: Go): boolean | void {
  const { terminal, operator } = login;
  const isClerk = operator !== SUPERVISOR && operator !== ADMINISTRATOR;
  if (isClerk) {
    terminal.operator = operator;
    return true;
  }
  login.operator = '';
  terminal.perform(operator === SUPERVISOR ? MODULE_SUPERVISOR : MODULE_ADMINISTRATOR, { operator }, () => {
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
