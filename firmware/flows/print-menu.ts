/** The menu 【Print】: slips again, and the batch so far on paper. */
import { MODULE_BATCH_SLIP, MODULE_PARAMETER_SLIP, MODULE_REPRINT } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_MENU_PRINT_ANY,
  T_LCD_MENU_PRINT_DETAILS,
  T_LCD_MENU_PRINT_LAST,
  T_LCD_MENU_PRINT_SETTINGS,
  T_LCD_MENU_PRINT_TOTALS,
  T_LCD_PRINT_MENU,
} from '../texts/ids';
import { choose } from '../ui/menu';

const items = [
  T_LCD_MENU_PRINT_LAST,
  T_LCD_MENU_PRINT_ANY,
  T_LCD_MENU_PRINT_DETAILS,
  T_LCD_MENU_PRINT_TOTALS,
  T_LCD_MENU_PRINT_SETTINGS,
];

export function printMenu(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  choose(terminal, T_LCD_PRINT_MENU, items, (fault, choice) => {
    if (fault) done(fault);
    else if (choice <= 2) terminal.perform(MODULE_REPRINT, { any: choice === 2 }, done);
    else if (choice === 5) terminal.perform(MODULE_PARAMETER_SLIP, {}, done);
    else terminal.perform(MODULE_BATCH_SLIP, { details: choice === 3 }, done);
  });
}
