/** Puts one block on paper; with no paper, or another fault, the clerk mends it and goes on, as often as needed. */
import type { Bytes } from '../../hal/bytes';
import { PRINT_DENSITY } from '../../hal/devices';
import { FAULT_NONE, FAULT_PAPER_OUT } from '../../hal/fault';
import type { Terminal } from '../terminal-context';
import { T_LCD_PAPER_HINT, T_LCD_PRINT_RETRY, T_LCD_PRINT_SKIP, T_LCD_PRINTING } from '../texts/ids';
import { awaitConfirm } from '../ui/dialog';
import { printerFaultText } from '../ui/fault-text';

/** Loading paper takes a person a while. */
const PAPER_WAIT_MS = 120000;
const NORMAL_DENSITY = 4;

/**
 * Ends with 0 when the whole block is on paper, or with the printer's fault when the clerk gave up. `row2` stands on the
 * screen while it prints.
 */
export function printBlock(terminal: Terminal, block: Bytes, row2: Bytes, done: (fault: number) => void): void {
  const { ui, text, board, settings } = terminal;
  const density = settings.printDensity === NORMAL_DENSITY ? '' : PRINT_DENSITY + settings.printDensity + '\n';

  function start(): void {
    ui.keys(null, 0);
    ui.show(text(T_LCD_PRINTING), '', row2, '');
    board.printer.start(density + block, (fault) => {
      if (fault === FAULT_NONE) done(FAULT_NONE);
      else offerAgain(fault);
    });
  }

  function offerAgain(fault: number): void {
    ui.alert();
    const hint = fault === FAULT_PAPER_OUT ? T_LCD_PAPER_HINT : T_LCD_PRINT_RETRY;
    ui.show(text(printerFaultText(fault)), text(hint), text(T_LCD_PRINT_SKIP), '');
    awaitConfirm(terminal, PAPER_WAIT_MS, (again) => {
      if (again) start();
      else done(fault);
    });
  }

  start();
}
