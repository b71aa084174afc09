/** The administrator's menu, 【系统管理】: what a terminal is told about itself, its keys, and forgetting all of it. */
import { FAULT_NONE } from '../../hal/fault';
import { FAULT_POWER_KEY } from '../app-faults';
import { run, type Go, type Step } from '../flow';
import {
  MODULE_CHANGE_PASSWORD,
  MODULE_FACTORY_RESET,
  MODULE_MASTER_KEY,
  MODULE_PASSWORD,
  MODULE_PROVISION,
} from '../modules';
import { ADMINISTRATOR } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_ADMIN,
  T_LCD_MENU_FACTORY_RESET,
  T_LCD_MENU_LINE,
  T_LCD_MENU_MASTER_KEY,
  T_LCD_MENU_MERCHANT,
  T_LCD_MENU_OWN_PASSWORD_4,
} from '../texts/ids';
import { choose } from '../ui/menu';

interface Administering {
  readonly terminal: Terminal;
  readonly job: Job;
}

function askPassword({ terminal, job }: Administering, go: Go): boolean | void {
  if (job.operator === ADMINISTRATOR) return true;
  terminal.perform(MODULE_PASSWORD, { operator: ADMINISTRATOR, title: T_LCD_ADMIN }, go);
}

const items = [
  T_LCD_MENU_MERCHANT,
  T_LCD_MENU_LINE,
  T_LCD_MENU_MASTER_KEY,
  T_LCD_MENU_OWN_PASSWORD_4,
  T_LCD_MENU_FACTORY_RESET,
];
const modules = [MODULE_PROVISION, MODULE_PROVISION, MODULE_MASTER_KEY, MODULE_CHANGE_PASSWORD, MODULE_FACTORY_RESET];

/** Comes back after each choice: a terminal is provisioned in several. */
function menu(work: Administering, go: Go): void {
  const { terminal } = work;
  choose(terminal, T_LCD_ADMIN, items, (fault, choice) => {
    if (fault) {
      go(fault);
      return;
    }
    const job = { operator: ADMINISTRATOR, line: choice === 2 };
    terminal.perform(modules[choice - 1], job, (ended) => {
      if (ended === FAULT_POWER_KEY) go(FAULT_NONE);
      else menu(work, go);
    });
  });
}

const steps: readonly Step<Administering>[] = [askPassword, menu];

/** Job: `operator` 99 where the password was given at the log-in. */
export function administrator(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, { terminal, job }, done);
}
