/**
 * ESP32-S3-DevKitC-1 without octal PSRAM (Espruino's board ESP32S3_IDF4): which pin is which wire (docs/boards/esp32-s3.md).
 * The console stays on the chip's own USB serial port.
 */
import type { ReferenceBus } from '../reference';
import { createEspruinoBus } from './bus';
import { openLcd } from './esp32-s3-lcd';
import type { Pin, SerialPort, SpiPort } from './engine';

declare const Serial1: SerialPort;
declare const Serial2: SerialPort;
declare const Serial3: SerialPort;
declare const SPI: new () => SpiPort;
declare const SPI1: SpiPort;
declare const D1: Pin;
declare const D2: Pin;
declare const D4: Pin;
declare const D5: Pin;
declare const D6: Pin;
declare const D7: Pin;
declare const D8: Pin;
declare const D9: Pin;
declare const D10: Pin;
declare const D11: Pin;
declare const D12: Pin;
declare const D13: Pin;
declare const D14: Pin;
declare const D15: Pin;
declare const D16: Pin;
declare const D17: Pin;
declare const D18: Pin;
declare const D21: Pin;
declare const D36: Pin;
declare const D38: Pin;
declare const D42: Pin;
declare const D47: Pin;
declare const D48: Pin;

export function createBus(): ReferenceBus {
  const lcd = openLcd();
  const stripe = new SPI();
  Serial2.setup(115200, { tx: D17, rx: D18, cts: D8 });
  Serial3.setup(115200, { tx: D15, rx: D16 });
  Serial1.setup(19200, { tx: D4, rx: D5 });
  SPI1.setup({ sck: D12, mosi: D11, miso: D13, baud: 8000000, mode: 0 });
  stripe.setup({ sck: D47, miso: D48, mode: 0 });
  return createEspruinoBus({
    modem: Serial2,
    modemReady: D9,
    printer: Serial3,
    printerReady: D7,
    pinpad: Serial1,
    slow: lcd.port,
    lcdSelect: lcd.select,
    outputsLatch: D42,
    flash: SPI1,
    flashSelect: D10,
    stripe,
    stripeData: D48,
    keyColumns: [D38, D21, D14, D6],
    powerKey: D2,
    charger: D36,
    battery: D1,
  });
}
