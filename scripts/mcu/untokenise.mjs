// Tokenised code back to text, for engines that know no tokens: what runs in QuickJS is read from the bytes that go to the
// board. Written from the engine's lexer table (jslex.h: tokens from 138 on, raw strings and integers from D1 hex), not
// from the tokeniser, so that each tests the other.
const firstToken = 138;
const tokens = (
  '== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= => if else do while for break continue ' +
  'function return var let const this throw try catch finally true false null undefined new in instanceof switch case ' +
  'default delete typeof void debugger class extends super static of'
).split(' ');
const rawString8 = 0xd1;
const rawString16 = 0xd2;
const rawInt0 = 0xd3;
const rawInt8 = 0xd4;
const rawInt16 = 0xd5;

const hex = (code) => code.toString(16).padStart(2, '0');

/** A byte string as a string literal of printable characters. */
function literal(bytes) {
  const escaped = bytes.replace(/["\\\x00-\x1f\x7f-\xff]/g, (char) => `\\x${hex(char.charCodeAt(0))}`);
  return `"${escaped}"`;
}

/**
 * Throws an Error that names the offset of a byte that is no token. `onByte(textOffset, byteOffset)`: what begins where.
 */
export function untokenise(bytes, onByte = () => undefined) {
  let text = '';
  let quote = '';
  for (let i = 0; i < bytes.length; i++) {
    onByte(text.length, i);
    const char = bytes[i];
    const code = bytes.charCodeAt(i);
    if (quote !== '') {
      text += char;
      if (char === '\\') text += bytes[++i] ?? '';
      else if (char === quote) quote = '';
    } else if (code < firstToken) {
      if (char === '"' || char === "'") quote = char;
      text += char;
    } else if (code === rawString8 || code === rawString16) {
      const wide = code === rawString16 ? 1 : 0;
      const length = bytes.charCodeAt(i + 1) | (wide ? bytes.charCodeAt(i + 2) << 8 : 0);
      const from = i + 2 + wide;
      if (!(from + length <= bytes.length)) throw new Error(`a string at ${i} goes beyond the end`);
      text += literal(bytes.slice(from, from + length));
      i = from + length - 1;
    } else if (code === rawInt0) text += ' 0';
    else if (code === rawInt8 || code === rawInt16) {
      const value =
        code === rawInt8
          ? (bytes.charCodeAt(i + 1) << 24) >> 24
          : ((bytes.charCodeAt(i + 1) | (bytes.charCodeAt(i + 2) << 8)) << 16) >> 16;
      text += ` ${value}`;
      i += code === rawInt8 ? 1 : 2;
    } else {
      const token = tokens[code - firstToken];
      if (token === undefined) throw new Error(`the byte ${hex(code)} at ${i} is no token`);
      text += ` ${token} `;
    }
  }
  return text;
}
