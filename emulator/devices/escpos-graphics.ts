/** Images and codes of the fake printer: from command bytes to rows of dots, bounded by what its memory would take. */
import type { Bytes } from '../../hal/bytes';
import { barsFor, qrFor } from './bar-codes';
import { GLYPH_DOTS, LINE_DOTS, type Piece, type PrinterState } from './escpos-state';
import * as paper from './paper';
import { blackDots } from './print-heat';

/** Memory for an image that is stored first (GS ( L, GS *). */
export const STORED_BYTES = 65_536;
/** A wider row than this is no image for 384 dots, whatever it is: it is skipped. */
export const WIDEST_ROW_BYTES = 128;

const u16 = (bytes: Bytes, at: number): number => bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8);

/** Where something of this width begins, as the alignment says. */
export function leftOf({ align, marginDots, areaDots }: PrinterState, widthDots: number): number {
  const spare = Math.max(0, areaDots - widthDots);
  return marginDots + (align === paper.STYLE_CENTRED ? spare >> 1 : align === paper.STYLE_RIGHT ? spare : 0);
}

type Rows = Pick<Piece, 'widthBytes' | 'timesWide' | 'timesHigh' | 'rows' | 'rowsLeft'>;

function piece(state: PrinterState, of: Rows, widthDots: number, code = ''): Piece {
  const { widthBytes, timesWide, timesHigh, rows, rowsLeft } = of;
  const leftDots = leftOf(state, widthDots * timesWide);
  return { leftDots, widthBytes, widthDots, timesWide, timesHigh, rows, rowsLeft, text: '', code };
}

/** Times wide and high of GS v 0 and GS /: 0 as it is, 1 wide, 2 high, 3 both; '0'–'3' say the same. */
function scaleOf(mode: number): { timesWide: number; timesHigh: number } | null {
  const m = mode & ~0x33 ? -1 : mode & 3;
  return m < 0 ? null : { timesWide: m & 1 ? 2 : 1, timesHigh: m & 2 ? 2 : 1 };
}

/** GS v 0 m xL xH yL yH: its rows follow in the input. `null` for what this printer does not take. */
export function rasterImage(state: PrinterState, head: Bytes): Piece | null {
  const scale = scaleOf(head.charCodeAt(1));
  const widthBytes = u16(head, 2);
  const rowsLeft = u16(head, 4);
  if (scale === null || widthBytes === 0 || widthBytes > WIDEST_ROW_BYTES || rowsLeft === 0) return null;
  const { timesWide, timesHigh } = scale;
  return piece(state, { widthBytes, timesWide, timesHigh, rows: '', rowsLeft }, widthBytes * 8);
}

/** Columns of dots, the top one the highest bit, as rows. */
function rowsOfColumns(columns: Bytes, count: number, columnBytes: number): Bytes {
  const stride = Math.ceil(count / 8);
  const rows = Buffer.alloc(stride * columnBytes * 8);
  for (let x = 0; x < count; x++) {
    for (let y = 0; y < columnBytes * 8; y++) {
      if (columns.charCodeAt(x * columnBytes + (y >> 3)) & (0x80 >> (y & 7))) {
        rows[y * stride + (x >> 3)] |= 0x80 >> (x & 7);
      }
    }
  }
  return rows.toString('latin1');
}

/** ESC * m nL nH: 8 or 24 dots high, at the place of the next character; what does not fit is not printed. */
export function columnImage(state: PrinterState, body: Bytes): void {
  const mode = body.charCodeAt(0);
  const columnBytes = mode >= 32 ? 3 : 1;
  const timesWide = mode & 1 ? 1 : 2;
  const room = Math.floor((state.areaDots - state.widthDots) / timesWide);
  const widthDots = Math.min(u16(body, 1), room);
  if (![0, 1, 32, 33].includes(mode) || widthDots <= 0) return;
  const rows = rowsOfColumns(body.slice(3), widthDots, columnBytes);
  const timesHigh = columnBytes === 3 ? 1 : 3;
  state.line += paper.dotsMark({ widthDots, heightDots: columnBytes * 8, timesWide, timesHigh, rows });
  state.widthDots += widthDots * timesWide;
  state.heightDots = Math.max(state.heightDots, GLYPH_DOTS);
  state.burnDots += blackDots(rows) * timesWide * timesHigh;
}

/** GS * x y: x × y bytes of columns, 8 × x dots wide, 8 × y high; kept until ESC @. */
export function downloadImage(state: PrinterState, body: Bytes): void {
  const [x, y] = [body.charCodeAt(0), body.charCodeAt(1)];
  if (x === 0 || y === 0 || x * y > 1536) return;
  const rows = rowsOfColumns(body.slice(2), x * 8, y);
  state.downloaded = piece(state, { widthBytes: x, timesWide: 1, timesHigh: 1, rows, rowsLeft: y * 8 }, x * 8);
}

