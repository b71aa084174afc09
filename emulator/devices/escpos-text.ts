/** Characters into the fake printer's line: how long they are, how wide, and where the line is full. */
import { CELL_DOTS, GLYPH_DOTS, SMALL_CELL_DOTS, SMALL_GLYPH_DOTS, type PrinterState } from './escpos-state';
import * as paper from './paper';

const TAB_COLUMNS = 8;
/** Dots of a character's cell that are burnt, one of so many. */
const BURNT = 6;

/** Bytes of the character at `at`; 0 for a control. A lead byte without a fitting trail counts 1. */
function characterLength(input: string, at: number, chinese: boolean): number {
  const lead = input.charCodeAt(at);
  if (lead < 0x20) return 0;
  if (lead < 0x81 || lead === 0xff || !chinese) return 1;
  if (at + 1 >= input.length) return 2;
  const trail = input.charCodeAt(at + 1);
  if (trail >= 0x30 && trail <= 0x39) return isFourBytes(input, at) ? 4 : 1;
  return trail >= 0x40 && trail !== 0x7f && trail !== 0xff ? 2 : 1;
}

/** What has not arrived counts as fitting: the character then waits for it. */
function isFourBytes(input: string, at: number): boolean {
  const third = input.charCodeAt(at + 2);
  const fourth = input.charCodeAt(at + 3);
  return !(third < 0x81 || third > 0xfe) && !(fourth < 0x30 || fourth > 0x39);
}

/**
 * Puts the characters up to the next control, the end of the line, or the end of the input into the line. Gives how many
 * bytes it took, or -1 when the line has to be printed first.
 */
export function takeText(state: PrinterState, at: number): number {
  const { input, chinese, style, rightSpaceDots, areaDots } = state;
  const wide = paper.timesWide(style);
  const narrowDots = (style & paper.STYLE_SMALL ? SMALL_CELL_DOTS : CELL_DOTS) * wide;
  const wideDots = GLYPH_DOTS * wide;
  let width = state.widthDots;
  let end = at;
  while (end < input.length) {
    const length = characterLength(input, end, chinese);
    if (length === 0 || end + length > input.length) break;
    const next = width + (length > 1 ? wideDots : narrowDots);
    if (next > areaDots && width > 0) {
      if (end === at) return -1;
      break;
    }
    width = next + rightSpaceDots;
    end += length;
    // Space between characters is no part of a run's text: each is placed by itself.
    if (rightSpaceDots > 0) break;
  }
  return append(state, at, end, width);
}

function append(state: PrinterState, from: number, end: number, widthDots: number): number {
  if (end === from) return 0;
  const style = state.style | state.align | (state.chinese ? 0 : paper.STYLE_NARROW);
  if (state.rightSpaceDots > 0 || state.marginDots > 0) placeHere(state);
  if (!state.chinese && state.table !== state.lineTable) state.line += paper.tableMark(state.table);
  if (!state.chinese) state.lineTable = state.table;
  if (style !== state.lineStyle) state.line += paper.runMark(style);
  state.lineStyle = style;
  state.line += state.input.slice(from, end);
  const glyph = style & paper.STYLE_SMALL ? SMALL_GLYPH_DOTS : GLYPH_DOTS;
  const heightDots = glyph * paper.timesHigh(style);
  state.burnDots += Math.floor(((widthDots - state.widthDots) * heightDots) / BURNT);
  state.widthDots = widthDots;
  if (heightDots > state.heightDots) state.heightDots = heightDots;
  return end - from;
}

/** What follows stands where the printer is, not behind what came before. Aligned lines have no places of their own. */
export function placeHere(state: PrinterState): void {
  if (state.align === 0) state.line += paper.atMark(state.marginDots + state.widthDots);
}

/** ESC $ and ESC \: where the next character goes, from the left margin. */
export function moveTo(state: PrinterState, dots: number): void {
  if (dots < 0 || dots >= state.areaDots || state.align !== 0) return;
  state.widthDots = dots;
  placeHere(state);
}

export function tab(state: PrinterState): void {
  const stops = state.tabs.map((column) => column * CELL_DOTS);
  const every = TAB_COLUMNS * CELL_DOTS;
  const next = state.tabs.length > 0 ? stops.find((stop) => stop > state.widthDots) : undefined;
  const target = next ?? (state.tabs.length > 0 ? -1 : (Math.floor(state.widthDots / every) + 1) * every);
  if (target < 0 || target > state.areaDots) return;
  const blanks = Math.ceil((target - state.widthDots) / CELL_DOTS);
  // Blanks, so that the line's text can be read.
  state.line += ' '.repeat(blanks);
  state.widthDots = target;
}
