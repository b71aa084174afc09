/** Makes what the journal says about the terminal the terminal's settings: after boot, and after every change of them. */
import { FAULT_NONE } from '../../hal/fault';
import { applySettings } from '../settings-codec';
import type { Job, Terminal } from '../terminal-context';

export function useSettings(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  applySettings(terminal.settings, terminal.journal.setting);
  done(FAULT_NONE);
}
