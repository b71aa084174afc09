/** The clerk goes away for a while: the terminal does nothing until his password comes. */
import { FAULT_NONE } from '../../hal/fault';
import { FAULT_LOCKED, FAULT_POWER_KEY } from '../app-faults';
import { MODULE_PASSWORD } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_TERMINAL_LOCKED } from '../texts/ids';

/** A clerk who is locked out, and a terminal that is switched off, begin at the log-in again. */
export function lock(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  function ask(): void {
    const job = { operator: terminal.operator, title: T_LCD_TERMINAL_LOCKED, patient: true };
    terminal.perform(MODULE_PASSWORD, job, (fault) => {
      if (fault === FAULT_LOCKED || fault === FAULT_POWER_KEY) terminal.operator = '';
      if (fault === FAULT_NONE || terminal.operator === '') done(FAULT_NONE);
      else ask();
    });
  }
  ask();
}
