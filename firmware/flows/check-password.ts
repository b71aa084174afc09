/**
 * Asks for an operator's password and judges it. Three wrong ones in a row lock the clerk until the supervisor unlocks
 * him; supervisor and administrator have to wait, longer each time, because nobody could unlock them. A wrong one is
 * counted in the journal before anybody learns that it was wrong, so that a power cut takes nothing back.
 */
import { FAULT_NONE } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import { FAULT_BAD_PASSWORD, FAULT_LOCKED } from '../app-faults';
import { run, type Go, type Step } from '../flow';
import { isPassword, passwordSetting, wrongSetting } from '../password-digest';
import { ADMINISTRATOR, CLERK } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_ADMIN_PASSWORD,
  T_LCD_ASK_SUPERVISOR,
  T_LCD_CLERK_LOCKED,
  T_LCD_OPERATOR,
  T_LCD_PASSWORD,
  T_LCD_SIGN_IN,
  T_LCD_SUPERVISOR_PASSWORD,
  T_LCD_WAIT_SECONDS,
  T_LCD_WRONG_PASSWORD,
} from '../texts/ids';
import { ANSWER_MS, warn } from '../ui/dialog';
import { faultOfKey, readDigits } from '../ui/entry';
import { faultText } from '../ui/fault-text';

const PASSWORD_DIGITS = 8;
const WRONG_ALLOWED = 3;
const MOST_WRONG = 9;
const FIRST_WAIT_S = 10;
const LONGEST_WAIT_S = 300;

interface Check {
  readonly terminal: Terminal;
  readonly operator: Bytes;
  readonly title: Bytes;
  /** For ever: a locked terminal waits for its clerk. */
  readonly patient: boolean;
  /** Row 1 holds the operator's number. */
  readonly loggingIn: boolean;
  digits: Bytes;
  isGood: boolean;
  /** Why a wrong one could not be counted. */
  journalFault: number;
}

function wrongSoFar({ terminal, operator }: Check): number {
  const id = wrongSetting(operator);
  return id < 0 ? 0 : parseInt(terminal.journal.setting(id), 10) || 0;
}

function say(check: Check, rowTextId: number, row2TextId: number, fault: number, go: Go): void {
  const { terminal, title } = check;
  warn(terminal, title, terminal.text(rowTextId), row2TextId ? terminal.text(row2TextId) : '', () => {
    go(fault);
  });
}

/** A clerk with too many wrong ones is not asked any more; the others wait. */
function holdBack(check: Check, go: Go): boolean | void {
  const wrong = wrongSoFar(check);
  if (wrong < WRONG_ALLOWED) return true;
  if (check.operator === CLERK) say(check, T_LCD_CLERK_LOCKED, T_LCD_ASK_SUPERVISOR, FAULT_LOCKED, go);
  else countDown(check, Math.min(FIRST_WAIT_S << (wrong - WRONG_ALLOWED), LONGEST_WAIT_S), go);
}

function countDown({ terminal, title }: Check, seconds: number, go: Go): void {
  const { ui, text, board } = terminal;
  const { clock } = board;
  let left = seconds;
  let alarm = 0;

  function leave(fault: number): void {
    clock.cancelAlarm(alarm);
    ui.keys(null, 0);
    go(fault);
  }

  function tick(): void {
    ui.row(1, text(T_LCD_WAIT_SECONDS) + left);
    if (left-- > 0) alarm = clock.alarm(1000, tick);
    else leave(FAULT_NONE);
  }

  ui.show(title, '', '', '');
  ui.keys((key) => {
    const fault = faultOfKey(key);
    if (fault) leave(fault);
  }, 0);
  tick();
}

function read(check: Check, go: Go): void {
  const { terminal, operator, loggingIn, patient, title } = check;
  const { ui, text } = terminal;
  const numbered = loggingIn || operator === CLERK;
  const asked = operator === ADMINISTRATOR ? T_LCD_ADMIN_PASSWORD : T_LCD_SUPERVISOR_PASSWORD;
  ui.show(title, numbered ? text(T_LCD_OPERATOR) + operator : text(asked), '', '');
  const label = numbered ? text(T_LCD_PASSWORD) : '';
  const entry = { row: 2, label, maxDigits: PASSWORD_DIGITS, secret: true, timeoutMs: patient ? 0 : ANSWER_MS };
  readDigits(ui, entry, (fault, digits) => {
    check.digits = digits;
    go(fault);
  });
}

function judge(check: Check, go: Go): boolean | void {
  const { terminal, operator, digits } = check;
  const { journal, settings } = terminal;
  const id = wrongSetting(operator);
  const wrong = wrongSoFar(check);
  const good = isPassword(operator, digits, id < 0 ? '' : journal.setting(passwordSetting(operator)), settings);
  check.digits = '';
  check.isGood = good;
  if (id < 0 || (good && !wrong)) return true;
  journal.setSettings([[id, good ? '' : '' + Math.min(wrong + 1, MOST_WRONG)]], (fault) => {
    check.journalFault = fault;
    go();
  });
}

/** A step of its own: by now the flash's driver has left the stack, which is short on the small engine. */
function tell(check: Check, go: Go): boolean | void {
  const { operator, isGood, journalFault } = check;
  if (isGood) return true;
  if (journalFault) say(check, faultText(journalFault), 0, FAULT_BAD_PASSWORD, go);
  else if (operator === CLERK && wrongSoFar(check) >= WRONG_ALLOWED)
    say(check, T_LCD_CLERK_LOCKED, T_LCD_ASK_SUPERVISOR, FAULT_LOCKED, go);
  else say(check, T_LCD_WRONG_PASSWORD, 0, FAULT_BAD_PASSWORD, go);
}

const steps: readonly Step<Check>[] = [holdBack, read, judge, tell];

/**
 * Job: `operator`; `title` of the screen, without one it is the log-in; `patient`. Ends with 0, with `FAULT_BAD_PASSWORD`
 * or `FAULT_LOCKED` (told), or with the fault that left the entry.
 */
export function checkPassword(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const loggingIn = job.title === undefined;
  const check: Check = {
    terminal,
    operator: job.operator || '',
    title: terminal.text(job.title === undefined ? T_LCD_SIGN_IN : job.title),
    patient: job.patient === true,
    loggingIn,
    digits: '',
    isGood: false,
    journalFault: FAULT_NONE,
  };
  run(terminal.board.clock, steps, check, done);
}
