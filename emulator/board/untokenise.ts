/**
 * Tokenised code back to text, for engines that know no tokens: what runs in QuickJS is read from the bytes that go to the
 * board. Written from the engine's lexer table (jslex.h: tokens from 138 on, raw strings and integers from D1 hex), not from
 * the tokeniser, so that each tests the other.
 */
import type { Bytes } from '../../hal/bytes';

const FIRST_TOKEN = 138;
const RAW_STRING_8 = 0xd1;
const RAW_STRING_16 = 0xd2;
const RAW_INT_0 = 0xd3;
const RAW_INT_8 = 0xd4;
const RAW_INT_16 = 0xd5;

const tokens = (
  '== === != !== <= << <<= >= >> >>> >>>= >>= += -= ++ -- *= /= %= &= && |= || ^= => if else do while for break continue ' +
  'function return var let const this throw try catch finally true false null undefined new in instanceof switch case ' +
  'default delete typeof void debugger class extends super static of'
).split(' ');

const hex = (code: number): string => code.toString(16).padStart(2, '0');

/** A byte string as a string literal of printable characters. */
function literal(bytes: Bytes): string {
  let text = '';
  for (const char of bytes) {
    const code = char.charCodeAt(0);
    const isPlain = code >= 32 && code < 127 && char !== '"' && char !== '\\';
    text += isPlain ? char : `\\x${hex(code)}`;
  }
  return `"${text}"`;
}

/** Text of the token at `at`, and how many bytes it takes. */
function token(bytes: Bytes, at: number): [string, number] {
  const code = bytes.charCodeAt(at);
  if (code === RAW_STRING_8 || code === RAW_STRING_16) {
    const from = at + (code === RAW_STRING_8 ? 2 : 3);
    const length = bytes.charCodeAt(at + 1) | (code === RAW_STRING_8 ? 0 : bytes.charCodeAt(at + 2) << 8);
    if (!(from + length <= bytes.length)) throw new Error(`a string at ${at} goes beyond the end`);
    return [literal(bytes.slice(from, from + length)), from + length - at];
  }
  if (code === RAW_INT_0) return [' 0', 1];
  if (code === RAW_INT_8) return [` ${(bytes.charCodeAt(at + 1) << 24) >> 24}`, 2];
  if (code === RAW_INT_16) {
    return [` ${((bytes.charCodeAt(at + 1) | (bytes.charCodeAt(at + 2) << 8)) << 16) >> 16}`, 3];
  }
  const word = tokens[code - FIRST_TOKEN];
  if (word === undefined) throw new Error(`the byte ${hex(code)} at ${at} is no token`);
  return [` ${word} `, 1];
}

/** Throws an Error that names the offset of a byte that is no token. `onPiece`: what begins where in text and bytes. */
export function untokenise(bytes: Bytes, onPiece?: (textOffset: number, byteOffset: number) => void): string {
  let text = '';
  let quote = '';
  let at = 0;
  while (at < bytes.length) {
    onPiece?.(text.length, at);
    const char = bytes[at];
    if (quote === '' && char.charCodeAt(0) >= FIRST_TOKEN) {
      const [word, length] = token(bytes, at);
      text += word;
      at += length;
      continue;
    }
    text += char;
    at++;
    if (quote !== '' && char === '\\') text += bytes[at++] ?? '';
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return text;
}
