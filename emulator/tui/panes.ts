/** What stands on the console: LCD, PIN pad, paper and timeline, each drawn into its rectangle. */
import type { PaperLine } from '../devices/paper';
import type { TimelineRow } from '../server/messages';
import { bold, type Attributes, type Canvas, clip, dim, inverse, plain, type Rectangle } from './canvas';
import { say, type Language } from './words';

export const LCD_COLUMNS = 16;
const LCD_DOTS = { width: 128, height: 64 };
/** A braille character is two dots wide and four high. */
export const LCD_BRAILLE = { width: LCD_DOTS.width / 2, height: LCD_DOTS.height / 4 };
export const PAPER_COLUMNS = 32;

const lcdLit: Attributes = { color: 'black', bgColor: 'brightGreen' };
const lcdDark: Attributes = { color: 'brightBlack', bgColor: 'green' };
const padLit: Attributes = { color: 'black', bgColor: 'brightCyan' };
const padIdle: Attributes = { color: 'black', bgColor: 'cyan' };
const onPaper: Attributes = { color: 'black', bgColor: 'brightWhite' };

/** The four rows as text: one cell a column, a Chinese character two. */
export function drawLcd(canvas: Canvas, at: Rectangle, rows: readonly string[], lit: boolean): void {
  canvas.frame(at);
  const attr = lit ? lcdLit : lcdDark;
  for (let row = 0; row < 4; row++)
    canvas.bar(at.x + 1, at.y + 1 + row, lit ? (rows[row] ?? '') : '', attr, LCD_COLUMNS);
}

/** Every dot of the glass. `pixels`: 128×64, 1 for dark. */
export function drawLcdDots(canvas: Canvas, at: Rectangle, pixels: Uint8Array, lit: boolean): void {
  canvas.frame(at);
  const dot = (x: number, y: number): number => pixels[y * LCD_DOTS.width + x];
  for (let row = 0; row < LCD_BRAILLE.height; row++) {
    let line = '';
    for (let column = 0; column < LCD_BRAILLE.width; column++) {
      const x = 2 * column;
      const y = 4 * row;
      // Unicode braille: the numbers of the dots go down the left column, then the right; the fourth row was added later.
      const left = dot(x, y) | (dot(x, y + 1) << 1) | (dot(x, y + 2) << 2) | (dot(x, y + 3) << 6);
      const right =
        (dot(x + 1, y) << 3) | (dot(x + 1, y + 1) << 4) | (dot(x + 1, y + 2) << 5) | (dot(x + 1, y + 3) << 7);
      line += String.fromCharCode(0x2800 + (left | right));
    }
    canvas.text(at.x + 1, at.y + 1 + row, line, lit ? lcdLit : lcdDark, LCD_BRAILLE.width);
  }
}

export function drawPad(canvas: Canvas, at: Rectangle, rows: readonly string[], asking: boolean, title: string): void {
  canvas.frame(at, title);
  for (let row = 0; row < 2; row++)
    canvas.bar(at.x + 1, at.y + 1 + row, rows[row] ?? '', asking ? padLit : padIdle, LCD_COLUMNS);
}

/** The last lines of the paper, `back` lines before the end; returns how far back there is anything. */
export function drawPaper(
  canvas: Canvas,
  at: Rectangle,
  lines: readonly PaperLine[],
  back: number,
  language: Language,
): number {
  canvas.frame(at, say(language, 'paper'));
  const room = at.height - 2;
  if (lines.length === 0) {
    canvas.text(at.x + 2, at.y + 1, say(language, 'noPaper'), dim, at.width - 4);
    return 0;
  }
  const furthest = Math.max(0, lines.length - room);
  const from = Math.max(0, furthest - back);
  lines.slice(from, from + room).forEach((line, i) => {
    canvas.bar(at.x + 1, at.y + 1 + i, line.text, onPaper, Math.min(PAPER_COLUMNS, at.width - 2));
  });
  return furthest;
}

const arrows = { out: '→', in: '←', note: '•' };

function timeOf(atMs: number): string {
  const seconds = atMs / 1000;
  return seconds.toFixed(3).padStart(10);
}

/** The newest entries, or those around `selected` (an index of `rows`), which is shown inverted. */
export function drawTimeline(
  canvas: Canvas,
  at: Rectangle,
  rows: readonly TimelineRow[],
  selected: number,
  title: string,
): void {
  canvas.frame(at, title);
  const room = at.height - 2;
  const last = selected < 0 ? rows.length : Math.min(rows.length, Math.max(room, selected + (room >> 1) + 1));
  const from = Math.max(0, last - room);
  rows.slice(from, last).forEach((row, i) => {
    const text = `${timeOf(row.atMs)} ${row.wire.padEnd(8)} ${arrows[row.direction]} ${row.text}`;
    canvas.bar(at.x + 1, at.y + 1 + i, text, from + i === selected ? inverse : plain, at.width - 2);
  });
}

/** A box in the middle with a title and lines; the chosen line inverted. */
export function drawBox(canvas: Canvas, title: string, lines: readonly string[], chosen: number, foot: string): void {
  const height = Math.min(canvas.height - 2, lines.length + 3);
  const width = Math.min(canvas.width - 4, 76);
  const at = { x: (canvas.width - width) >> 1, y: (canvas.height - height) >> 1, width, height };
  const room = height - 3;
  const from = Math.max(0, Math.min(lines.length - room, chosen - (room >> 1)));
  for (let row = 0; row < height; row++) canvas.bar(at.x, at.y + row, '', plain, width);
  canvas.frame(at, title, bold);
  lines.slice(from, from + room).forEach((line, i) => {
    canvas.bar(at.x + 2, at.y + 1 + i, line, from + i === chosen ? inverse : plain, width - 4);
  });
  canvas.text(at.x + 2, at.y + height - 2, clip(foot, width - 4), dim, width - 4);
}
