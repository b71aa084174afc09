/**
 * LCD with a Sitronix ST7920 controller in its serial mode (data sheet V4.0, "Serial interface" and "Display data RAM"):
 * a synchronising byte, then every byte as two, high nibble first. 72 µs an instruction are kept by the wire's speed
 * (200 kHz at most: 80 µs a byte), so nothing waits here and the slow "clear" (1.6 ms) is never used.
 */
import { mapBits, tableOf, weigh, type Bytes } from '../hal/bytes';
import type { GpioPort, Spi } from '../hal/bus';
import type { Display } from '../hal/devices';

const SYNC_INSTRUCTION = '\xf8';
const SYNC_DATA = '\xfa';
/** Addresses 80 and 90 with a half byte to come. */
const FIRST_LINE = '\xf8\x80';
const SECOND_LINE = '\xf8\x90';
const FUNCTION_BASIC = 0x30;
const DISPLAY_OFF = 0x08;
const DISPLAY_ON = 0x0c;
const ENTRY_INCREMENT = 0x06;

const COLUMNS = 16;
const BLANK_ROW = '                ';
/** Stands for a character the chip's ROM does not hold: the geta mark, GB2312 A1FE. */
const GETA = '\xa1\xfe';

/** A half byte as the wire wants it. */
const HALVES = '\x00\x10\x20\x30\x40\x50\x60\x70\x80\x90\xa0\xb0\xc0\xd0\xe0\xf0';
/** Columns that are written together, and how many are compared at once. */
const CELL = 2;
const STEP = 4;

function instruction(value: number): Bytes {
  return SYNC_INSTRUCTION + String.fromCharCode(value & 0xf0, (value << 4) & 0xf0);
}

/** True where the chip's ROM may hold the character of two bytes at `at`. */
function isWide(text: Bytes, at: number): boolean {
  const lead = text.charCodeAt(at);
  const trail = text.charCodeAt(at + 1);
  return lead >= 0xa1 && lead <= 0xf7 && trail >= 0xa1 && trail < 0xff;
}

/** Bytes of the character at `at`: 1, 2, or 4 for GB18030's four-byte form; a lead byte without its trail counts 1. */
function lengthAt(text: Bytes, at: number): number {
  const lead = text.charCodeAt(at);
  if (lead < 0x81 || lead > 0xfe) return 1;
  const trail = text.charCodeAt(at + 1);
  if (trail >= 0x30 && trail <= 0x39) return 4;
  return trail >= 0x40 && trail <= 0xfe && trail !== 0x7f ? 2 : 1;
}

/**
 * What a byte may be, by its value: 0 a character of one column, 1 either half of a wide one, 2 its second half only, 3 none of
 * these.
 */
const CLASSES =
  '\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03' +
  '\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03' +
  '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' +
  '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' +
  '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' +
  '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' +
  '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' +
  '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03' +
  '\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03' +
  '\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03' +
  '\x03\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01' +
  '\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01' +
  '\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01' +
  '\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01' +
  '\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01' +
  '\x01\x01\x01\x01\x01\x01\x01\x01\x02\x02\x02\x02\x02\x02\x02\x03';
/** Bit 0 of each of the eight pairs of columns. */
const PAIRS = 0x11111111;

/** Any text as at most 16 columns: controls blank, wide characters on even columns, cut at a character border. */
function spread(text: Bytes): Bytes {
  let at = 0;
  let cells = '';
  while (at < text.length && cells.length < COLUMNS) {
    const length = lengthAt(text, at);
    if (length === 1) {
      const code = text.charCodeAt(at);
      cells += code > 0x20 && code < 0x7f ? text.charAt(at) : ' ';
    } else {
      if (cells.length % 2 === 1) cells += ' ';
      if (cells.length < COLUMNS) cells += isWide(text, at) ? text.substr(at, 2) : GETA;
    }
    at += length;
  }
  return cells;
}

/** Called through a name, so that it does not become part of `setRow`: what is passed over there is read all the same. */
const seldom = { spread };

/** `spi` at 200 kHz at most; `light` bit 0 is the back light. */
export function createSt7920(spi: Spi, light: GpioPort): Display {
  const texts: Bytes[] = ['', '', '', ''];
  const shown: Bytes[] = [BLANK_ROW, BLANK_ROW, BLANK_ROW, BLANK_ROW];
  const classes = tableOf(CLASSES);
  /** Puts the classes of two columns into four bits, 0 for two characters, 5 or 6 for a wide one. */
  const weights = new Int32Array(COLUMNS);
  for (let column = 0; column < COLUMNS; column++) weights[column] = (column & 1 ? 1 : 4) << ((column >> 1) * 4);

  /** True where the chip shows these 16 columns as they are. */
  function isPlain(cells: Bytes): boolean {
    const pairs = weigh(cells, classes, weights);
    return (((pairs ^ (pairs >> 1) ^ (pairs >> 2)) | (pairs >> 3) | (pairs & (pairs >> 1))) & PAIRS) === 0;
  }

  /**
   * Writes the cells of a row from column `from` up to `to`, both even. The chip's RAM holds two lines of 32 columns; a glass of
   * 64 lines shows their halves below one another.
   */
  function write(row: number, cells: Bytes, from: number, to: number): void {
    const place = (row & 1 ? SECOND_LINE : FIRST_LINE) + HALVES.substr((row & 2) * 4 + (from >> 1), 1);
    spi.transfer(place + SYNC_DATA + mapBits(cells.substring(from, to), 4, HALVES), 0);
  }

  function show(row: number, cells: Bytes): void {
    const before = shown[row];
    if (cells === before) return;
    // Mostly the ends differ at once; otherwise four columns are compared at a time, then two.
    let from = 0;
    if (cells.substr(0, CELL) === before.substr(0, CELL)) {
      while (cells.substr(from, STEP) === before.substr(from, STEP)) from += STEP;
      if (cells.substr(from, CELL) === before.substr(from, CELL)) from += CELL;
    }
    let to = COLUMNS;
    if (cells.substr(COLUMNS - CELL) === before.substr(COLUMNS - CELL)) {
      while (cells.substr(to - STEP, STEP) === before.substr(to - STEP, STEP)) to -= STEP;
      if (cells.substr(to - CELL, CELL) === before.substr(to - CELL, CELL)) to -= CELL;
    }
    shown[row] = cells;
    write(row, cells, from, to);
  }

  function setRow(row: number, text: Bytes): void {
    if (row < 0 || row > 3 || texts[row] === text) return;
    texts[row] = text;
    const cells = (text + BLANK_ROW).substr(0, COLUMNS);
    show(row, isPlain(cells) ? cells : (seldom.spread(text) + BLANK_ROW).substr(0, COLUMNS));
  }

  function setLight(on: boolean): void {
    spi.transfer(instruction(on ? DISPLAY_ON : DISPLAY_OFF), 0);
    light.write(on ? 1 : 0);
  }

  // The data sheet asks for the function set twice.
  spi.transfer(instruction(FUNCTION_BASIC), 0);
  spi.transfer(instruction(FUNCTION_BASIC), 0);
  spi.transfer(instruction(ENTRY_INCREMENT), 0);
  for (let row = 0; row < 4; row++) write(row, BLANK_ROW, 0, COLUMNS);
  setLight(true);

  return {
    row: setRow,
    clear: () => {
      for (let row = 0; row < 4; row++) setRow(row, '');
    },
    light: setLight,
  };
}
