/** The smallest PNG writer that the faces need: 1 or 8 bits a pixel, grey, one IDAT (ISO/IEC 15948). */
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../hal/bytes';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body.toString('latin1')), body.length + 4);
  return frame;
}

/** `dots` are one byte a pixel, row by row, anything but 0 is black. */
export function encodePng(dots: Uint8Array, width: number, height: number): Buffer {
  const stride = 1 + Math.ceil(width / 8);
  const rows = Buffer.alloc(stride * height, 0xff);
  for (let y = 0; y < height; y++) {
    rows[y * stride] = 0;
    for (let x = 0; x < width; x++) {
      const at = y * stride + 1 + (x >> 3);
      if (dots[y * width + x]) rows[at] = rows[at] & ~(0x80 >> (x & 7));
    }
  }
  return png(rows, width, height, 1);
}

/** `greys` are one byte a pixel, row by row, 0 black to 255 white. */
export function encodeGreyPng(greys: Uint8Array, width: number, height: number): Buffer {
  const rows = Buffer.alloc((1 + width) * height);
  for (let y = 0; y < height; y++) rows.set(greys.subarray(y * width, (y + 1) * width), y * (1 + width) + 1);
  return png(rows, width, height, 8);
}

function png(rows: Buffer, width: number, height: number, bits: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
