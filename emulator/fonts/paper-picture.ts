/** A slip as a picture: every dot the head burnt, 384 a row, double sizes by doubling dots as the head does. */
import * as paper from '../devices/paper';
import { GLYPH_DOTS, isHalfWidth, paperGlyph } from './paper-font';
import { encodePng } from './png';

export const PAPER_DOTS = 384;
const MARGIN_DOTS = 16;

interface Raster {
  readonly dots: Uint8Array;
  readonly height: number;
}

function stamp(raster: Raster, character: string, left: number, top: number, style: number): number {
  const glyph = paperGlyph(character);
  const width = isHalfWidth(character) ? GLYPH_DOTS / 2 : GLYPH_DOTS;
  const across = style & paper.STYLE_DOUBLE_WIDTH ? 2 : 1;
  const down = style & paper.STYLE_DOUBLE_HEIGHT ? 2 : 1;
  const bold = style & paper.STYLE_BOLD ? 1 : 0;
  for (let y = 0; y < GLYPH_DOTS * down; y++) {
    const to = top + y;
    if (to >= raster.height) break;
    for (let x = 0; x < width * across && left + x < PAPER_DOTS; x++) {
      if (glyph[Math.floor(y / down) * width + Math.floor(x / across)]) {
        raster.dots[to * PAPER_DOTS + left + x] = 1;
        if (bold && left + x + 1 < PAPER_DOTS) raster.dots[to * PAPER_DOTS + left + x + 1] = 1;
      }
    }
  }
  return width * across;
}

function underline(raster: Raster, from: number, to: number, y: number): void {
  if (y < raster.height) raster.dots.fill(1, y * PAPER_DOTS + from, y * PAPER_DOTS + Math.min(to, PAPER_DOTS));
}

function runWidth({ text, style }: paper.PaperRun): number {
  const across = style & paper.STYLE_DOUBLE_WIDTH ? 2 : 1;
  let dots = 0;
  for (const character of text) dots += (isHalfWidth(character) ? GLYPH_DOTS / 2 : GLYPH_DOTS) * across;
  return dots;
}

function drawLine(raster: Raster, line: paper.PaperLine, top: number): void {
  const width = line.runs.reduce((sum, run) => sum + runWidth(run), 0);
  const spare = Math.max(0, PAPER_DOTS - width);
  let left = line.style & paper.STYLE_CENTRED ? spare >> 1 : line.style & paper.STYLE_RIGHT ? spare : 0;
  for (const { text, style } of line.runs) {
    const from = left;
    for (const character of text) if (left < PAPER_DOTS) left += stamp(raster, character, left, top, style);
    if (style & paper.STYLE_UNDERLINE) underline(raster, from, left, top + GLYPH_DOTS - 1);
  }
}

/** PNG, 384 pixels wide. */
export function drawSlip(slip: paper.Slip): Buffer {
  const height = slip.lines.reduce((sum, line) => sum + line.heightDots, 0) + MARGIN_DOTS;
  const raster = { dots: new Uint8Array(PAPER_DOTS * height), height };
  let top = MARGIN_DOTS;
  for (const line of slip.lines) {
    drawLine(raster, line, top);
    top += line.heightDots;
  }
  return encodePng(raster.dots, PAPER_DOTS, height);
}
