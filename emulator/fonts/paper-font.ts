/**
 * The printer's font: 24×24 dots, 12×24 for ASCII, from Noto Sans SC (SIL Open Font License) at 24 px, thresholded.
 * What it lacks of GBK comes from Unifont, so that no character shows as a box. Font B is 9×17, of one-byte characters
 * only. A glyph is drawn when first printed.
 */
import { dirname, join } from 'node:path';
import { registerUnifont } from './lcd-font';

export const GLYPH_DOTS = 24;
export const SMALL_GLYPH_DOTS = 17;
const HALF_DOTS = 12;
const SMALL_DOTS = 9;
const BASELINE = 21;
const SMALL_BASELINE = 14;
/** Coverage (alpha) from which a dot is burnt; condensed letters have thinner stems. */
const THRESHOLD = 118;
const THRESHOLD_HALF = 80;
const FAMILIES = 'CuposPaper, CuposLcd';
const FONTS = `${GLYPH_DOTS}px ${FAMILIES}`;
const FALLBACK = `${GLYPH_DOTS}px CuposLcd`;
const SMALL = `${SMALL_GLYPH_DOTS}px ${FAMILIES}`;

interface Cell {
  readonly width: number;
  readonly height: number;
  readonly baseline: number;
}

const wideCell: Cell = { width: GLYPH_DOTS, height: GLYPH_DOTS, baseline: BASELINE };
const halfCell: Cell = { width: HALF_DOTS, height: GLYPH_DOTS, baseline: BASELINE };
const smallCell: Cell = { width: SMALL_DOTS, height: SMALL_GLYPH_DOTS, baseline: SMALL_BASELINE };

type Context = import('@napi-rs/canvas').SKRSContext2D;

let context: Context | undefined;
const glyphs = new Map<string, Uint8Array>();

function canvas(): Context {
  if (context) return context;
  const { GlobalFonts, createCanvas } = require('@napi-rs/canvas') as typeof import('@napi-rs/canvas');
  const folder = dirname(require.resolve('@fontsource/noto-sans-sc/package.json'));
  const file = 'files/noto-sans-sc-chinese-simplified-500-normal.woff2';
  GlobalFonts.registerFromPath(join(folder, file), 'CuposPaper');
  registerUnifont(GlobalFonts);
  context = createCanvas(GLYPH_DOTS, GLYPH_DOTS).getContext('2d');
  return context;
}

/** Dots across. `narrow`: of a code table, in which every character takes one column. */
export function glyphWidth(character: string, narrow = false): number {
  return narrow || character.charCodeAt(0) < 0x80 ? HALF_DOTS : GLYPH_DOTS;
}

/** Draws centred in its cell; a letter wider than its cell is condensed. */
function draw(character: string, font: string, { width, height, baseline }: Cell): Uint8Array {
  const half = width < GLYPH_DOTS;
  const to = canvas();
  to.clearRect(0, 0, GLYPH_DOTS, GLYPH_DOTS);
  to.font = font;
  const natural = to.measureText(character).width;
  const room = half ? width - 0.5 : width;
  const scale = natural > room ? room / natural : 1;
  to.save();
  to.translate((width - natural * scale) / 2, baseline);
  to.scale(scale, 1);
  to.fillText(character, 0, 0);
  to.restore();
  const pixels = to.getImageData(0, 0, width, height).data;
  const threshold = half ? THRESHOLD_HALF : THRESHOLD;
  const dots = new Uint8Array(width * height);
  for (let i = 0; i < dots.length; i++) dots[i] = pixels[i * 4 + 3] >= threshold ? 1 : 0;
  return dots;
}

/** Unifont's one-pixel stems, made as heavy as the rest. */
function embolden(dots: Uint8Array): Uint8Array {
  return dots.map((dot, i) => (dot || (i % GLYPH_DOTS > 0 && dots[i - 1]) ? 1 : 0));
}

function drawWide(character: string): Uint8Array {
  const glyph = draw(character, FONTS, wideCell);
  const fallback = draw(character, FALLBACK, wideCell);
  return glyph.every((dot, i) => dot === fallback[i]) ? embolden(glyph) : glyph;
}

function kept(key: string, make: () => Uint8Array): Uint8Array {
  const known = glyphs.get(key);
  if (known) return known;
  const glyph = make();
  glyphs.set(key, glyph);
  return glyph;
}

/** Dots of a character, row by row, 12 or 24 a row, 1 for black. */
export function paperGlyph(character: string, narrow = false): Uint8Array {
  const half = glyphWidth(character, narrow) === HALF_DOTS;
  return kept(half ? `h${character}` : character, () =>
    half ? draw(character, FONTS, halfCell) : drawWide(character),
  );
}

/** The same in font B: 9 dots a row, 17 rows. */
export function smallGlyph(character: string): Uint8Array {
  return kept(`s${character}`, () => draw(character, SMALL, smallCell));
}
