/** What went to the printer, in words: its text without the commands between, images and codes by name. */
import iconv from 'iconv-lite';
import { readCommand } from '../devices/escpos-parser';
import { maskNumbers } from './mask';

const LONGEST_TEXT = 100;
const LONGEST_PIECE_BYTES = 65_536;

function nameOf(name: string, body: string): string {
  if (name === '\x1dv') return ` [image ${(body.charCodeAt(2) | (body.charCodeAt(3) << 8)) * 8} dots wide] `;
  if (name === '\x1b*' || name === '\x1d/') return ' [image] ';
  if (name === '\x1dk') return ' [bar code] ';
  if (name === '\x1d(' && body.startsWith('k') && body.charAt(4) === 'Q') return ' [QR code] ';
  return ' ';
}

export function describePrinter(bytes: string): string {
  let out = '';
  for (let at = 0; at < bytes.length && at < LONGEST_PIECE_BYTES;) {
    const first = bytes.charAt(at);
    if (first === '\x10') {
      at += 3;
      out += ' ';
    } else if (first === '\x1b' || first === '\x1d' || first === '\x1c') {
      const command = readCommand(bytes, at);
      const length = command ? command.length : bytes.length;
      out += command ? nameOf(command.name, bytes.slice(at + 2, at + Math.min(length, 16))) : ' ';
      at += length;
    } else {
      out += first;
      at++;
    }
  }
  const text = iconv.decode(Buffer.from(out, 'latin1'), 'gb18030').replace(/[\x00-\x1f\x7f-\x9f�]+/g, ' ');
  return `${bytes.length} bytes ${maskNumbers(text.trim()).slice(0, LONGEST_TEXT)}`.trimEnd();
}
