/**
 * What is on the paper, in a form that costs nothing to copy: one string a slip. Bytes stand for themselves in text; a
 * char of `MARK_…` says what the chars behind it are, so that text, positions, rows of dots and line ends share one string.
 */
import iconv from 'iconv-lite';

export const STYLE_DOUBLE_WIDTH = 1;
export const STYLE_DOUBLE_HEIGHT = 2;
export const STYLE_BOLD = 4;
export const STYLE_UNDERLINE = 8;
export const STYLE_CENTRED = 16;
export const STYLE_RIGHT = 32;
/** White on black. */
export const STYLE_REVERSE = 64;
export const STYLE_UPSIDE_DOWN = 128;
/** A byte is a character of a code table, one column wide. */
export const STYLE_NARROW = 256;
/** The small font, 9×17 dots. */
export const STYLE_SMALL = 512;
/** Times wide and high beyond double, three bits each, where `STYLE_DOUBLE_…` is set. */
const WIDE_SHIFT = 10;
const HIGH_SHIFT = 13;

/** 1–8. */
export const timesWide = (style: number): number => (style & STYLE_DOUBLE_WIDTH ? ((style >> WIDE_SHIFT) & 7) + 2 : 1);
export const timesHigh = (style: number): number => (style & STYLE_DOUBLE_HEIGHT ? ((style >> HIGH_SHIFT) & 7) + 2 : 1);

/** Bits of a character size, 1–8 each way. */
export function sizeStyle(wide: number, high: number): number {
  const across = wide > 1 ? STYLE_DOUBLE_WIDTH | ((wide - 2) << WIDE_SHIFT) : 0;
  return across | (high > 1 ? STYLE_DOUBLE_HEIGHT | ((high - 2) << HIGH_SHIFT) : 0);
}

export const SIZE_STYLES = STYLE_DOUBLE_WIDTH | STYLE_DOUBLE_HEIGHT | (7 << WIDE_SHIFT) | (7 << HIGH_SHIFT);

/** Behind each mark: style; height; dots from the left; darkness; table; kind, length, text; width, height, times, rows. */
const MARK_RUN = 0x100;
const MARK_LINE = 0x101;
const MARK_AT = 0x102;
const MARK_DENSITY = 0x103;
const MARK_TABLE = 0x104;
const MARK_CODE = 0x105;
const MARK_DOTS = 0x106;

/** Nominal darkness of GS |. */
export const DENSITY_NORMAL = 4;
export const CODE_QR = 1;
export const CODE_BARS = 2;

/** Rows of dots: the first dot is the highest bit of the first byte, a row begins with a new byte. */
export interface PaperDots {
  readonly widthDots: number;
  readonly heightDots: number;
  /** How often a dot is printed across and down. */
  readonly timesWide: number;
  readonly timesHigh: number;
  readonly rows: string;
}

export interface PaperRun {
  /** '' for dots. */
  readonly text: string;
  readonly style: number;
  /** From the left edge; absent behind another run, or where the alignment says. */
  readonly leftDots?: number;
  readonly dots?: PaperDots;
}

export interface PaperLine {
  /** Whole line, decoded from GB18030 or from the code table that was set. */
  readonly text: string;
  /** `STYLE_…` of its first run. */
  readonly style: number;
  readonly runs: readonly PaperRun[];
  /** How far the paper moved. */
  readonly heightDots: number;
  /** 0 (light) to 8 (dark). */
  readonly density: number;
  /** What begins here: a code as people's readers read it, Latin-1. */
  readonly code?: { readonly kind: 'qr' | 'bars'; readonly text: string };
}

/** A slip of paper: its lines, and whether it was cut off. */
export interface Slip {
  readonly lines: readonly PaperLine[];
  /** False for what still hangs in the printer, or was torn off with an old roll. */
  readonly cut: boolean;
}

const { fromCharCode } = String;
export const runMark = (style: number): string => fromCharCode(MARK_RUN, style);
export const lineMark = (heightDots: number): string => fromCharCode(MARK_LINE, heightDots);
export const atMark = (leftDots: number): string => fromCharCode(MARK_AT, leftDots);
export const densityMark = (density: number): string => fromCharCode(MARK_DENSITY, density);
export const tableMark = (table: number): string => fromCharCode(MARK_TABLE, table);
export const codeMark = (kind: number, text: string): string => fromCharCode(MARK_CODE, kind, text.length) + text;

