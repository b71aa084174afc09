/**
 * The field table compiled into one straight function that writes the fields of a message: no table is looked at while
 * it runs, and every size and field number in it is a constant. Its source comes from the table alone, never from data.
 */
import {
  FORM_DIGITS_LEFT,
  FORM_DIGITS_RIGHT,
  FORM_DIGITS_VARIABLE,
  FORM_HEX,
  FORM_HEX_VARIABLE,
  FORM_TEXT,
  FORM_TEXT_VARIABLE,
  fieldNumbers,
  forms,
  prefixes,
  sizes,
  tracks,
} from './field-forms';
import { NOT_HEX, SEPARATOR, highNibbles, lowNibbles, packedNumbers, pairs } from './hex-tables';
import type { FieldValues } from './unpack';

/**
 * Writes bitmap and fields, the message type being at `start`; returns the place behind them, or -1 if a value is not
 * plainly right. Keys that name no field are not looked at.
 */
export type Packer = (fields: FieldValues, target: Buffer, start: number) => number;

/** From here on it is quicker to have the runtime lay the characters out in memory, once, than to ask for each. */
const LONG_HEX = 48;
/** Twice the most characters of any field. As UTF-8 it shows by its length whether any character is no ASCII. */
const scratch = Buffer.alloc(4096);
const scratchPairs = new Uint16Array(scratch.buffer, scratch.byteOffset, scratch.length / 2);

const FAIL = 'return -1;';

function pair(high: string, low: string): string {
  return (
    `c = v.charCodeAt(${high}); d = v.charCodeAt(${low});` +
    `x = highNibbles[c & 255] | lowNibbles[d & 255] | ((c | d) > 255 ? ${NOT_HEX} : 0); seen |= x; t[at++] = x;`
  );
}

function single(table: string, index: string): string {
  return `c = v.charCodeAt(${index}); x = ${table}[c & 255] | (c > 255 ? ${NOT_HEX} : 0); seen |= x; t[at++] = x;`;
}

/** Checks the size of `v`, `n` characters long, and writes the length before it. */
function sizeCode(field: number): string {
  const size = sizes[field];
  const prefix = prefixes[field];
  const isHex = forms[field] >= FORM_HEX;
  if (!prefix) return `if (n !== ${isHex ? size * 2 : size}) ${FAIL}`;
  const check = isHex ? `if (n & 1 || n > ${size * 2}) ${FAIL} x = n >> 1;` : `if (n > ${size}) ${FAIL} x = n;`;
  const write =
    prefix === 1 ? 't[at++] = packed[x];' : 'c = (x / 100) | 0; t[at++] = c; t[at++] = packed[x - c * 100];';
  return check + write;
}

/** Writes `v`; returns its code and the bits of `seen` that refuse it. */
function valueCode(field: number): [code: string, refused: number] {
  const form = forms[field];
  if (form === FORM_TEXT || form === FORM_TEXT_VARIABLE) {
    return ['for (i = 0; i < n; i++) { c = v.charCodeAt(i); seen |= c; t[at++] = c; }', ~255];
  }
  const refused = tracks[field] ? NOT_HEX : NOT_HEX | SEPARATOR;
  const loop = `for (i = 1; i < n; i += 2) { ${pair('i - 1', 'i')} }`;
  if (form === FORM_DIGITS_RIGHT) {
    return [`${single('lowNibbles', '0')} for (i = 2; i < n; i += 2) { ${pair('i - 1', 'i')} }`, refused];
  }
  if (form === FORM_DIGITS_LEFT) return [loop + single('highNibbles', 'n - 1'), refused];
  if (form === FORM_DIGITS_VARIABLE) return [`${loop} if (n & 1) { ${single('highNibbles', 'n - 1')} }`, refused];
  if (form !== FORM_HEX_VARIABLE) return [loop, refused];
  const long =
    `if (scratch.write(v) !== n) ${FAIL} c = n >> 1;` +
    'for (i = 0; i < c; i++) { x = pairs[scratchPairs[i]]; seen |= x; t[at + i] = x; } at += c;';
  return [`if (n > ${LONG_HEX}) { ${long} } else { ${loop} }`, refused];
}

function fieldCode(field: number): string {
  const [code, refused] = valueCode(field);
  const bit = (0x80000000 >>> ((field - 1) & 31)) | 0;
  return (
    `v = fields[${field}];` +
    `if (typeof v === 'string') { n = v.length; seen = 0; ${sizeCode(field)} ${code}` +
    `if (seen & ${refused}) ${FAIL} ${field > 32 ? 'low' : 'high'} |= ${bit}; }` +
    `else if (v !== undefined) ${FAIL}\n`
  );
}

function bitmapCode(): string {
  let code = '';
  for (let i = 0; i < 8; i++) code += `t[start + ${i + 2}] = ${i < 4 ? 'high' : 'low'} >>> ${24 - (i & 3) * 8};`;
  return code;
}

export function compilePacker(): Packer {
  const body = Array.from(fieldNumbers, fieldCode).join('');
  const source =
    'return function packFields(fields, t, start) {' +
    'let at = start + 10, high = 0, low = 0, v, n = 0, i = 0, c = 0, d = 0, x = 0, seen = 0;\n' +
    `${body}${bitmapCode()} return at; };`;
  const tables = { highNibbles, lowNibbles, packed: packedNumbers, pairs, scratch, scratchPairs };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- see above: no data takes part in the source
  const make = new Function(...Object.keys(tables), source) as (...values: unknown[]) => Packer;
  return make(...Object.values(tables));
}
