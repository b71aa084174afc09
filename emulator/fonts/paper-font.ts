/**
 * The printer's font: 24×24 dots, 12×24 for ASCII, from Noto Sans SC (SIL Open Font License) at 24 px, thresholded.
 * What it lacks of GBK comes from Unifont, so that no character shows as a box. A glyph is drawn when first printed.
 */
import { dirname, join } from 'node:path';
import { registerUnifont } from './lcd-font';

export const GLYPH_DOTS = 24;
const HALF_DOTS = 12;
const BASELINE = 21;
/** Coverage from which a dot is burnt. */
const THRESHOLD = 118;

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
  context.font = `${GLYPH_DOTS}px CuposPaper, CuposLcd`;
  return context;
}

/** True for a character that takes one column. */
export function isHalfWidth(character: string): boolean {
  return character.charCodeAt(0) < 0x80;
}

/** Draws centred in its cell; a letter wider than its cell is condensed. */
function draw(character: string): Uint8Array {
  const width = isHalfWidth(character) ? HALF_DOTS : GLYPH_DOTS;
  const to = canvas();
  to.clearRect(0, 0, GLYPH_DOTS, GLYPH_DOTS);
  const natural = to.measureText(character).width;
  const room = width === HALF_DOTS ? width - 0.5 : width;
  const scale = natural > room ? room / natural : 1;
  to.save();
  to.translate((width - natural * scale) / 2, BASELINE);
  to.scale(scale, 1);
  to.fillText(character, 0, 0);
  to.restore();
  const pixels = to.getImageData(0, 0, width, GLYPH_DOTS).data;
  const dots = new Uint8Array(width * GLYPH_DOTS);
  for (let i = 0; i < dots.length; i++) dots[i] = (pixels[i * 4 + 3]) >= THRESHOLD ? 1 : 0;
  return dots;
}

/** Dots of a character, row by row, 12 or 24 a row, 1 for black. */
export function paperGlyph(character: string): Uint8Array {
  const known = glyphs.get(character);
  if (known) return known;
  const glyph = draw(character);
  glyphs.set(character, glyph);
  return glyph;
}
