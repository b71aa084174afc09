/**
 * A piece of the timeline in words: decoded, and masked without exception. What cannot be decoded is shown by its length
 * alone, so that nothing unknown can leak.
 */
import { PAD_ANSWER } from '../../hal/pad-commands';
import * as pad from '../../hal/pad-commands';
import { describeFrames } from './describe-frames';
import { describePrinter } from './describe-printer';
import { maskNumbers } from './mask';
import type { WirePiece } from './assemble';

const padCommands = new Map<number, string>(
  Object.entries(pad)
    .filter(([name]) =>
      /^PAD_(HELLO|CANCEL|LOAD_KEYS|KEY_STATUS|CARD|PIN|TRACKS|END|MAC|SEAL|UNSEAL|SHOW|LOAD_TMK)$/.test(name),
    )
    .map(([name, code]) => [code, name.slice(4)]),
);

function describePad(bytes: string): string {
  const words: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes.charCodeAt(at);
    if (first === 0x02 && at + 5 <= bytes.length) {
      const length = (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
      const command = bytes.charCodeAt(at + 4);
      if (command === pad.PAD_EVENT_PROGRESS) words.push(`${bytes.charCodeAt(at + 5)} digits keyed`);
      else if (command === pad.PAD_EVENT_STARTED) words.push('started');
      else {
        const name = padCommands.get(command & ~PAD_ANSWER) ?? `command ${command}`;
        const status = command & PAD_ANSWER ? ` answer ${bytes.charCodeAt(at + 5)}` : '';
        words.push(`${name}${status} (${Math.max(0, length - 2)} bytes)`);
      }
      at += 5 + length;
    } else if (first === 0x06 || first === 0x15) {
      words.push(first === 0x06 ? 'ACK' : 'NAK');
      at += 2;
    } else {
      at++;
    }
  }
  return words.join(', ') || `${bytes.length} bytes`;
}

function printable(text: string): string {
  return maskNumbers(text.replace(/[\x00-\x1f\x7f-\x9f�]+/g, ' ').trim());
}

function describeModem(bytes: string): string {
  const frames = describeFrames(bytes);
  if (frames) return frames;
  // Dialogue is lines of ASCII; anything else is data whose decoding failed, or a part of it.
  if (/^[\x09\x0a\x0d\x20-\x7e]*$/.test(bytes) && (/[\r\n]/.test(bytes) || bytes === '+++'))
    return printable(bytes.replace(/\r\n?/g, ' ⏎ '));
  return `${bytes.length} bytes`;
}

const flashCommands: Record<number, string> = {
  0x02: 'program',
  0x03: 'read',
  0x05: 'status',
  0x06: 'write enable',
  0x0b: 'read',
  0x20: 'erase',
  0x9f: 'identify',
};

function describeFlash(bytes: string): string {
  const name = flashCommands[bytes.charCodeAt(0)] ?? 'command';
  if (bytes.length < 4) return name;
  const address = (bytes.charCodeAt(1) << 16) | (bytes.charCodeAt(2) << 8) | bytes.charCodeAt(3);
  return `${name} ${address.toString(16).padStart(6, '0')}${bytes.length > 4 ? ` ${bytes.length - 4} bytes` : ''}`;
}

/** One line of text for a piece; '' for one not worth showing. */
export function describePiece(piece: WirePiece): string {
  if (piece.direction === 'note') return maskNumbers(piece.text);
  switch (piece.wire) {
    case 'pinpad':
    case 'loader':
      return describePad(piece.bytes);
    case 'printer':
      return piece.direction === 'out' ? describePrinter(piece.bytes) : `status ${piece.bytes.length} bytes`;
    case 'modem':
    case 'network':
      return describeModem(piece.bytes);
    case 'flash':
      return piece.direction === 'out' ? describeFlash(piece.bytes) : '';
    default:
      return `${piece.bytes.length} bytes`;
  }
}
