/**
 * The LCD's character ROM: all of GB2312 in 16×16 dots and ASCII in 8×16, from Unifont (SIL Open Font License), whose
 * glyphs at 16 px and baseline 14 fall on whole pixels: no grey. Drawn once, then kept beside the installed packages.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import iconv from 'iconv-lite';
import { isGb2312, GETA_CODE } from './gb2312';

const ROW_CELLS = 94;
const ROWS = 0xf7 - 0xa1 + 1;
const WIDE_BYTES = 32;
const HALF_BYTES = 16;
const HALF_AT = ROWS * ROW_CELLS * WIDE_BYTES;
const TABLE_BYTES = HALF_AT + 128 * HALF_BYTES;
const BASELINE = 14;

export interface LcdFont {
  /**
   * 16 rows of two bytes, most significant bit leftmost, for each code A1A1–F7FE; after these, from `halfAt`, 16 rows
   * of one byte for each ASCII code.
   */
  readonly table: Uint8Array;
  readonly halfAt: number;
}

const fontFolder = (): string => dirname(require.resolve('@fontsource/unifontex/package.json'));

function cacheFile(): string {
  const { version } = require('@fontsource/unifontex/package.json') as { version: string };
  return join(fontFolder(), '../../.cache/cupos', `lcd-font-1-${version}.bin`);
}

/** Offset of a wide code's glyph in the table; that of 〓 for a code that is not in GB2312. */
export function wideGlyphAt(code: number): number {
  const known = isGb2312(code) ? code : GETA_CODE;
  return ((((known >> 8) - 0xa1) * ROW_CELLS + (known & 0xff) - 0xa1) | 0) * WIDE_BYTES;
}

/** Packs the dots of a cell, most significant bit leftmost. */
function packCell(pixels: Uint8ClampedArray, left: number, width: number, stride: number, out: Uint8Array, at: number) {
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < width; x++) {
      const alpha = pixels[(y * stride + left + x) * 4 + 3];
      const byte = at + y * (width / 8) + (x >> 3);
      if (alpha >= 128) out[byte] = out[byte] | (0x80 >> (x & 7));
    }
  }
}

/** Draws a line of cells; a glyph narrower than its cell is centred in it. */
function drawCells(characters: readonly string[], width: number, out: Uint8Array, at: number): void {
  const { createCanvas } = require('@napi-rs/canvas') as typeof import('@napi-rs/canvas');
  const stride = characters.length * width;
  const context = createCanvas(stride, 16).getContext('2d');
  context.font = '16px CuposLcd';
  characters.forEach((character, i) => {
    if (character === '') return;
    const spare = width - context.measureText(character).width;
    context.fillText(character, i * width + Math.max(0, spare >> 1), BASELINE);
  });
  const pixels = context.getImageData(0, 0, stride, 16).data;
  characters.forEach((_, i) => packCell(pixels, i * width, width, stride, out, at + i * 2 * width));
}

function draw(): Uint8Array {
  const { GlobalFonts } = require('@napi-rs/canvas') as typeof import('@napi-rs/canvas');
  registerUnifont(GlobalFonts);
  const table = new Uint8Array(TABLE_BYTES);
  for (let row = 0; row < ROWS; row++) {
    const characters = Array.from({ length: ROW_CELLS }, (_, cell) => {
      const code = ((row + 0xa1) << 8) | (cell + 0xa1);
      return isGb2312(code) ? iconv.decode(Buffer.from([code >> 8, code & 0xff]), 'gbk') : '';
    });
    drawCells(characters, 16, table, row * ROW_CELLS * WIDE_BYTES);
  }
  const ascii = Array.from({ length: 128 }, (_, code) => (code > 0x20 && code < 0x7f ? String.fromCharCode(code) : ''));
  drawCells(ascii, 8, table, HALF_AT);
  return table;
}

let registered = false;

/** Makes Unifont known as `CuposLcd`. */
export function registerUnifont(fonts: { registerFromPath(path: string, name: string): unknown }): void {
  if (registered) return;
  fonts.registerFromPath(join(fontFolder(), 'files/unifontex-latin-400-normal.woff2'), 'CuposLcd');
  registered = true;
}

/** The drawn table, from the cache or new; a cache that cannot be written only costs time. */
function load(): Uint8Array {
  const file = cacheFile();
  try {
    const cached = readFileSync(file);
    if (cached.length === TABLE_BYTES) return new Uint8Array(cached);
  } catch {
    // Not drawn yet.
  }
  const table = draw();
  try {
    mkdirSync(dirname(file), { recursive: true });
    const half = `${file}.${process.pid}`;
    writeFileSync(half, table);
    renameSync(half, file);
  } catch {
    // A read-only installation.
  }
  return table;
}

let font: LcdFont | undefined;

export function lcdFont(): LcdFont {
  font ??= { table: load(), halfAt: HALF_AT };
  return font;
}
