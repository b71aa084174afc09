/**
 * Raspberry Pi Pico 2 (RP2350A; Espruino's board RP2350_PICO2): which pin is which wire (docs/boards/pico2.md). The console
 * stays on USB. The chip has two UARTs, so the PIN pad's, the slowest, is made of a timer and a watched pin.
 */
import type { ReferenceBus } from '../reference';
import { createEspruinoBus } from './bus';
import type { Engine, Pin, SerialPort, SpiPort } from './engine';
import { openLcd } from './pico2-lcd';

declare const E: Engine;
declare const Serial: new () => SerialPort;
declare const Serial1: SerialPort;
declare const Serial2: SerialPort;
declare const SPI: new () => SpiPort;
declare const SPI1: SpiPort;
declare const D0: Pin;
declare const D1: Pin;
declare const D2: Pin;
declare const D3: Pin;
declare const D4: Pin;
declare const D5: Pin;
declare const D6: Pin;
declare const D7: Pin;
declare const D8: Pin;
declare const D12: Pin;
declare const D13: Pin;
declare const D14: Pin;
declare const D15: Pin;
declare const D16: Pin;
declare const D17: Pin;
declare const D18: Pin;
declare const D19: Pin;
declare const D20: Pin;
declare const D21: Pin;
declare const D22: Pin;
declare const D26: Pin;
declare const D27: Pin;
declare const D28: Pin;

export function createBus(): ReferenceBus {
  // Else the console sits on the modem's UART.
  E.setConsole('USB', { force: true });
  const lcd = openLcd();
  const pinpad = new Serial();
  const stripe = new SPI();
  Serial1.setup(115200, { tx: D0, rx: D1, cts: D2 });
  Serial2.setup(115200, { tx: D4, rx: D5 });
  pinpad.setup(19200, { tx: D7, rx: D8 });
  SPI1.setup({ sck: D18, mosi: D19, miso: D16, baud: 8000000, mode: 0 });
  stripe.setup({ sck: D14, miso: D15, mode: 0 });
  return createEspruinoBus({
    modem: Serial1,
    modemReady: D3,
    printer: Serial2,
    printerReady: D6,
    pinpad,
    slow: lcd.port,
    lcdSelect: lcd.select,
    outputsLatch: D12,
    flash: SPI1,
    flashSelect: D17,
    stripe,
    stripeData: D15,
    keyColumns: [D13, D22, D21, D20],
    powerKey: D27,
    charger: D28,
    battery: D26,
  });
}
