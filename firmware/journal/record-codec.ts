/**
 * A transaction record as bytes for the log, and back. What comes from flash has passed a CRC but is checked all the
 * same. Card data that may not be stored (PCI DSS 3.3.1) is left out here, whatever the caller put into the record.
 *
 *   batch 3 BCD, transaction 2, state 1, tries 1, operator, reason, masked PAN (each length 1 and text), then per field
 *   its number 1 (bit 7 set: length takes two bytes), length 1 or 2, wire bytes.
 * The count of finished slips is the note of the record, not part of it.
 */
import { byte, readU16, u16, type Bytes } from '../../hal/bytes';
import type { TransactionRecord } from './transaction-record';

export const BATCH_BYTES = 3;
const LONG_FIELD = 0x80;

/** PAN, tracks, PIN block and its security data, chip data, MAC. */
const neverStored = [0, 1, 2, 35, 36, 52, 53, 55, 64];

function text(value: Bytes): Bytes {
  return byte(value.length) + value.substring(0, 255);
}

function encodeField(number: number, wire: Bytes): Bytes {
  return wire.length < 256
    ? byte(number) + byte(wire.length) + wire
    : byte(number | LONG_FIELD) + u16(wire.length) + wire;
}

/** F63 of an answer is text for the slip: one too long to be honest may not keep an outcome from being stored. */
function isStored(number: number, wire: Bytes): boolean {
  return neverStored.indexOf(number) < 0 && (number !== 63 || wire.length < 256);
}

export function encodeRecord(batchBcd: Bytes, record: TransactionRecord): Bytes {
  let bytes =
    batchBcd +
    u16(record.transaction) +
    byte(record.state) +
    byte(record.tries) +
    text(record.operator) +
    text(record.reason) +
    text(record.maskedPan);
  record.fields.forEach((wire, n) => {
    if (wire !== undefined && isStored(n, wire)) bytes += encodeField(n, wire);
  });
  return bytes;
}

/** The record in `bytes`, or null when they hold none. `slipsDone` is the note. */
export function decodeRecord(bytes: Bytes, slipsDone: number): TransactionRecord | null {
  let at = BATCH_BYTES + 4;
  function nextText(): Bytes {
    const length = at < bytes.length ? bytes.charCodeAt(at) : 0;
    const value = bytes.substring(at + 1, at + 1 + length);
    at += 1 + length;
    return value;
  }
  const operator = nextText();
  const reason = nextText();
  const maskedPan = nextText();
  const fields: (Bytes | undefined)[] = [];
  while (at < bytes.length) {
    const number = bytes.charCodeAt(at) & 127;
    const prefix = bytes.charCodeAt(at) & LONG_FIELD ? 3 : 2;
    const length = prefix === 3 ? readU16(bytes, at + 1) : bytes.charCodeAt(at + 1) & 255;
    at += prefix + length;
    if (number > 64 || at > bytes.length) return null;
    fields[number] = bytes.substring(at - length, at);
  }
  if (at !== bytes.length) return null;
  return {
    transaction: readU16(bytes, BATCH_BYTES),
    state: bytes.charCodeAt(BATCH_BYTES + 2),
    tries: bytes.charCodeAt(BATCH_BYTES + 3),
    operator,
    reason,
    maskedPan,
    fields,
    slipsDone,
  };
}
