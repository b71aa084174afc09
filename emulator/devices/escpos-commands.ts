/**
 * What the fake printer does with a command that has arrived as a whole. `head` is what a command with much data says
 * first; what prints something gives it back to the printer, which moves the paper.
 */
import type { Bytes } from '../../hal/bytes';
import { DEFAULT_SPACING_DOTS, freshLine, freshStyle, LINE_DOTS, type Piece, type PrinterState } from './escpos-state';
import { barCode, columnImage, downloadedImage, downloadImage, graphics, qrCode } from './escpos-graphics';
import { moveTo } from './escpos-text';
import * as paper from './paper';

/** What a command leads to, beside what it sets. */
export type Effect = {
  readonly pieces?: readonly Piece[];
  /** For the timeline: why nothing came of it. */
  readonly note?: string;
  readonly answer?: Bytes;
} | null;

type Obey = (state: PrinterState, body: Bytes) => Effect | void;

const first = (body: Bytes): number => body.charCodeAt(0);
const u16 = (body: Bytes, at = 0): number => body.charCodeAt(at) | (body.charCodeAt(at + 1) << 8);
/** 0 or '0', 1 or '1' … */
const choice = (n: number): number => (n >= 0x30 && n < 0x3a ? n - 0x30 : n);

function setStyle(state: PrinterState, bit: number, on: boolean): void {
  state.style = on ? state.style | bit : state.style & ~bit;
}

function setSize(state: PrinterState, wide: number, high: number): void {
  state.style = (state.style & ~paper.SIZE_STYLES) | paper.sizeStyle(wide, high);
}

/** ESC ! and FS ! put several styles into one byte, differently. */
const setMode =
  (ascii: boolean): Obey =>
  (state, body) => {
    const mode = first(body);
    setSize(state, mode & (ascii ? 0x20 : 0x04) ? 2 : 1, mode & (ascii ? 0x10 : 0x08) ? 2 : 1);
    setStyle(state, paper.STYLE_UNDERLINE, (mode & 0x80) !== 0);
    if (!ascii) return;
    setStyle(state, paper.STYLE_BOLD, (mode & 0x08) !== 0);
    setStyle(state, paper.STYLE_SMALL, (mode & 0x01) !== 0);
  };

const flag =
  (bit: number, mask = 1): Obey =>
  (state, body) =>
    setStyle(state, bit, (first(body) & mask) !== 0);

const setAlign: Obey = (state, body) => {
  state.align = [0, paper.STYLE_CENTRED, paper.STYLE_RIGHT][choice(first(body))] ?? state.align;
};

/** GS ! n: three bits each. */
const setCharacterSize: Obey = (state, body) => setSize(state, ((first(body) >> 4) & 7) + 1, (first(body) & 7) + 1);

/** GS L and GS W hold from the beginning of a line; together they never leave the paper. */
const setArea =
  (isMargin: boolean): Obey =>
  (state, body) => {
    if (state.line !== '') return;
    const dots = u16(body);
    if (isMargin) state.marginDots = Math.min(dots, LINE_DOTS - 48);
    state.areaDots = Math.min(Math.max(48, isMargin ? state.areaDots : dots), LINE_DOTS - state.marginDots);
  };

/** Columns, rising, ended by a zero. */
const setTabs: Obey = (state, body) => {
  const tabs: number[] = [];
  for (let i = 0; i < body.length && i < 32; i++) {
    const column = body.charCodeAt(i);
    if (column <= (tabs.at(-1) ?? 0)) break;
    tabs.push(column);
  }
  state.tabs = tabs;
};

/** 0 (half the energy) to 8 (one and a half times). */
function setDensity(state: PrinterState, density: number): void {
  if (density >= 0 && density <= 8) state.density = density;
}

/** Function 49 of GS ( K: 250–255 lighter, 1–6 darker, 0 as delivered. */
const controlDensity: Obey = (state, body) => {
  if (body.charCodeAt(3) !== 49) return;
  const m = (body.charCodeAt(4) << 24) >> 24;
  if (m >= -6 && m <= 6) setDensity(state, paper.DENSITY_NORMAL + Math.round((m * 2) / 3));
};

const setBars =
  (what: 'heightDots' | 'moduleDots' | 'textAt', least: number, most: number): Obey =>
  (state, body) => {
    const value = what === 'textAt' ? choice(first(body)) : first(body);
    if (value >= least && value <= most) state.bars[what] = value;
  };

/** Images and codes stand alone: with text in the line the command has no effect. */
function alone(state: PrinterState, print: () => Piece | readonly Piece[] | string | null): Effect {
  if (state.line !== '') return { note: 'not printed: an image or code begins at the beginning of a line' };
  const made = print();
  if (typeof made === 'string') return made === '' ? null : { note: `not printed: ${made}` };
  return made === null ? null : { pieces: 'rows' in made ? [made] : made };
}

