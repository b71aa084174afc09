/**
 * What is on the paper, in a form that costs nothing to copy: one string a slip. Bytes stand for themselves; a char from
 * 100 hex up is a mark: 100 + style begins a run of that style, 200 + dots ends a line of that height.
 */
import iconv from 'iconv-lite';

export const STYLE_DOUBLE_WIDTH = 1;
export const STYLE_DOUBLE_HEIGHT = 2;
export const STYLE_BOLD = 4;
export const STYLE_UNDERLINE = 8;
export const STYLE_CENTRED = 16;
export const STYLE_RIGHT = 32;

const RUN_MARK = 0x100;
const LINE_MARK = 0x200;

export interface PaperRun {
  readonly text: string;
  readonly style: number;
}

export interface PaperLine {
  /** Whole line, decoded from GB18030. */
  readonly text: string;
  /** `STYLE_…` of its first run. */
  readonly style: number;
  readonly runs: readonly PaperRun[];
  /** How far the paper moved. */
  readonly heightDots: number;
}

export interface Slip {
  readonly lines: readonly PaperLine[];
  /** False for what still hangs in the printer, or was torn off with an old roll. */
  readonly cut: boolean;
}

export const runMark = (style: number): string => String.fromCharCode(RUN_MARK + style);
export const lineMark = (heightDots: number): string => String.fromCharCode(LINE_MARK + heightDots);

function decode(bytes: string): string {
  return iconv.decode(Buffer.from(bytes, 'latin1'), 'gb18030');
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

function parsePaper(paper: string, cut: boolean): Slip {
  const lines: PaperLine[] = [];
  let runs: PaperRun[] = [];
  let style = 0;
  let from = 0;
  for (let i = 0; i <= paper.length; i++) {
    const code = i < paper.length ? paper.charCodeAt(i) : RUN_MARK;
    if (code < RUN_MARK) continue;
    if (i > from) runs.push({ text: decode(paper.slice(from, i)), style });
    from = i + 1;
    if (code >= LINE_MARK) {
      const text = runs.map((run) => run.text).join('');
      lines.push({ text, style: runs[0]?.style ?? 0, runs, heightDots: code - LINE_MARK });
      runs = [];
      style = 0;
    } else style = code - RUN_MARK;
  }
  return { lines, cut };
}
