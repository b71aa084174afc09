/**
 * The values of a JSON message into the bytes of an ISO 8583 body.
 *
 * Messages are written one behind the other into a slab and handed out as views of it, as `Buffer` does with its pool.
 */
import type { Failed } from './codec-error';
import { compilePacker } from './compile-packer';
import { longestBodyBytes } from './field-forms';
import { highNibbles, lowNibbles } from './hex-tables';
import { packCarefully } from './pack-carefully';
import type { FieldValues } from './unpack';

const SLAB_BYTES = 65536;

const packFields = compilePacker();
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let slabAt = 0;

function twoDigits(digits: string, at: number): number {
  return highNibbles[digits.charCodeAt(at) & 255] | lowNibbles[digits.charCodeAt(at + 1) & 255];
}

/**
 * Encodes MTI (four digits, checked by the caller), bitmap and fields behind `room` bytes that the caller fills (at most
 * 64). Keys that name no field are ignored; an entry of `raw` is taken before the one of `fields`.
 */
export function packBody(mti: string, fields: FieldValues, raw?: FieldValues, room = 0): Uint8Array | Failed {
  if (slabAt + room + longestBodyBytes > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabAt = 0;
  }
  const target = slab;
  const start = slabAt + room;
  let end = raw === undefined ? packFields(fields, target, start) : -1;
  if (end < 0) {
    const careful = packCarefully(fields, raw, target, start);
    if (typeof careful !== 'number') return careful;
    end = careful;
  }
  target[start] = twoDigits(mti, 0);
  target[start + 1] = twoDigits(mti, 2);
  const bytes = target.subarray(slabAt, end);
  slabAt = end;
  return bytes;
}
