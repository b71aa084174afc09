/**
 * Bar codes and QR codes as bars and modules, for the fake printer (and for nobody else: the terminal only names what it
 * wants). Code 128 is drawn from its table (ISO/IEC 15417), because ESC/POS chooses the code set character by character;
 * the other symbologies and QR (ISO/IEC 18004) come from libraries.
 */
import { SeenLately } from './seen-lately';

/** Widths of bars and gaps of the symbols 0–105, six a symbol; the stop has seven. */
const code128Widths =
  '212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221' +
  '223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321' +
  '112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131' +
  '311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114' +
  '122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141' +
  '214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232';
const code128Stop = '2331112';
const [CODE_C, CODE_B, CODE_A, FNC_1, START_A, START_B, START_C] = [99, 100, 101, 102, 103, 104, 105];
const FNC_2 = 97;
const FNC_3 = 96;
const SHIFT = 98;

/** A row of a symbol: '1' for a bar of one module, '0' for a gap. */
export interface Bars {
  readonly modules: string;
  /** What is written below (HRI). */
  readonly text: string;
}

function barsOf(widths: string): string {
  return [...widths].map((width, i) => (i % 2 === 0 ? '1' : '0').repeat(Number(width))).join('');
}

/** Symbol of a character in a code set, or -1. In set C a byte is a pair of digits. */
function code128Symbol(set: string, code: number): number {
  if (set === 'C') return code < 100 ? code : -1;
  if (set === 'B') return code >= 32 && code < 128 ? code - 32 : -1;
  if (code < 32) return code + 64;
  return code < 96 ? code - 32 : -1;
}

/** `{A`, `{B`, `{C` choose a set, `{S` shifts for one character, `{1`–`{4` are function characters, `{{` is a brace. */
function code128(data: string): Bars | null {
  let set = data.charAt(0) === '{' ? data.charAt(1) : '';
  if (!'ABC'.includes(set) || set === '') return null;
  const symbols = [set === 'A' ? START_A : set === 'B' ? START_B : START_C];
  let text = '';
  let shifted = '';
  for (let at = 2; at < data.length; at++) {
    let code = data.charCodeAt(at);
    if (code === 0x7b && set !== 'C' && data.charAt(at + 1) === '{') at++;
    else if (code === 0x7b) {
      const what = data.charAt(++at);
      const special: Readonly<Record<string, number>> = {
        A: CODE_A,
        B: CODE_B,
        C: CODE_C,
        S: SHIFT,
        1: FNC_1,
        2: FNC_2,
      };
      const symbol = what === '3' ? FNC_3 : what === '4' ? (set === 'A' ? CODE_A : CODE_B) : special[what];
      if (symbol === undefined || what === set || (set === 'C' && 'S234'.includes(what))) return null;
      symbols.push(symbol);
      if ('ABC'.includes(what)) set = what;
      if (what === 'S') shifted = set === 'A' ? 'B' : 'A';
      continue;
    }
    const symbol = code128Symbol(shifted || set, code);
    if (symbol < 0) return null;
    shifted = '';
    symbols.push(symbol);
    if (set === 'C') text += String(code).padStart(2, '0');
    else text += code < 32 || code === 127 ? ' ' : String.fromCharCode(code);
    code = 0;
  }
  if (symbols.length < 2) return null;
  symbols.push(symbols.reduce((sum, symbol, i) => sum + symbol * Math.max(1, i), 0) % 103);
  const widths = symbols.map((symbol) => code128Widths.slice(symbol * 6, symbol * 6 + 6)).join('');
  return { modules: barsOf(widths + code128Stop), text };
}

const formats: Readonly<Record<number, string>> = {
  65: 'UPC',
  66: 'UPCE',
  67: 'EAN13',
  68: 'EAN8',
  69: 'CODE39',
  70: 'ITF',
  71: 'codabar',
  72: 'CODE93',
};
export const CODE_128 = 73;

interface Encoding {
  readonly data: string;
  readonly text?: string;
}

/** UPC-E is also given as the 11 or 12 digits of its UPC-A. */
function upceDigits(data: string): string {
  if (data.length < 11) return data;
  const [maker, item] = [data.slice(1, 6), data.slice(6, 11)];
  if (/[012]00$/.test(maker) && /^00/.test(item)) return maker.slice(0, 2) + item.slice(2) + maker.charAt(2);
  if (/00$/.test(maker) && /^000/.test(item)) return maker.slice(0, 3) + item.slice(3) + '3';
  if (/0$/.test(maker) && /^0000/.test(item)) return maker.slice(0, 4) + item.slice(4) + '4';
  return maker + item.charAt(4);
}

function encodeByLibrary(symbology: number, data: string): Bars | null {
  const JsBarcode = require('jsbarcode') as (to: object, text: string, options: object) => void;
  const format = formats[symbology];
  // The library would print small letters as capitals.
  if (format === undefined || (format === 'CODE39' && /[a-z]/.test(data))) return null;
  const text = format === 'CODE39' ? data.replace(/^\*|\*$/g, '') : format === 'UPCE' ? upceDigits(data) : data;
  const to: { encodings?: Encoding[] } = {};
  let valid = false;
  JsBarcode(to, text, { format, flat: true, valid: (is: boolean) => (valid = is) });
  if (!valid || !to.encodings) return null;
  const written = to.encodings.map((encoding) => encoding.text ?? '').join('');
  return { modules: to.encodings.map((encoding) => encoding.data).join(''), text: written };
}

const LONGEST_BARS = 255;
const barsSeen = new SeenLately<Bars | null>();

/** The symbol of GS k, `symbology` 65–73; `null` for data that it does not take, or a symbology that is not here. */
export function barsFor(symbology: number, data: string): Bars | null {
  if (data.length > LONGEST_BARS) return null;
  return barsSeen.get(`${symbology} ${data}`, () =>
    symbology === CODE_128 ? code128(data) : encodeByLibrary(symbology, data),
  );
}

/** A square of modules, row by row, '1' for a dark one. */
export interface QrSquare {
  readonly size: number;
  readonly modules: string;
}

type QrFactory = typeof import('qrcode-generator');

function qrMode(data: string): 'Numeric' | 'Alphanumeric' | 'Byte' {
  if (/^\d+$/.test(data)) return 'Numeric';
  return /^[0-9A-Z $%*+\-./:]+$/.test(data) ? 'Alphanumeric' : 'Byte';
}

function encodeQr(data: string, level: 'L' | 'M' | 'Q' | 'H'): QrSquare | null {
  const qrcode = require('qrcode-generator') as QrFactory;
  // Bytes as they are: what they mean is between the terminal and the reader.
  qrcode.stringToBytes = (text) => [...Buffer.from(text, 'latin1')];
  const qr = qrcode(0, level);
  try {
    qr.addData(data, qrMode(data));
    qr.make();
  } catch {
    return null;
  }
  const size = qr.getModuleCount();
  let modules = '';
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) modules += qr.isDark(y, x) ? '1' : '0';
  return { size, modules };
}

/** The largest version takes this many bytes at the lowest level. */
const LONGEST_QR = 2953;
const qrSeen = new SeenLately<QrSquare | null>();

/** `level` 0–3 for L, M, Q, H. `null` for more than a code holds. */
export function qrFor(data: string, level: number): QrSquare | null {
  if (data === '' || data.length > LONGEST_QR) return null;
  return qrSeen.get(`${level} ${data}`, () => encodeQr(data, (['L', 'M', 'Q', 'H'] as const)[level & 3]));
}
