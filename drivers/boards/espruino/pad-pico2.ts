/**
 * The PIN pad on a Raspberry Pi Pico 2 (RP2350A; Espruino's board RP2350_PICO2): which pin is which wire
 * (docs/boards/pinpad.md). The console stays on USB. The LCD is where the terminal's board has it.
 */
import type { PadBoard } from '../../../hal/pad-board';
import type { Engine, Pin, SerialPort } from './engine';
import { openNativeDes } from './native-des';
import { createEspruinoPad } from './pad-board';
import { openLcd } from './pico2-lcd';

declare const E: Engine;
declare const Serial1: SerialPort;
declare const Serial2: SerialPort;
declare const D0: Pin;
declare const D1: Pin;
declare const D4: Pin;
declare const D5: Pin;
declare const D12: Pin;
declare const D13: Pin;
declare const D14: Pin;
declare const D16: Pin;
declare const D17: Pin;
declare const D18: Pin;
declare const D19: Pin;
declare const D20: Pin;
declare const D21: Pin;
declare const D22: Pin;
declare const D26: Pin;

export function createPadBoard(): PadBoard {
  // Else the console sits on the terminal's UART.
  E.setConsole('USB', { force: true });
  Serial1.setup(19200, { tx: D0, rx: D1 });
  Serial2.setup(9600, { tx: D4, rx: D5 });
  return createEspruinoPad({
    terminal: Serial1,
    loader: Serial2,
    lcd: openLcd(),
    light: D12,
    keyRows: [D19, D18, D17, D16],
    keyColumns: [D26, D22, D21, D20],
    buzzer: D13,
    caseSwitch: D14,
    des: openNativeDes(),
  });
}
