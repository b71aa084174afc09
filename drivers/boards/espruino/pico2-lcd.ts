/** Raspberry Pi Pico 2: the way to the LCD, for the boot file and the board file (docs/boards/pico2.md). */
import type { Pin, SpiPort } from './engine';
import type { LcdWires } from './last-words';

declare const SPI2: SpiPort;
declare const D9: Pin;
declare const D10: Pin;
declare const D11: Pin;

export function openLcd(): LcdWires {
  SPI2.setup({ sck: D10, mosi: D11, baud: 200000, mode: 0 });
  return { port: SPI2, select: D9 };
}
