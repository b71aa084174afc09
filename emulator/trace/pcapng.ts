/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section, its interfaces, packets with their moment, direction and a
 * comment. Little-endian; times in microseconds since 1970.
 */

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const OPTION_END = 0;
const OPTION_COMMENT = 1;
const OPTION_SECTION_APPLICATION = 4;
const OPTION_NAME = 2;
const OPTION_DESCRIPTION = 3;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_FLAGS = 2;
const INBOUND = 1;
const OUTBOUND = 2;
const LONGEST_COMMENT = 1000;

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

function text(code: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : option(code, Buffer.from(value.slice(0, LONGEST_COMMENT)));
}

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => buffer.writeUInt32LE(value >>> 0, i * 4));
  return buffer;
}

/** Type and length before, length behind. */
function block(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([...parts, option(OPTION_END, Buffer.alloc(0))]);
  const lengthBytes = body.length + 12;
  return Buffer.concat([words(type, lengthBytes), body, words(lengthBytes)]);
}

/** First block of a file. */
export function sectionHeader(application: string, comment: string): Buffer {
  const head = Buffer.alloc(16, 0xff);
  head.writeUInt32LE(BYTE_ORDER, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(0, 6);
  return block(SECTION, head, text(OPTION_COMMENT, comment), text(OPTION_SECTION_APPLICATION, application));
}

/** `linkType`: a number of the LINKTYPE registry. Interfaces are numbered from 0 as they come. */
export function interfaceDescription(linkType: number, name: string, description: string): Buffer {
  const microseconds = Buffer.from([6]);
  return block(
    INTERFACE,
    words(linkType, 0),
    text(OPTION_NAME, name),
    text(OPTION_DESCRIPTION, description),
    option(OPTION_TIME_RESOLUTION, microseconds),
  );
}

export interface Packet {
  readonly interfaceNumber: number;
  /** Since 1970. */
  readonly atUs: bigint;
  readonly data: Buffer;
  /** As the terminal sees it; a note has none. */
  readonly direction: 'out' | 'in' | 'note';
  readonly comment: string;
}

export function enhancedPacket({ interfaceNumber, atUs, data, direction, comment }: Packet): Buffer {
  const flags = words(direction === 'in' ? INBOUND : OUTBOUND);
  return block(
    PACKET,
    words(interfaceNumber, Number(atUs >> 32n), Number(atUs & 0xffffffffn), data.length, data.length),
    padded(data),
    direction === 'note' ? Buffer.alloc(0) : option(OPTION_FLAGS, flags),
    text(OPTION_COMMENT, comment),
  );
}
