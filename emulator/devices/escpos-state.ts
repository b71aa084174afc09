/** What the fake printer remembers: plain data, so that a World can be forked and stored. */
import { DENSITY_NORMAL } from './paper';

export const LINE_DOTS = 384;
export const CELL_DOTS = 12;
export const GLYPH_DOTS = 24;
export const SMALL_CELL_DOTS = 9;
export const SMALL_GLYPH_DOTS = 17;
export const DOTS_A_MM = 8;
export const DEFAULT_SPACING_DOTS = 30;

/** Rows of dots that are on their way to the paper, in bands; or a line of text below bars. */
export interface Piece {
  readonly leftDots: number;
  readonly widthBytes: number;
  readonly widthDots: number;
  readonly timesWide: number;
  readonly timesHigh: number;
  /** Rows received and not printed. Rows that are missing come from the input. */
  rows: string;
  rowsLeft: number;
  /** Printed in the middle of `widthDots`; then there are no rows. */
  readonly text: string;
  /** A mark of paper.ts in front of the first band. */
  code: string;
}

/** What a power cut or ESC @ sets back. */
export const freshStyle = () => ({
  style: 0,
  align: 0,
  spacingDots: DEFAULT_SPACING_DOTS,
  chinese: true,
  table: 0,
  rightSpaceDots: 0,
  marginDots: 0,
  areaDots: LINE_DOTS,
  /** Columns of tab stops; [] for every eighth. */
  tabs: [] as number[],
  density: DENSITY_NORMAL,
  bars: { heightDots: 162, moduleDots: 3, textAt: 0 },
  qr: { moduleDots: 3, level: 0, data: '' },
});

/** The line that is being set. */
export const freshLine = () => ({
  line: '',
  lineStyle: 0,
  lineTable: 0,
  /** Where the next character goes, from the left margin. */
  widthDots: 0,
  heightDots: 0,
  /** Dots of the line that will be burnt, about. */
  burnDots: 0,
});

/** What is lost with the power, the buffer and nothing on paper. */
export const freshBuffers = () => ({
  ...freshStyle(),
  input: '',
  /** Start of a real-time command whose end has not arrived. */
  realTime: '',
  /** Bytes still to be skipped of a command without effect here. */
  skip: 0,
  /** A long command with effect, as far as it has arrived. */
  body: null as { name: string; head: string; leftBytes: number } | null,
  pieces: [] as Piece[],
  /** By GS ( L, printed and forgotten by another GS ( L. */
  stored: null as Piece | null,
  /** By GS *, for GS /. */
  downloaded: null as Piece | null,
  ...freshLine(),
  busyUntilUs: 0,
});

export const freshPrinter = () => ({
  ...freshBuffers(),
  /** What hangs out of the printer now, and the slips that were cut (see paper.ts). */
  hanging: '',
  hangingDots: 0,
  slips: [] as { paper: string; cut: boolean }[],
  /** Paper left, or -1 for a roll that does not end. */
  rollDots: -1,
  paperOut: false,
  coverOpen: false,
  /** By a fault, until it is taken back. */
  tooHot: false,
  /** By what was printed, until the head has cooled. */
  overheated: false,
  heatDots: 0,
  heatAtUs: 0,
  mute: false,
  powered: true,
  lostBytes: 0,
});

export type PrinterState = ReturnType<typeof freshPrinter>;

/** Begins a new line: as `freshLine`, field by field, for it happens with every line on paper. */
export function beginLine(state: PrinterState): void {
  state.line = '';
  state.lineStyle = 0;
  state.lineTable = 0;
  state.widthDots = 0;
  state.heightDots = 0;
  state.burnDots = 0;
}
