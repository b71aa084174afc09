/** The supervisor's menu, 【主管】: an owed reversal, a clerk who is locked out, passwords. */
import { run, type Go, type Step } from '../flow';
import { MODULE_CHANGE_PASSWORD, MODULE_CLEAR_OWED, MODULE_PASSWORD } from '../modules';
import { wrongSetting } from '../password-digest';
import { CLERK, SUPERVISOR } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_MENU_CLEAR_OWED,
  T_LCD_MENU_CLERK_PASSWORD,
  T_LCD_MENU_OWN_PASSWORD_4,
  T_LCD_MENU_UNLOCK,
  T_LCD_SUPERVISOR,
  T_LCD_UNLOCKED,
} from '../texts/ids';
import { tell, warn } from '../ui/dialog';
import { faultText } from '../ui/fault-text';
import { choose } from '../ui/menu';

interface Supervising {
  readonly terminal: Terminal;
  readonly job: Job;
}

function askPassword({ terminal, job }: Supervising, go: Go): boolean | void {
  if (job.operator === SUPERVISOR) return true;
  terminal.perform(MODULE_PASSWORD, { operator: SUPERVISOR, title: T_LCD_SUPERVISOR }, go);
}

function unlock(terminal: Terminal, go: Go): void {
  const { journal, text } = terminal;
  journal.setSettings([[wrongSetting(CLERK), '']], (fault) => {
    if (fault) warn(terminal, text(T_LCD_SUPERVISOR), text(faultText(fault)), '', go);
    else tell(terminal, text(T_LCD_SUPERVISOR), text(T_LCD_UNLOCKED), '', go);
  });
}

const items = [T_LCD_MENU_CLEAR_OWED, T_LCD_MENU_UNLOCK, T_LCD_MENU_CLERK_PASSWORD, T_LCD_MENU_OWN_PASSWORD_4];

function menu({ terminal }: Supervising, go: Go): void {
  choose(terminal, T_LCD_SUPERVISOR, items, (fault, choice) => {
    if (fault) go(fault);
    else if (choice === 1) terminal.perform(MODULE_CLEAR_OWED, {}, go);
    else if (choice === 2) unlock(terminal, go);
    else if (choice === 3) terminal.perform(MODULE_CHANGE_PASSWORD, { operator: CLERK, withoutOld: true }, go);
    else terminal.perform(MODULE_CHANGE_PASSWORD, { operator: SUPERVISOR }, go);
  });
}

const steps: readonly Step<Supervising>[] = [askPassword, menu];

/** Job: `operator` 00 where the password was given at the log-in. */
export function supervisor(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, { terminal, job }, done);
}
