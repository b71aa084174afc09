/**
 * A received frame as the center looks at it: envelope, index of the fields, and the raw bytes for the MAC. Nothing in it
 * is believed: every reader below checks the digits it hands out.
 */
import type { Bytes } from '../../hal/bytes';
import { createIndex, fieldData, fieldDigits, hasField, indexMessage, wireField } from '../../firmware/iso8583/message';
import type { MessageIndex } from '../../firmware/iso8583/message';

/** Both TPDU (5) and application header (6), the TPDU, the header, none: terminals for other hosts leave them out. */
const ENVELOPES_BYTES = [11, 5, 6, 0];
const SHORTEST_BODY_BYTES = 10;
const LONGEST_FRAME_BYTES = 4096;
const ENVELOPE_NIBBLE = 6;

const REQUEST_MTIS = ['0100', '0200', '0220', '0320', '0400', '0500', '0620', '0800', '0820'];

export interface Request {
  /** TPDU and application header, as far as the terminal sends them: answers have the same. */
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

function mtiAt(frame: Uint8Array, at: number): string {
  return Buffer.from(frame.buffer, frame.byteOffset + at, 2).toString('hex');
}

/** What stands before the MTI, or -1 where no request's MTI can be found. TPDU and header begin with 6, an MTI with 0. */
export function envelopeBytes(frame: Uint8Array): number {
  const fits = (before: number): boolean =>
    frame.length >= before + SHORTEST_BODY_BYTES &&
    (before === 0 || frame[0] >> 4 === ENVELOPE_NIBBLE) &&
    REQUEST_MTIS.includes(mtiAt(frame, before));
  return ENVELOPES_BYTES.find(fits) ?? -1;
}

/** The request in a frame, or undefined where no answer could be addressed: too short, or no request's MTI. */
export function readRequest(frame: Uint8Array): Request | undefined {
  const length = frame.length;
  const before = length > LONGEST_FRAME_BYTES ? -1 : envelopeBytes(frame);
  if (before < 0) return undefined;
  const text = Buffer.from(frame.buffer, frame.byteOffset, length).toString('latin1');
  const mti = mtiAt(frame, before);
  const body = text.substring(before);
  const index = createIndex();
  const fault = indexMessage(body, index);
  return { envelope: text.substring(0, before), raw: frame.subarray(before), body, index, fault, mti };
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
