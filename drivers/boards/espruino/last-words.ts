/**
 * What the LCD says when no firmware runs: three lines written to a Sitronix ST7920 in its serial mode (data sheet V4.0),
 * without the driver, which is part of the firmware. Part of the boot file, so it is as short as can be.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Pin, SpiPort } from './engine';

/** The way to the LCD: its port (200 kHz at most) is set up, `select` is high during a transfer. */
export interface LcdWires {
  readonly port: SpiPort;
  readonly select: Pin;
}

/** Function set twice, display on, entry mode. */
const INSTRUCTIONS = '\x30\x30\x0c\x06';
/** Addresses of the second to fourth row. */
const ROWS = '\x90\x88\x98';
/** GB2312: "firmware damaged". A character begins at an even column: a cell of the LCD's memory holds both its bytes. */
const TITLE = '    \xb9\xcc\xbc\xfe\xcb\xf0\xbb\xb5    ';
/** GB2312: "please load it again". */
const REMEDY = '  \xc7\xeb\xd6\xd8\xd0\xc2\xcf\xc2\xd4\xd8    ';

/** Writes `reason` (ASCII, 16 columns) between a title and what to do, all in GB2312. */
export function lastWords(lcd: LcdWires, reason: Bytes): void {
  function send(start: Bytes, bytes: Bytes): void {
    let out = start;
    for (let i = 0; i < bytes.length; i++) {
      const code = bytes.charCodeAt(i);
      out += String.fromCharCode(code & 0xf0, (code << 4) & 0xf0);
    }
    lcd.port.write(out);
  }

  lcd.select.write(1);
  for (let i = 0; i < INSTRUCTIONS.length; i++) send('\xf8', INSTRUCTIONS.charAt(i));
  send('\xf8', '\x80');
  send('\xfa', '                ');
  [TITLE, (reason + '                ').substr(0, 16), REMEDY].forEach((text, row) => {
    send('\xf8', ROWS.charAt(row));
    send('\xfa', text);
  });
  lcd.select.write(0);
}
