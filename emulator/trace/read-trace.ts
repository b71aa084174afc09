/** A trace of JSON lines back into records, checked: it may come from anywhere. */
import { isKnownType } from '../../host/iso8583/names';
import type { MessageJson } from '../../host/iso8583/decode-message';
import { calendarForm } from '../scenario/vocabulary';
import type { TraceHeader, TraceRecord } from './trace-record';

/** `line: what is wrong`, one line, nothing of the data. */
export class TraceFormatError extends Error {}

const LONGEST_LINE = 1_000_000;
const LONGEST_BYTES = 65_535 - 40;
const LATEST_US = 2 ** 47;
const LONGEST_TEXT = 10_000;
const HIGHEST_CONNECTION = 2 ** 31;

type Fields = Record<string, unknown>;

function objectOf(text: string, line: number): Fields {
  if (text.length > LONGEST_LINE) throw new TraceFormatError(`${line}: longer than any line of a trace`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TraceFormatError(`${line}: not JSON: a trace has one object a line`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TraceFormatError(`${line}: not an object: a trace has one object a line`);
  }
  return value as Fields;
}

function matches(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value);
}

function isWhole(value: unknown, highest: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= highest;
}

export function readHeader(text: string): TraceHeader {
  const fields = objectOf(text, 1);
  const { trace, version, build, seed, startsAt } = fields;
  if (trace !== 'cupos') throw new TraceFormatError('1: not a trace of Cupos: its first line says "trace": "cupos"');
  if (version !== 1) throw new TraceFormatError('1: a trace of another version: only 1 can be read');
  if (!matches(build, /^[\x20-\x7e]{1,60}$/)) throw new TraceFormatError('1: "build" must be a short text');
  if (!isWhole(seed, 0xffffffff)) throw new TraceFormatError('1: "seed" must be a whole number below 4294967296');
  if (!matches(startsAt, calendarForm)) {
    throw new TraceFormatError('1: "startsAt" must be 14 digits, such as 20260115093000');
  }
  return fields as unknown as TraceHeader;
}

function isMessage(value: unknown): value is MessageJson {
  if (typeof value !== 'object' || value === null) return false;
  const { mti, bitmap } = value as Fields;
  return matches(mti, /^\d{4}$/) && isKnownType(parseInt(mti as string, 16)) && matches(bitmap, /^[0-9A-F]{16}$/);
}

/** Throws a `TraceFormatError` that begins with the line's number. */
export function readRecord(text: string, line: number): TraceRecord {
  const fields = objectOf(text, line);
  const { atUs, wire, direction, text: words, bytes, connection, messages } = fields;
  const refuse = (what: string): never => {
    throw new TraceFormatError(`${line}: ${what}`);
  };
  if (!isWhole(atUs, LATEST_US)) refuse('"atUs" must be a whole number of microseconds');
  if (!matches(wire, /^[\w. -]{1,30}$/)) refuse('"wire" must be a short name');
  if (direction !== 'out' && direction !== 'in' && direction !== 'note') refuse('"direction" must be out, in or note');
  if (typeof words !== 'string' || words.length > LONGEST_TEXT) refuse('"text" must be a text');
  const isNote = direction === 'note';
  if (isNote ? bytes !== undefined : !matches(bytes, /^(?:[0-9a-f]{2})*$/)) {
    refuse(isNote ? 'a note has no "bytes"' : '"bytes" must be hex');
  }
  if (!isNote && (bytes as string).length > 2 * LONGEST_BYTES) refuse(`"bytes" may be ${LONGEST_BYTES} at most`);
  if (connection !== undefined && !isWhole(connection, HIGHEST_CONNECTION)) refuse('"connection" must be a number');
  if (messages !== undefined && !(Array.isArray(messages) && messages.every(isMessage))) {
    refuse('"messages" must be messages with a known "mti" and a "bitmap"');
  }
  return fields as unknown as TraceRecord;
}
