/** The shutdown page: the red key was held. Confirm switches off, anything else goes back. */
import { FAULT_NONE } from '../../hal/fault';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_SHUTDOWN, T_LCD_SHUTDOWN_ASK } from '../texts/ids';
import { ask } from '../ui/dialog';

const SUPPLY_GONE_AFTER_MS = 5000;

export function powerOff(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { text, board } = terminal;
  ask(terminal, text(T_LCD_SHUTDOWN), text(T_LCD_SHUTDOWN_ASK), '', (confirmed) => {
    if (!confirmed) {
      done(FAULT_NONE);
      return;
    }
    board.display.clear();
    board.display.light(false);
    board.power.off();
    // Still here: the supply did not let go.
    board.clock.alarm(SUPPLY_GONE_AFTER_MS, () => {
      done(FAULT_NONE);
    });
  });
}
