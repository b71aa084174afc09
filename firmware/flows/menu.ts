/** The confirm key's menu, 【Finance】: bank card (sale), reprint, management. */
import type { Job, Terminal } from '../terminal-context';
import { MODULE_MANAGEMENT, MODULE_REPRINT, MODULE_SALE } from '../modules';
import {
  T_LCD_BANK_CARD,
  T_LCD_MENU_BANK_CARD,
  T_LCD_MENU_MAIN,
  T_LCD_MENU_MANAGE,
  T_LCD_MENU_REPRINT,
  T_LCD_MENU_SALE,
} from '../texts/ids';
import { choose } from '../ui/menu';

export function menu(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const items = [T_LCD_MENU_BANK_CARD, T_LCD_MENU_REPRINT, T_LCD_MENU_MANAGE];
  choose(terminal, T_LCD_MENU_MAIN, items, (fault, choice) => {
    if (fault) done(fault);
    else if (choice === 1) bankCard(terminal, done);
    else terminal.perform(choice === 2 ? MODULE_REPRINT : MODULE_MANAGEMENT, {}, done);
  });
}

function bankCard(terminal: Terminal, done: (fault: number) => void): void {
  choose(terminal, T_LCD_BANK_CARD, [T_LCD_MENU_SALE], (fault) => {
    if (fault) done(fault);
    else terminal.perform(MODULE_SALE, {}, done);
  });
}
