/** What the journal holds that would be lost, or be somebody else's, without the numbers it was made under (money rule 4). */
import type { Terminal } from '../terminal-context';
import { T_LCD_BATCH_OPEN, T_LCD_REVERSAL_NEEDED } from '../texts/ids';

/** Text id of what keeps merchant and terminal number, and the journal, as they are; 0 nothing. */
export function numbersHeldBy(terminal: Terminal): number {
  const { journal } = terminal;
  if (journal.owed() || journal.inDoubt()) return T_LCD_REVERSAL_NEEDED;
  return journal.count() > 0 ? T_LCD_BATCH_OPEN : 0;
}
