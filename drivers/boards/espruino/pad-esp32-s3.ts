/**
 * The PIN pad on an ESP32-S3-DevKitC-1 without octal PSRAM (Espruino's board ESP32S3_IDF4): which pin is which wire
 * (docs/boards/pinpad-esp32-s3.md). The console stays on the chip's own USB serial port. The LCD is where the terminal's board
 * has it.
 */
import type { PadBoard } from '../../../hal/pad-board';
import type { Pin, SerialPort } from './engine';
import { openLcd } from './esp32-s3-lcd';
import { createEspruinoPad } from './pad-board';

declare const Serial1: SerialPort;
declare const Serial2: SerialPort;
declare const D2: Pin;
declare const D4: Pin;
declare const D5: Pin;
declare const D6: Pin;
declare const D9: Pin;
declare const D10: Pin;
declare const D11: Pin;
declare const D12: Pin;
declare const D14: Pin;
declare const D17: Pin;
declare const D18: Pin;
declare const D21: Pin;
declare const D38: Pin;
declare const D42: Pin;
declare const D47: Pin;

export function createPadBoard(): PadBoard {
  Serial1.setup(19200, { tx: D4, rx: D5 });
  Serial2.setup(9600, { tx: D17, rx: D18 });
  return createEspruinoPad({
    terminal: Serial1,
    loader: Serial2,
    lcd: openLcd(),
    light: D42,
    keyRows: [D12, D11, D10, D9],
    keyColumns: [D38, D21, D14, D6],
    buzzer: D47,
    caseSwitch: D2,
  });
}
