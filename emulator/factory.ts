/** What a terminal knows that has only just left the factory: its program, and nothing of any merchant or host. */
import type { TerminalSettings } from '../firmware/settings';

export const factoryBlanks: Partial<TerminalSettings> = {
  terminalId: '',
  merchantId: '',
  merchantName: '',
  host: '',
  phones: '',
};
