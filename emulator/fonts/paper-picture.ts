/**
 * A slip as a picture: every dot the head burnt, 384 a row. Larger characters by repeating dots, as the head does;
 * characters of different size stand on one line. Another density shows as grey, or as dots that run into each other.
 */
import * as paper from '../devices/paper';
import { GLYPH_DOTS, glyphWidth, paperGlyph, SMALL_GLYPH_DOTS, smallGlyph } from './paper-font';
import { encodeGreyPng, encodePng } from './png';

export const PAPER_DOTS = 384;
const MARGIN_DOTS = 16;
/** Of a picture that a person asked for: a slip is never that long, a hostile stream may be. */
const HIGHEST_DOTS = 50_000;

interface Raster {
  readonly dots: Uint8Array;
  readonly height: number;
}

interface Glyph {
  readonly dots: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function set(raster: Raster, x: number, y: number): void {
  if (x >= 0 && x < PAPER_DOTS && y >= 0 && y < raster.height) raster.dots[y * PAPER_DOTS + x] = 1;
}

function glyphOf(character: string, style: number): Glyph {
  const narrow = (style & paper.STYLE_NARROW) !== 0;
  if (style & paper.STYLE_SMALL && (narrow || character.charCodeAt(0) < 0x80)) {
    return { dots: smallGlyph(character), width: 9, height: SMALL_GLYPH_DOTS };
  }
  return { dots: paperGlyph(character, narrow), width: glyphWidth(character, narrow), height: GLYPH_DOTS };
}

function stamp(raster: Raster, glyph: Glyph, left: number, top: number, style: number): void {
  const across = paper.timesWide(style);
  const down = paper.timesHigh(style);
  const bold = (style & paper.STYLE_BOLD) !== 0;
  const reverse = style & paper.STYLE_REVERSE ? 1 : 0;
  for (let y = 0; y < glyph.height * down; y++) {
    for (let x = 0; x < glyph.width * across; x++) {
      const dot = glyph.dots[Math.floor(y / down) * glyph.width + Math.floor(x / across)] ^ reverse;
      if (dot) set(raster, left + x, top + y);
      if (dot && bold) set(raster, left + x + 1, top + y);
    }
  }
}

function stampDots(raster: Raster, dots: paper.PaperDots, left: number, top: number): void {
  const stride = Math.ceil(dots.widthDots / 8);
  for (let y = 0; y < dots.heightDots * dots.timesHigh; y++) {
    const row = Math.floor(y / dots.timesHigh) * stride;
    for (let x = 0; x < dots.widthDots * dots.timesWide; x++) {
      const from = Math.floor(x / dots.timesWide);
      if (dots.rows.charCodeAt(row + (from >> 3)) & (0x80 >> (from & 7))) set(raster, left + x, top + y);
    }
  }
}

function runWidth({ text, style, dots }: paper.PaperRun): number {
  if (dots) return dots.widthDots * dots.timesWide;
  let width = 0;
  for (const character of text) width += glyphOf(character, style).width * paper.timesWide(style);
  return width;
}

function runHeight({ style, dots }: paper.PaperRun): number {
  if (dots) return dots.heightDots * dots.timesHigh;
  return (style & paper.STYLE_SMALL ? SMALL_GLYPH_DOTS : GLYPH_DOTS) * paper.timesHigh(style);
}

function drawText(raster: Raster, { text, style }: paper.PaperRun, from: number, bottom: number): number {
  let left = from;
  for (const character of text) {
    const glyph = glyphOf(character, style);
    const top = bottom - glyph.height * paper.timesHigh(style);
    if (left < PAPER_DOTS) stamp(raster, glyph, left, top, style);
    left += glyph.width * paper.timesWide(style);
  }
  if (style & paper.STYLE_UNDERLINE) for (let x = from; x < left; x++) set(raster, x, bottom - 1);
  return left;
}

/** The line turned by half. */
function turn(raster: Raster, top: number, height: number): void {
  raster.dots.subarray(top * PAPER_DOTS, Math.min(raster.height, top + height) * PAPER_DOTS).reverse();
}

function drawLine(raster: Raster, line: paper.PaperLine, top: number): void {
  if (line.runs.length === 0) return;
  const width = line.runs.reduce((sum, run) => sum + runWidth(run), 0);
  const height = Math.max(...line.runs.map(runHeight));
  const spare = Math.max(0, PAPER_DOTS - width);
  let left = line.style & paper.STYLE_CENTRED ? spare >> 1 : line.style & paper.STYLE_RIGHT ? spare : 0;
  for (const run of line.runs) {
    left = run.leftDots ?? left;
    if (run.dots) {
      stampDots(raster, run.dots, left, top + height - runHeight(run));
      left += runWidth(run);
    } else left = drawText(raster, run, left, top + height);
  }
  if (line.style & paper.STYLE_UPSIDE_DOWN) turn(raster, top, height);
}

/** Grey of a burnt dot, and of the one to the right of it, by density 0–8: 0 is black. */
const darkness = [150, 120, 85, 45, 0, 0, 0, 0, 0];
const running = [255, 255, 255, 255, 255, 220, 180, 140, 100];

function greysOf({ dots, height }: Raster, densities: Uint8Array): Uint8Array {
  const greys = new Uint8Array(dots.length).fill(255);
  for (let y = 0; y < height; y++) {
    const density = densities[y];
    for (let x = 0, at = y * PAPER_DOTS; x < PAPER_DOTS; x++, at++) {
      if (dots[at]) greys[at] = darkness[density];
      else if (x > 0 && dots[at - 1]) greys[at] = running[density];
    }
  }
  return greys;
}

/** PNG, 384 pixels wide. */
export function drawSlip(slip: paper.Slip): Buffer {
  const length = slip.lines.reduce((sum, line) => sum + line.heightDots, 0) + MARGIN_DOTS;
  const height = Math.min(length, HIGHEST_DOTS);
  const raster = { dots: new Uint8Array(PAPER_DOTS * height), height };
  const densities = new Uint8Array(height).fill(paper.DENSITY_NORMAL);
  let top = MARGIN_DOTS;
  for (const line of slip.lines) {
    if (top >= height) break;
    drawLine(raster, line, top);
    densities.fill(line.density, top, top + line.heightDots);
    top += line.heightDots;
  }
  if (densities.every((density) => density === paper.DENSITY_NORMAL)) return encodePng(raster.dots, PAPER_DOTS, height);
  return encodeGreyPng(greysOf(raster, densities), PAPER_DOTS, height);
}
