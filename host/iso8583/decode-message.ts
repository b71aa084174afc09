/** Bytes of a captured frame into the JSON form of a message (docs/protocol/iso8583.md). */
import type { Failed } from './codec-error';
import { candidates, whyNone } from './envelope';
import type { Envelope } from './envelope';
import { maskFields } from './masking';
import { unpackBody } from './unpack';
import type { FieldValues, UnpackedBody } from './unpack';

/** Keys in the order of the wire; what the frame does not have is left out. */
export interface MessageJson {
  readonly error?: undefined;
  length?: number;
  /** Ten hex digits. */
  tpdu?: string;
  /** Twelve digits. */
  header?: string;
  mti: string;
  bitmap: string;
  fields: FieldValues;
  raw?: FieldValues;
}

/** A message, or what is wrong with the bytes. */
export type DecodedMessage = MessageJson | Failed;

function hexOf(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length)
    .toString('hex')
    .toUpperCase();
}

function assemble(bytes: Uint8Array, envelope: Envelope, body: UnpackedBody, unmask: boolean): MessageJson {
  const raw = unmask ? body.raw : maskFields(body.mti, body.fields, body.raw);
  const json: Partial<MessageJson> = {};
  let at = 0;
  if (envelope.length) {
    json.length = bytes.length - 2;
    at += 2;
  }
  if (envelope.tpdu) {
    json.tpdu = hexOf(bytes, at, 5);
    at += 5;
  }
  if (envelope.header) json.header = hexOf(bytes, at, 6);
  json.mti = body.mti;
  json.bitmap = body.bitmap;
  json.fields = body.fields;
  if (raw) json.raw = raw;
  return json as MessageJson;
}

/** Never throws. Without `unmask` nothing secret is in the result: `maskFields`. */
export function decodeMessage(bytes: Uint8Array, options: { unmask?: boolean } = {}): DecodedMessage {
  const unmask = options.unmask === true;
  let first: Failed | undefined;
  for (const envelope of candidates(bytes)) {
    const body = unpackBody(bytes, envelope.bytes);
    if (body.error === undefined) return assemble(bytes, envelope, body, unmask);
    first ??= body;
  }
  return first ?? whyNone(bytes);
}