export function dotsMark({ widthDots, heightDots, timesWide: wide, timesHigh: high, rows }: PaperDots): string {
  return fromCharCode(MARK_DOTS, widthDots, heightDots, wide * 16 + high) + rows;
}

/** Lines of a slip that are not dots alone, as text. */
export function slipText(slip: Slip): string[] {
  return slip.lines.filter((line) => line.text !== '' || !line.runs.some((run) => run.dots)).map((line) => line.text);
}

/** Code tables of ESC t that iconv-lite has; any other prints as the first. */
const tables: Readonly<Record<number, string>> = {
  0: 'cp437',
  2: 'cp850',
  3: 'cp860',
  4: 'cp863',
  5: 'cp865',
  13: 'cp857',
  14: 'cp737',
  15: 'iso88597',
  16: 'win1252',
  17: 'cp866',
  18: 'cp852',
  19: 'cp858',
  32: 'cp720',
  33: 'cp775',
  34: 'cp855',
  36: 'cp862',
  37: 'cp864',
  40: 'iso88592',
  45: 'win1250',
  46: 'win1251',
  47: 'win1253',
  48: 'win1254',
  49: 'win1255',
  50: 'win1256',
  51: 'win1257',
  52: 'win1258',
};

function decode(bytes: string, style: number, table: number): string {
  return iconv.decode(Buffer.from(bytes, 'latin1'), style & STYLE_NARROW ? (tables[table] ?? tables[0]) : 'gb18030');
}

const KEPT_SLIPS = 256;
/** Cut slips that were read lately: forks of a World look at the same paper again and again. */
const slipsRead = new Map<string, Slip>();

export function readPaper(paper: string, cut: boolean): Slip {
  if (!cut) return parsePaper(paper, false);
  let slip = slipsRead.get(paper);
  if (!slip) {
    if (slipsRead.size >= KEPT_SLIPS) slipsRead.clear();
    slip = parsePaper(paper, true);
    slipsRead.set(paper, slip);
  }
  return slip;
}

/** Width in dots of the rows that a `MARK_DOTS` at `at` has, and where it ends. */
function dotsAt(paper: string, at: number): { dots: PaperDots; next: number } {
  const [widthDots, heightDots, times] = [1, 2, 3].map((i) => paper.charCodeAt(at + i));
  const next = at + 4 + Math.ceil(widthDots / 8) * heightDots;
  const rows = paper.slice(at + 4, next);
  return { dots: { widthDots, heightDots, timesWide: times >> 4, timesHigh: times & 15, rows }, next };
}

function freshLine() {
  return {
    runs: [] as PaperRun[],
    style: 0,
    leftDots: -1,
    density: DENSITY_NORMAL,
    table: 0,
    code: undefined as PaperLine['code'],
  };
}

function endLine({ runs, density, code }: ReturnType<typeof freshLine>, heightDots: number): PaperLine {
  const text = runs.length === 1 ? runs[0].text : runs.map((run) => run.text).join('');
  return { text, style: runs.length > 0 ? runs[0].style : 0, runs, heightDots, density, ...(code ? { code } : {}) };
}

function parsePaper(paper: string, cut: boolean): Slip {
  const lines: PaperLine[] = [];
  let line = freshLine();
  const add = (run: PaperRun): void => {
    line.runs.push(line.leftDots < 0 ? run : { ...run, leftDots: line.leftDots });
    line.leftDots = -1;
  };
  let from = 0;
  for (let at = 0; at <= paper.length;) {
    const code = at < paper.length ? paper.charCodeAt(at) : MARK_LINE;
    if (code < MARK_RUN) {
      at++;
      continue;
    }
    if (at > from) add({ text: decode(paper.slice(from, at), line.style, line.table), style: line.style });
    if (at === paper.length) break;
    const value = paper.charCodeAt(at + 1);
    from = at + 2;
    if (code === MARK_LINE) {
      lines.push(endLine(line, value));
      line = freshLine();
    } else if (code === MARK_RUN) line.style = value;
    else if (code === MARK_AT) line.leftDots = value;
    else if (code === MARK_DENSITY) line.density = value;
    else if (code === MARK_TABLE) line.table = value;
    else if (code === MARK_CODE) {
      from = at + 3 + paper.charCodeAt(at + 2);
      line.code = { kind: value === CODE_QR ? 'qr' : 'bars', text: paper.slice(at + 3, from) };
    } else {
      const { dots, next } = dotsAt(paper, at);
      add({ text: '', style: line.style, dots });
      from = next;
    }
    at = from;
  }
  return { lines, cut };
}
