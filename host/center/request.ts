/**
 * A received frame as the center looks at it: envelope, index of the fields, and the raw bytes for the MAC. Nothing in it
 * is believed: every reader below checks the digits it hands out.
 */
import type { Bytes } from '../../hal/bytes';
import { createIndex, fieldData, fieldDigits, hasField, indexMessage, wireField } from '../../firmware/iso8583/message';
import type { MessageIndex } from '../../firmware/iso8583/message';

/** TPDU and application header. */
export const ENVELOPE_BYTES = 11;
const SHORTEST_BODY_BYTES = 10;
const LONGEST_FRAME_BYTES = 4096;
const TPDU_ID = 0x60;

const REQUEST_MTIS = ['0100', '0200', '0220', '0320', '0400', '0500', '0620', '0800', '0820'];

export interface Request {
  readonly envelope: Bytes;
  /** The body as bytes, MTI first. */
  readonly raw: Uint8Array;
  readonly body: Bytes;
  readonly index: MessageIndex;
  /** `FAULT_…` of the codec. Fields before the broken one can be read. */
  readonly fault: number;
  /** Four digits. */
  readonly mti: string;
}

/** The request in a frame, or undefined where no answer could be addressed: too short, no TPDU, no request's MTI. */
export function readRequest(frame: Uint8Array): Request | undefined {
  const length = frame.length;
  if (length < ENVELOPE_BYTES + SHORTEST_BODY_BYTES || length > LONGEST_FRAME_BYTES) return undefined;
  if (frame[0] !== TPDU_ID) return undefined;
  const text = Buffer.from(frame.buffer, frame.byteOffset, length).toString('latin1');
  const mti = Buffer.from(frame.buffer, frame.byteOffset + ENVELOPE_BYTES, 2).toString('hex');
  if (!REQUEST_MTIS.includes(mti)) return undefined;
  const body = text.substring(ENVELOPE_BYTES);
  const index = createIndex();
  const fault = indexMessage(body, index);
  const raw = frame.subarray(ENVELOPE_BYTES);
  return { envelope: text.substring(0, ENVELOPE_BYTES), raw, body, index, fault, mti };
}

export function has(request: Request, field: number): boolean {
  return hasField(request.index, field);
}

/** The field as it stands on the wire, or undefined: for echoing. */
export function wire(request: Request, field: number): Bytes | undefined {
  return hasField(request.index, field) ? wireField(request.body, request.index, field) : undefined;
}

export function text(request: Request, field: number): Bytes {
  return fieldData(request.body, request.index, field);
}

/** Decimal digits of an N field; '' where it is absent or has another nibble. */
export function decimals(request: Request, field: number): string {
  const digits = fieldDigits(request.body, request.index, field);
  for (let i = 0; i < digits.length; i++) if (digits.charCodeAt(i) > 57) return '';
  return digits;
}

/** Digits of a track, nibbles A–F as they are; '' where absent. */
export function trackDigits(request: Request, field: number): string {
  return fieldDigits(request.body, request.index, field);
}

/** The bytes of a field that is not text, without its length. */
export function binary(request: Request, field: number): Buffer {
  return Buffer.from(fieldData(request.body, request.index, field), 'latin1');
}
