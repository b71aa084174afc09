/** What a terminal has not been told yet and cannot do without. */
import { FAULT_NOT_PROVISIONED } from '../app-faults';
import type { Terminal } from '../terminal-context';
import { T_LCD_NO_HOST, T_LCD_NO_MERCHANT_ID, T_LCD_NO_TERMINAL_ID, T_LCD_SEE_ADMIN } from '../texts/ids';
import { warn } from '../ui/dialog';

const TERMINAL_ID_LENGTH = 8;
const MERCHANT_ID_LENGTH = 15;

/** Text id, 0 when nothing is missing. The master key is the pad's matter: what needs it says so. */
export function missingText(terminal: Terminal): number {
  const { settings } = terminal;
  if (settings.merchantId.length !== MERCHANT_ID_LENGTH) return T_LCD_NO_MERCHANT_ID;
  if (settings.terminalId.length !== TERMINAL_ID_LENGTH) return T_LCD_NO_TERMINAL_ID;
  return settings.host === '' && settings.phones === '' ? T_LCD_NO_HOST : 0;
}

/** True where nothing is missing. Otherwise says what, and ends with `FAULT_NOT_PROVISIONED`. */
export function isProvisioned(terminal: Terminal, titleId: number, done: (fault: number) => void): boolean {
  const textId = missingText(terminal);
  if (textId === 0) return true;
  warn(terminal, terminal.text(titleId), terminal.text(textId), terminal.text(T_LCD_SEE_ADMIN), () => {
    done(FAULT_NOT_PROVISIONED);
  });
  return false;
}