const printBars: Obey = (state, body) => {
  const symbology = first(body);
  const data = symbology >= 65 ? body.slice(2) : body.slice(1, -1);
  return alone(state, () => barCode(state, symbology, data));
};

/** GS ( k: 49 is QR; the other two-dimensional codes are not in this printer. */
const printCode: Obey = (state, body) => {
  const parameters = body.slice(3);
  const [cn, fn] = [parameters.charCodeAt(0), parameters.charCodeAt(1)];
  if (cn !== 49) return fn === 81 ? { note: `not printed: no code of family ${cn} here` } : null;
  if (fn !== 81) return void qrCode(state, parameters);
  return alone(state, () => qrCode(state, parameters));
};

const printGraphics =
  (headBytes: number): Obey =>
  (state, body) => {
    const parameters = body.slice(headBytes);
    const fn = parameters.charCodeAt(1);
    if (fn === 112) return void graphics(state, parameters);
    return fn === 50 || fn === 2 ? alone(state, () => graphics(state, parameters)) : null;
  };

/** GS I: numbers for what it is, texts between `_` and NUL. */
const identify: Obey = (_state, body) => {
  const texts: Readonly<Record<number, string>> = { 65: '1.0', 66: 'CUPOS', 67: 'CUPOS 58', 68: '1', 69: 'GB18030' };
  const text = texts[first(body)];
  if (text !== undefined) return { answer: `_${text}\0` };
  return [1, 2, 3, 49, 50, 51].includes(first(body)) ? { answer: '\x02' } : null;
};

/** By name; whatever is not here was taken with its parameters and has no effect. */
export const commands: Readonly<Record<string, Obey>> = {
  '\x1b@': (state) => {
    Object.assign(state, freshStyle(), freshLine(), { stored: null, downloaded: null });
  },
  '\x1b!': setMode(true),
  '\x1c!': setMode(false),
  '\x1bE': flag(paper.STYLE_BOLD),
  '\x1bG': flag(paper.STYLE_BOLD),
  '\x1b-': flag(paper.STYLE_UNDERLINE, 3),
  '\x1c-': flag(paper.STYLE_UNDERLINE, 3),
  '\x1b{': flag(paper.STYLE_UPSIDE_DOWN),
  '\x1dB': flag(paper.STYLE_REVERSE),
  '\x1bM': flag(paper.STYLE_SMALL),
  '\x1ba': setAlign,
  '\x1d!': setCharacterSize,
  '\x1b2': (state) => void (state.spacingDots = DEFAULT_SPACING_DOTS),
  '\x1b3': (state, body) => void (state.spacingDots = first(body)),
  '\x1b ': (state, body) => void (state.rightSpaceDots = Math.min(first(body), 64)),
  '\x1b$': (state, body) => moveTo(state, u16(body)),
  '\x1b\\': (state, body) => moveTo(state, state.widthDots + ((u16(body) << 16) >> 16)),
  '\x1bD': setTabs,
  '\x1bt': (state, body) => void (state.table = first(body)),
  '\x1c&': (state) => void (state.chinese = true),
  '\x1c.': (state) => void (state.chinese = false),
  '\x1dL': setArea(true),
  '\x1dW': setArea(false),
  '\x1d|': (state, body) => setDensity(state, choice(first(body))),
  '\x1d(K': controlDensity,
  '\x1dh': setBars('heightDots', 1, 255),
  '\x1dw': setBars('moduleDots', 1, 6),
  '\x1dH': setBars('textAt', 0, 3),
  '\x1dk': printBars,
  '\x1d(k': printCode,
  '\x1d(L': printGraphics(3),
  '\x1d8L': printGraphics(5),
  '\x1b*': (state, body) => columnImage(state, body),
  '\x1d*': (state, body) => downloadImage(state, body),
  '\x1d/': (state, body) => alone(state, () => downloadedImage(state, first(body))),
  '\x1dI': identify,
};

/** A command's name in `commands`: of GS ( and GS 8 the letter behind belongs to it. */
export function commandKey(name: string, body: Bytes): string {
  return name === '\x1d(' || name === '\x1d8' ? name + body.charAt(0) : name;
}

/** What would show on paper and does not here, for the timeline. */
const notHere: Readonly<Record<string, string>> = {
  '\x1bL': 'ESC L, page mode',
  '\x1bV': 'ESC V, turning by 90°',
  '\x1b&': "ESC &, characters of one's own",
  '\x1bK': 'ESC K, feeding backwards',
  '\x1be': 'ESC e, feeding backwards',
  '\x1cp': 'FS p, an image stored before',
  '\x1cq': 'FS q, storing images',
  '\x1dQ': 'GS Q, images of the older kind',
};

/** Empty for what is obeyed, changes nothing, or turns something off. */
export function skippedNote(name: Bytes, body: Bytes): string {
  const what = notHere[name];
  return what === undefined || (name === '\x1bV' && choice(first(body)) === 0) ? '' : `skipped: ${what}`;
}
