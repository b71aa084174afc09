/** The confirm key's menu, 【Finance】: bank card (sale, balance), print, management. */
import type { Job, Terminal } from '../terminal-context';
import { MODULE_BALANCE, MODULE_MANAGEMENT, MODULE_PRINT_MENU, MODULE_SALE } from '../modules';
import {
  T_LCD_BANK_CARD,
  T_LCD_MENU_BALANCE,
  T_LCD_MENU_BANK_CARD,
  T_LCD_MENU_MAIN,
  T_LCD_MENU_MANAGE,
  T_LCD_MENU_PRINT,
  T_LCD_MENU_SALE,
} from '../texts/ids';
import { choose } from '../ui/menu';

export function menu(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const items = [T_LCD_MENU_BANK_CARD, T_LCD_MENU_PRINT, T_LCD_MENU_MANAGE];
  choose(terminal, T_LCD_MENU_MAIN, items, (fault, choice) => {
    if (fault) done(fault);
    else if (choice === 1) bankCard(terminal, done);
    else terminal.perform(choice === 2 ? MODULE_PRINT_MENU : MODULE_MANAGEMENT, {}, done);
  });
}

function bankCard(terminal: Terminal, done: (fault: number) => void): void {
  choose(terminal, T_LCD_BANK_CARD, [T_LCD_MENU_SALE, T_LCD_MENU_BALANCE], (fault, choice) => {
    if (fault) done(fault);
    else terminal.perform(choice === 1 ? MODULE_SALE : MODULE_BALANCE, {}, done);
  });
}
