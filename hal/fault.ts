/**
 * Fault codes of the portable rooms. A fault is a small integer; 0 is "done". A fault never carries data that came from
 * a card, a line or a key: where more is known, a `Fault` adds the number of a field and an offset, nothing else.
 */
export const FAULT_NONE = 0;

// Common to every device.
export const FAULT_CANCELLED = 1;
export const FAULT_TIMEOUT = 2;
export const FAULT_BUSY = 3;
/** The device does not answer or is not there. */
export const FAULT_NOT_READY = 4;
/** The far end spoke, but not the protocol. */
export const FAULT_PROTOCOL = 5;
/** The caller asked for something the device cannot do. */
export const FAULT_BAD_REQUEST = 6;

// Printer.
export const FAULT_PAPER_OUT = 10;
export const FAULT_COVER_OPEN = 11;
export const FAULT_TOO_HOT = 12;

// Modem and line.
export const FAULT_NO_SIM = 20;
export const FAULT_NOT_REGISTERED = 21;
export const FAULT_NO_BEARER = 22;
export const FAULT_CONNECT_FAILED = 23;
export const FAULT_LINE_CLOSED = 24;
/** Dial-up: no voltage on the telephone line. */
export const FAULT_NO_LINE = 25;
export const FAULT_NO_DIALTONE = 26;
/** The number is busy, or another phone uses the line. */
export const FAULT_LINE_BUSY = 27;
export const FAULT_NO_ANSWER = 28;
export const FAULT_NO_CARRIER = 29;

// Stripe.
export const FAULT_STRIPE_UNREADABLE = 30;
export const FAULT_STRIPE_PARITY = 31;
export const FAULT_STRIPE_LRC = 32;
export const FAULT_STRIPE_TOO_LONG = 33;
/** Readable, but not a payment card: no separator, no PAN, bad expiry. */
export const FAULT_CARD_FORMAT = 34;
/** The PAN fails the Luhn check (ISO/IEC 7812-1 annex B). */
export const FAULT_CARD_LUHN = 35;

// Flash and journal.
export const FAULT_FLASH = 40;
export const FAULT_JOURNAL_FULL = 41;
export const FAULT_JOURNAL_CORRUPT = 42;

// PIN pad.
export const FAULT_PAD_NO_KEY = 50;
/** A working key's check value is wrong (密钥校验错). */
export const FAULT_PAD_KEY_CHECK = 51;
/** The customer pressed confirm without a PIN. */
export const FAULT_PAD_BYPASS = 52;
/** The pad was opened; its keys are gone. */
export const FAULT_PAD_TAMPERED = 53;
export const FAULT_PAD_CHECKSUM = 54;
export const FAULT_PAD_NO_CARD = 55;
/** A sealed value was not sealed by this pad, or is damaged. */
export const FAULT_PAD_SEAL = 56;

// ISO 8583 codec: the codes of `cupos decode`.
export const FAULT_TOO_SHORT = 60;
export const FAULT_BAD_LENGTH = 61;
export const FAULT_UNKNOWN_FIELD = 63;
export const FAULT_TOO_LONG = 64;
export const FAULT_TRAILING_BYTES = 65;

/** What crosses a room's border: a code, and where it was found. `field` 0 and `offset` -1 mean "not known". */
export interface Fault {
  readonly code: number;
  readonly field: number;
  readonly offset: number;
}
