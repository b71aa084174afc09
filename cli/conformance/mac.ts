/**
 * Retail MAC (ISO 9797-1 algorithm 3, ANSI X9.19): rows `{fn: "mac.mac_iso9797_3", args: {key1: {hex}, key2: {hex}, data: {hex},
 * padding, length}, result: {hex} | error}`, against the PIN pad's own. The pad pads with zeros (method 1); data that is given
 * with its 80… (method 2) is a whole number of blocks, to which nothing is added.
 */
import { x919Mac } from '../../firmware/pinpad/mac';
import { fromHex, toHex } from '../../hal/bytes';
import { isRow, unmapped, verdict, type Mapper, type Row, type Verdict } from './verdict';

const BLOCK_BYTES = 8;

function hexIn(row: Row, name: string): string | null {
  const value = row[name];
  const hex = isRow(value) ? value['hex'] : undefined;
  return typeof hex === 'string' && /^([0-9A-Fa-f]{2})*$/.test(hex) ? fromHex(hex) : null;
}

function padded(data: string): string {
  const marked = `${data}\x80`;
  return marked.padEnd(Math.ceil(marked.length / BLOCK_BYTES) * BLOCK_BYTES, '\0');
}

function retailMac(args: Row, row: Row): Verdict {
  const [left, right, data] = ['key1', 'key2', 'data'].map((name) => hexIn(args, name));
  if (left === null || right === null || data === null) return unmapped('no hex in key1, key2 and data');
  if (left.length !== BLOCK_BYTES || right.length !== BLOCK_BYTES) return unmapped('a key of another size than DES');
  const { padding } = args;
  const length = args['length'] ?? BLOCK_BYTES;
  if (padding !== 1 && padding !== 2)
    return unmapped('a padding method that ISO 9797-1 has not: the pad has no such choice');
  if (typeof length !== 'number' || length < 1 || length > BLOCK_BYTES) return unmapped('a length that no MAC has');
  const expected = hexIn(row, 'result');
  if (expected === null) return unmapped('no hex in "result"');
  const mac = x919Mac(left + right, padding === 2 ? padded(data) : data).substring(0, length);
  return verdict(toHex(mac) === toHex(expected), 'another MAC than expected');
}

export const macMapper: Mapper = {
  run: (row) => {
    if (row['fn'] !== 'mac.mac_iso9797_3') return null;
    return isRow(row['args']) ? retailMac(row['args'], row) : unmapped('no args');
  },
};
