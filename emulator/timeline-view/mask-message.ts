/**
 * An ISO 8583 frame with its secrets overwritten in place: every byte stands where it stood, so that a hex dump, or a
 * foreign tool, still reads the message. What is secret says host/iso8583/masking.ts; packed digits and bytes become 0,
 * text becomes `*`. The keys of a sign-in (F62) go too: they are encrypted, but nobody gains by reading them.
 */
import type { Bytes } from '../../hal/bytes';
import { createIndex, indexMessage } from '../../firmware/iso8583/message';
import { candidates } from '../../host/iso8583/envelope';
import {
  FORM_DIGITS_RIGHT,
  FORM_DIGITS_VARIABLE,
  FORM_TEXT_VARIABLE,
  forms,
  prefixes,
} from '../../host/iso8583/field-forms';
import { maskFields } from '../../host/iso8583/masking';
import { unpackBody } from '../../host/iso8583/unpack';

const KEYS_FIELD = 62;
const MANAGEMENT = /^08/;

/** Overwrites in `body` what is a star in `shown`, the masked value of a field whose value begins at `from`. */
function overwrite(body: Buffer, field: number, from: number, shown: string): void {
  const form = forms[field];
  const isText = form > FORM_DIGITS_VARIABLE && form <= FORM_TEXT_VARIABLE;
  const skipped = form === FORM_DIGITS_RIGHT && shown.length % 2 === 1 ? 1 : 0;
  for (let i = 0; i < shown.length; i++) {
    if (shown[i] !== '*') continue;
    if (isText) body[from + i] = 0x2a;
    else {
      const nibble = i + skipped;
      body[from + (nibble >> 1)] &= nibble & 1 ? 0xf0 : 0x0f;
    }
  }
}

/** The frame (length, TPDU, header or none of them, then the message), masked, as long as it was; null: it is none. */
export function maskFrame(frame: Bytes): Bytes | null {
  const bytes = Buffer.from(frame, 'latin1');
  for (const envelope of candidates(bytes)) {
    const decoded = unpackBody(bytes, envelope.bytes);
    if (decoded.error !== undefined) continue;
    const index = createIndex();
    if (indexMessage(frame.slice(envelope.bytes), index) !== 0) continue;
    const plain = { ...decoded.fields };
    maskFields(decoded.mti, decoded.fields, undefined);
    for (const [name, shown] of Object.entries(decoded.fields)) {
      const field = parseInt(name, 10);
      const from = envelope.bytes + index.starts[field] + prefixes[field];
      if (field === KEYS_FIELD && MANAGEMENT.test(decoded.mti)) bytes.fill(0, from, envelope.bytes + index.ends[field]);
      else if (shown !== plain[name]) overwrite(bytes, field, from, shown);
    }
    return bytes.toString('latin1');
  }
  return null;
}