/** GS / m prints what GS * stored. */
export function downloadedImage(state: PrinterState, mode: number): Piece | null {
  const scale = scaleOf(mode);
  if (state.downloaded === null || scale === null) return null;
  const { widthDots } = state.downloaded;
  return { ...state.downloaded, ...scale, leftDots: leftOf(state, widthDots * scale.timesWide) };
}

/**
 * GS ( L and GS 8 L, what is behind the length: function 112 stores rows of dots, 50 (or 2) prints what is stored.
 * Gives the piece to print, if any.
 */
export function graphics(state: PrinterState, parameters: Bytes): Piece | null {
  const fn = parameters.charCodeAt(1);
  if (fn === 112) {
    const [timesWide, timesHigh] = [parameters.charCodeAt(3), parameters.charCodeAt(4)];
    const [widthDots, rowsLeft] = [u16(parameters, 6), u16(parameters, 8)];
    const widthBytes = Math.ceil(widthDots / 8);
    const rows = parameters.slice(10);
    const fits = timesWide >= 1 && timesWide <= 2 && timesHigh >= 1 && timesHigh <= 2;
    if (!fits || widthDots === 0 || rowsLeft === 0 || rows.length !== widthBytes * rowsLeft) return null;
    state.stored = piece(state, { widthBytes, timesWide, timesHigh, rows, rowsLeft }, widthDots);
    return null;
  }
  if ((fn !== 50 && fn !== 2) || state.stored === null) return null;
  const stored = state.stored;
  state.stored = null;
  return { ...stored, leftDots: leftOf(state, stored.widthDots * stored.timesWide) };
}

/** '1' and '0' as packed bits, the row filled up with white. */
function packedRow(modules: string, times: number): Bytes {
  let bits = '';
  for (const module of modules) bits += module.repeat(times);
  let row = '';
  for (let at = 0; at < bits.length; at += 8) {
    row += String.fromCharCode(parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
  return row;
}

/** GS ( k of QR, behind the length: cn = 49, then what to do. Gives a piece, '' for a setting, or why there is nothing. */
export function qrCode(state: PrinterState, parameters: Bytes): Piece | string {
  const { qr } = state;
  const value = parameters.charCodeAt(2);
  const fn = parameters.charCodeAt(1);
  if (fn === 67) qr.moduleDots = value >= 1 && value <= 16 ? value : qr.moduleDots;
  else if (fn === 69) qr.level = value >= 48 && value <= 51 ? value - 48 : qr.level;
  else if (fn === 80) qr.data = parameters.slice(3);
  if (fn !== 81) return '';
  if (qr.data === '') return 'no data for the QR code';
  const square = qrFor(qr.data, qr.level);
  if (square === null) return 'more than a QR code holds';
  const widthDots = square.size * qr.moduleDots;
  if (widthDots > state.areaDots) return `a QR code of ${widthDots} dots does not fit`;
  let rows = '';
  for (let y = 0; y < square.size; y++) {
    rows += packedRow(square.modules.slice(y * square.size, (y + 1) * square.size), qr.moduleDots).repeat(
      qr.moduleDots,
    );
  }
  const size = { widthBytes: Math.ceil(widthDots / 8), timesWide: 1, timesHigh: 1 };
  return piece(state, { ...size, rows, rowsLeft: widthDots }, widthDots, paper.codeMark(paper.CODE_QR, qr.data));
}

function textPiece(bars: Piece, text: Bytes): Piece {
  return { ...bars, rows: '', rowsLeft: 0, text, code: '' };
}

/** GS k: the bars, and their text above and below where GS H says. Or why there are none. */
export function barCode(state: PrinterState, symbology: number, data: Bytes): Piece[] | string {
  const { heightDots, moduleDots, textAt } = state.bars;
  const bars = barsFor(symbology < 65 ? symbology + 65 : symbology, data);
  if (bars === null) return 'not the data of this bar code, or no bar code of this printer';
  const widthDots = bars.modules.length * moduleDots;
  if (widthDots > Math.min(state.areaDots, LINE_DOTS)) return `a bar code of ${widthDots} dots does not fit`;
  const size = { widthBytes: Math.ceil(widthDots / 8), timesWide: 1, timesHigh: 1 };
  const rows = packedRow(bars.modules, moduleDots).repeat(heightDots);
  const code = paper.codeMark(paper.CODE_BARS, bars.text);
  const symbol = piece(state, { ...size, rows, rowsLeft: heightDots }, widthDots, code);
  const text = textPiece(symbol, bars.text);
  return [...(textAt & 1 ? [text] : []), symbol, ...(textAt & 2 ? [text] : [])];
}
