/**
 * A print stream as a list of commands, `[name, parameters…]`: where each command ends is what the printer's own parser
 * says. Text is hex; the points of images are told by their SHA-1.
 */
import { createHash } from 'node:crypto';
import { readCommand } from '../../emulator/devices/escpos-parser';

export type Token = readonly [name: string, ...parameters: unknown[]];

const families: Readonly<Record<string, string>> = { '\x1b': 'ESC', '\x1d': 'GS', '\x1c': 'FS' };
const controls: Readonly<Record<number, string>> = {
  0: 'NUL',
  7: 'BEL',
  8: 'BS',
  9: 'HT',
  10: 'LF',
  11: 'VT',
  12: 'FF',
  13: 'CR',
  16: 'DLE',
  24: 'CAN',
};
/** Commands with one parameter of two bytes, the low one first. */
const twoByteCommands = ['GS L', 'GS W', 'ESC $', 'ESC \\', 'GS $', 'GS \\'];

const u16 = (bytes: string, at: number): number => bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8);
const hexOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();
const sha1 = (bytes: string): string => createHash('sha1').update(bytes, 'latin1').digest('hex');
const numbers = (bytes: string): number[] => [...Buffer.from(bytes, 'latin1')];

function barCode(body: string): Token {
  const type = body.charCodeAt(0);
  return ['GS k', type, type >= 65 ? body.slice(2) : body.slice(1, -1)];
}

/** GS ( x: two bytes of length, then what it does. */
function extended(letter: string, body: string): Token {
  const inside = body.slice(3);
  if (letter === 'k') {
    const [code, does] = numbers(inside.slice(0, 2));
    const rest = inside.slice(2);
    return ['GS ( k', code, does, does === 80 ? rest : hexOf(rest)];
  }
  if (letter !== 'L' || inside.charCodeAt(1) !== 112) return [`GS ( ${letter}`, hexOf(inside)];
  const [tone, xm, ym, color] = numbers(inside.slice(2, 6));
  const size = { width: u16(inside, 6), height: u16(inside, 8) };
  const points = inside.slice(10);
  return ['GS ( L store', { tone, xm, ym, color, ...size, sha1: sha1(points), bytes: points.length }];
}

/** ESC &: height in bytes, first and last character, then of each its width and its points. */
function ownCharacters(body: string): Token {
  const [height, first, last] = numbers(body.slice(0, 3));
  const characters: unknown[] = [];
  let at = 3;
  for (let code = first; code <= last && at < body.length; code++) {
    const width = body.charCodeAt(at);
    characters.push([code, width, sha1(body.slice(at + 1, at + 1 + width * height))]);
    at += 1 + width * height;
  }
  return ['ESC &', height, first, last, characters];
}

function tokenOf(name: string, body: string): Token {
  const readable = `${families[name.charAt(0)] ?? '?'} ${name.charAt(1)}`;
  if (readable === 'GS k') return barCode(body);
  if (readable === 'GS (') return extended(body.charAt(0), body);
  if (readable === 'ESC &') return ownCharacters(body);
  if (readable === 'GS v') {
    return ['GS v 0', body.charCodeAt(1), u16(body, 2), u16(body, 4), sha1(body.slice(6))];
  }
  if (twoByteCommands.includes(readable)) return [readable, u16(body, 0)];
  return [readable, ...numbers(body)];
}

/** `null` when the stream ends inside a command. */
export function tokensOf(stream: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < stream.length) {
    const code = stream.charCodeAt(at);
    let end = at + 1;
    if (code >= 0x20) {
      while (end < stream.length && stream.charCodeAt(end) >= 0x20) end++;
      tokens.push(['TEXT', hexOf(stream.slice(at, end))]);
    } else if (code === 0x10 && stream.charCodeAt(at + 1) === 0x04) {
      end = at + 3;
      tokens.push(['DLE EOT', stream.charCodeAt(at + 2)]);
    } else if (families[stream.charAt(at)] === undefined) tokens.push([controls[code] ?? `CTRL ${code}`]);
    else {
      const command = readCommand(stream, at);
      if (command === null) return null;
      end = at + command.length;
      tokens.push(tokenOf(command.name, stream.slice(at + 2, end)));
    }
    if (end > stream.length) return null;
    at = end;
  }
  return tokens;
}
