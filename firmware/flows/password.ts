/** Asks for a password. Passwords are short on purpose (Q/CUP 009 gives them); what they guard is guarded again below. */
import { FAULT_BAD_PASSWORD } from '../app-faults';
import type { Bytes } from '../../hal/bytes';
import { CLERK, SUPERVISOR } from '../settings';
import type { Terminal } from '../terminal-context';
import { T_LCD_PASSWORD, T_LCD_SUPERVISOR_PASSWORD, T_LCD_WRONG_PASSWORD } from '../texts/ids';
import { ANSWER_MS, warn } from '../ui/dialog';
import { readDigits } from '../ui/entry';

const PASSWORD_DIGITS = 8;

/** '' for an operator there is not. */
export function passwordOf(terminal: Terminal, operator: Bytes): Bytes {
  if (operator === SUPERVISOR) return terminal.settings.supervisorPassword;
  return operator === CLERK ? terminal.settings.clerkPassword : '';
}

/** Asks for the supervisor's. Ends with 0, `FAULT_BAD_PASSWORD` (told) or the fault that left the entry. */
export function askSupervisor(terminal: Terminal, titleId: number, done: (fault: number) => void): void {
  const { ui, text } = terminal;
  ui.show(text(titleId), text(T_LCD_SUPERVISOR_PASSWORD), '', '');
  const entry = { row: 2, label: '', maxDigits: PASSWORD_DIGITS, secret: true, timeoutMs: ANSWER_MS };
  readDigits(ui, entry, (fault, digits) => {
    if (fault || digits === passwordOf(terminal, SUPERVISOR)) {
      done(fault);
      return;
    }
    warn(terminal, text(titleId), text(T_LCD_WRONG_PASSWORD), '', () => {
      done(FAULT_BAD_PASSWORD);
    });
  });
}

/** Reads a password into row 2. */
export function readPassword(terminal: Terminal, done: (fault: number, digits: Bytes) => void): void {
  const label = terminal.text(T_LCD_PASSWORD);
  readDigits(terminal.ui, { row: 2, label, maxDigits: PASSWORD_DIGITS, secret: true, timeoutMs: ANSWER_MS }, done);
}
