/** When the terminal must sign in before it may sell: keys, batch or day are not good (money rule 4). */
import { SETTING_BATCH_VOID } from '../setting-ids';
import type { Terminal } from '../terminal-context';

export function needsSignIn(terminal: Terminal): boolean {
  const { journal, board } = terminal;
  if (journal.setting(SETTING_BATCH_VOID) !== '') return true;
  return journal.keysStale() || journal.batch() === '000000' || journal.signedInOn() !== board.rtc.read().substr(0, 8);
}
