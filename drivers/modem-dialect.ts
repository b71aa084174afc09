/**
 * What differs between families of modems with a TCP/IP stack of their own: commands and lines, none of the logic. A
 * dialect is one text, which costs a small engine next to nothing: records ended by `;`, fields within one by `|`.
 */
import type { Bytes } from '../hal/bytes';

/** What stands before received data, then its length in digits, then this. */
export const RECORD_HEADER = 0;
export const RECORD_HEADER_END = 1;
/** Begins the line that says that connecting failed. */
export const RECORD_OPEN_FAILED = 2;
/** Lines that come by themselves. */
export const RECORD_CLOSED = 3;
export const RECORD_BEARER_LOST = 4;
/** Sending: the length follows. */
export const RECORD_SEND = 5;
/** Closing, and stopping a connection attempt: command, line that ends it. */
export const RECORD_CLOSE = 6;
export const RECORD_STOP = 7;
/** The first step of a connection on a bearer that is up; ms from a restart on command until it listens again. */
export const RECORD_NUMBERS = 8;
/** From here on the dialogue, from a modem of unknown state to a connection. */
export const RECORD_STEPS = 9;

/** Command with its blanks `BLANK_…`; '' asks nothing, for a result that comes by itself. */
export const STEP_TEXT = 0;
/** Of hal/fault.ts: 4 not ready, 20 no SIM, 21 not registered, 22 no bearer, 23 connecting failed. */
export const STEP_FAULT = 1;
export const STEP_TIMEOUT_MS = 2;
export const STEP_TRIES = 3;
/** '' for OK. */
export const STEP_FINAL = 4;
/** The command must bring a line that begins with this, */
export const STEP_INFO = 5;
/** and after its comma one of these. */
export const STEP_ONE_OF = 6;
/** Not '': a refusal is as good, for what it is to undo was not there. */
export const STEP_ANYWAY = 7;

export const BLANK_APN = '\x01';
export const BLANK_HOST = '\x02';
export const BLANK_PORT = '\x03';

const SHORT_TEXT = 100;

/** What cuts a text into parts. */
type Separator = ';' | '|' | ',';

/** Where part `index` of a text cut at `separator` begins; -1 beyond its end. */
export function partAt(text: Bytes, separator: Separator, index: number): number {
  let from = 0;
  for (let i = 0; i < index; i++) {
    from = text.indexOf(separator, from) + 1;
    if (from === 0) return -1;
  }
  return from;
}

/** Part `index` of a text cut at `separator`; '' beyond its end. */
export function partOf(text: Bytes, separator: Separator, index: number): Bytes {
  // Short ones by one call; the parts of a whole dialect would take much of a small memory.
  if (text.length < SHORT_TEXT) return text.split(separator)[index] || '';
  const from = partAt(text, separator, index);
  if (from < 0) return '';
  const end = text.indexOf(separator, from);
  return text.slice(from, end < 0 ? text.length : end);
}
