/**
 * The bytes of a wire as they may be shown or stored: as many as there were, each at its place, secrets overwritten. Only
 * what is understood is let through; all else becomes zeros, so that nothing unknown can leak.
 */
import type { Bytes } from '../../hal/bytes';
import * as pad from '../../hal/pad-commands';
import { maskNumbers } from './mask';
import { maskFrame } from './mask-message';

const LENGTH_BYTES = 2;
/** TPDU, header, MTI and bitmap: nothing shorter is a message. */
const SHORTEST_MESSAGE_BYTES = 21;
const LONGEST_MESSAGE_BYTES = 4096;

export function zeros(lengthBytes: number): Bytes {
  return '\0'.repeat(lengthBytes);
}

/** A whole frame with its length in front, at `at`: masked; '' where there is none. */
function frameAt(bytes: Bytes, at: number): Bytes {
  const lengthBytes = (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);
  if (lengthBytes < SHORTEST_MESSAGE_BYTES || lengthBytes > LONGEST_MESSAGE_BYTES) return '';
  const end = at + LENGTH_BYTES + lengthBytes;
  return end > bytes.length ? '' : (maskFrame(bytes.slice(at, end)) ?? '');
}

/** Modem dialogue: command lines, answer lines, the prompt, and the headers before received data. */
const dialogue =
  /^(?:AT[\x20-\x7e]*\r\n?|[\r\n]+|> ?|\+(?:IPD|CIPRXGET|QIRD)[\x20-\x7e]{0,40}?[:\n]|[0-9.]{7,15}\r\n|[A-Z+][\x20-\x7e]*\r\n)/;

function maskStream(bytes: Bytes, isModem: boolean): Bytes {
  let masked = '';
  while (masked.length < bytes.length) {
    const at = masked.length;
    const frame = frameAt(bytes, at);
    const line = isModem && frame === '' ? (dialogue.exec(bytes.slice(at))?.[0] ?? '') : '';
    masked += frame || maskNumbers(line) || zeros(bytes.length - at);
  }
  return masked;
}

const STX = 0x02;
const PAD_HEAD_BYTES = 5;
const PAD_CRC_BYTES = 2;

/** The data of a frame that may be shown: how many digits were keyed, what the display says, how a command ended. */
function padData(command: number, data: Bytes): Bytes {
  if (command === pad.PAD_EVENT_PROGRESS || command === pad.PAD_SHOW) return data;
  const shown = command & pad.PAD_ANSWER ? Math.min(1, data.length) : 0;
  return data.slice(0, shown) + zeros(data.length - shown);
}

function maskPad(bytes: Bytes): Bytes {
  let masked = '';
  while (masked.length < bytes.length) {
    const at = masked.length;
    const first = bytes.charCodeAt(at);
    const lengthBytes = (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
    const end = at + PAD_HEAD_BYTES - 2 + lengthBytes + PAD_CRC_BYTES;
    if (first === STX && lengthBytes >= 2 && end <= bytes.length) {
      const data = bytes.slice(at + PAD_HEAD_BYTES, end - PAD_CRC_BYTES);
      // The check is of the data before it was masked, and would tell of it.
      masked += bytes.slice(at, at + PAD_HEAD_BYTES) + padData(bytes.charCodeAt(at + 4), data) + zeros(PAD_CRC_BYTES);
    } else if (first === 0x06 || first === 0x15) masked += bytes.slice(at, at + 2);
    else masked += zeros(bytes.length - at);
  }
  return masked;
}

/** A command to the flash and its address; never what is written there. */
function maskFlash(bytes: Bytes): Bytes {
  return bytes.slice(0, 4) + zeros(Math.max(0, bytes.length - 4));
}

/** As long as `bytes`. For a wire that carries frames give whole pieces (`PieceAssembler`): half a frame is all zeros. */
export function maskedBytes(wire: string, direction: 'out' | 'in' | 'note', bytes: Bytes): Bytes {
  switch (wire) {
    case 'network':
      return maskStream(bytes, false);
    case 'modem':
      return maskStream(bytes, true);
    case 'pinpad':
    case 'loader':
      return maskPad(bytes);
    case 'printer':
      return direction === 'out' ? maskNumbers(bytes) : bytes;
    case 'flash':
      return direction === 'out' ? maskFlash(bytes) : zeros(bytes.length);
    default:
      return zeros(bytes.length);
  }
}
