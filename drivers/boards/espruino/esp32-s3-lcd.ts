/** ESP32-S3: the way to the LCD, for the boot file and the board file (docs/boards/esp32-s3.md). */
import type { Pin, SpiPort } from './engine';
import type { LcdWires } from './last-words';

declare const SPI2: SpiPort;
declare const D39: Pin;
declare const D40: Pin;
declare const D41: Pin;

export function openLcd(): LcdWires {
  SPI2.setup({ sck: D40, mosi: D41, baud: 200000, mode: 0 });
  return { port: SPI2, select: D39 };
}
