/** Rows of a character display as dots, in the glyphs of the terminal's own LCD: the PIN pad's two rows of 16 columns. */
import { isGb2312 } from '../fonts/gb2312';
import { lcdFont, wideGlyphAt } from '../fonts/lcd-font';

const COLUMNS = 16;
const CELL_ROWS = 16;

/** One bit a dot, row by row, most significant bit left, base64. `rows` are GBK, a byte a column. */
export function textPixels(rows: readonly string[]): string {
  const { table, halfAt } = lcdFont();
  const packed = Buffer.alloc(rows.length * CELL_ROWS * COLUMNS);
  rows.forEach((row, line) => {
    for (let column = 0; column < COLUMNS && column < row.length; column++) {
      const first = row.charCodeAt(column);
      const code = first * 256 + row.charCodeAt(column + 1);
      const wide = first > 0x7f && column + 1 < row.length;
      const glyph = wide ? wideGlyphAt(isGb2312(code) ? code : 0) : halfAt + (first & 0x7f) * CELL_ROWS;
      for (let y = 0; y < CELL_ROWS; y++) {
        const to = (line * CELL_ROWS + y) * COLUMNS + column;
        if (wide) packed.set(table.subarray(glyph + 2 * y, glyph + 2 * y + 2), to);
        else packed[to] = table[glyph + y];
      }
      if (wide) column++;
    }
  });
  return packed.toString('base64');
}

/** As `textPixels`, of dots that are there already, a byte each. */
export function packPixels(pixels: Uint8Array): string {
  const packed = Buffer.alloc(pixels.length >> 3);
  for (let i = 0; i < pixels.length; i++) if (pixels[i]) packed[i >> 3] |= 0x80 >> (i & 7);
  return packed.toString('base64');
}
