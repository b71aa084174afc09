/** ISO 8583 frames inside what a wire carried, decoded and masked: one line, or every field. */
import { decodeMessage, type MessageJson } from '../../host/iso8583/decode-message';

const LENGTH_BYTES = 2;
/** TPDU, header, MTI and bitmap: nothing shorter is a message. */
const SHORTEST_BYTES = 21;

/** Frames of a piece, in order; [] unless the piece holds nothing but whole frames (behind a modem's own header). */
function framesIn(bytes: string): { message: MessageJson; lengthBytes: number }[] {
  const header = /\+(?:IPD,\d+:|QIURC: "recv",\d+,\d+\r\n)/.exec(bytes);
  const raw = Buffer.from(header ? bytes.slice(header.index + header[0].length) : bytes, 'latin1');
  const frames: { message: MessageJson; lengthBytes: number }[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= raw.length) {
    const end = at + LENGTH_BYTES + raw.readUInt16BE(at);
    if (end - at < SHORTEST_BYTES || end > raw.length) break;
    const message = decodeMessage(raw.subarray(at, end));
    if (message.error !== undefined) break;
    frames.push({ message, lengthBytes: end - at });
    at = end;
  }
  return frames;
}

const names: Readonly<Record<string, string>> = {
  '0200': 'sale',
  '0210': 'sale answer',
  '0400': 'reversal',
  '0410': 'reversal answer',
  '0800': 'sign-in',
  '0810': 'sign-in answer',
  '0820': 'management',
  '0830': 'management answer',
};

const management: Readonly<Record<string, string>> = { '002': 'sign-off', '301': 'echo' };

function nameOf(message: MessageJson): string {
  const { mti, fields } = message;
  const answer = mti.endsWith('10') || mti.endsWith('30') ? ' answer' : '';
  if (mti.startsWith('082') || mti.startsWith('083')) {
    return (management[fields['60']?.slice(8, 11) ?? ''] ?? 'management') + answer;
  }
  if (mti.startsWith('02') && fields['3']?.startsWith('31')) return `balance${answer}`;
  return names[mti] ?? '';
}

/** With the length in front, where there was one. */
function messageBytes({ length }: MessageJson): number {
  return length === undefined ? 0 : LENGTH_BYTES + length;
}

function lineOf(message: MessageJson, lengthBytes: number): string {
  const { mti, fields } = message;
  const amount = fields['4'] === undefined ? '' : ` ${(parseInt(fields['4'], 10) / 100).toFixed(2)}`;
  const stan = fields['11'] === undefined ? '' : ` STAN ${fields['11']}`;
  const code = fields['39'] === undefined ? '' : ` F39=${fields['39']}`;
  const mac = fields['64'] === undefined ? '' : ' MAC';
  const size = lengthBytes === 0 ? '' : ` (${lengthBytes} bytes)`;
  return `${mti} ${nameOf(message)}${amount}${stan}${code}${mac}${size}`.replace('  ', ' ');
}

/** '' where the bytes are not whole, well-formed frames with their length in front. */
export function describeFrames(bytes: string): string {
  return framesIn(bytes)
    .map((frame) => lineOf(frame.message, frame.lengthBytes))
    .join('; ');
}

/** One line for messages that were decoded, and masked, already. */
export function describeMessages(messages: readonly MessageJson[]): string {
  return messages.map((message) => lineOf(message, messageBytes(message))).join('; ');
}

/** Every field of the frames, masked, a line each; '' where there are none. */
export function detailFrames(bytes: string): string {
  return framesIn(bytes)
    .map(({ message }) => {
      const lines = [`MTI ${message.mti}  bitmap ${message.bitmap}`];
      if (message.tpdu !== undefined) lines.unshift(`TPDU ${message.tpdu}  header ${message.header ?? '-'}`);
      for (const [field, value] of Object.entries(message.fields)) {
        // Keys of a sign-in are encrypted, but nobody gains by reading them.
        lines.push(`F${field.padStart(2, '0')} ${field === '62' ? `(${value.length / 2} bytes)` : value}`);
      }
      return lines.join('\n');
    })
    .join('\n\n');
}
