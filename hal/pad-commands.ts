/** Commands and status of the PIN pad's frame protocol; the whole protocol is in docs/protocol/pinpad.md. */

export const PAD_HELLO = 0x01;
/** Data of `PAD_HELLO`: the customer reads English. */
export const PAD_IN_ENGLISH = 1;
export const PAD_CANCEL = 0x0f;
export const PAD_LOAD_KEYS = 0x10;
export const PAD_KEY_STATUS = 0x11;
/** Data of `PAD_KEY_STATUS`: the answer tells the TMK's check value too. */
export const PAD_WITH_CHECK_VALUE = 1;
export const PAD_CARD = 0x20;
export const PAD_PIN = 0x21;
export const PAD_TRACKS = 0x22;
export const PAD_END = 0x23;
export const PAD_MAC = 0x30;
export const PAD_SEAL = 0x40;
export const PAD_UNSEAL = 0x41;
export const PAD_SHOW = 0x50;
/** Only on the loader port. */
export const PAD_LOAD_TMK = 0x70;
/** Last byte of `PAD_LOAD_TMK`, and so of the working keys that come under that TMK: DES or 3DES by length, as without it. */
export const PAD_ALGORITHM_DES = 0;
export const PAD_ALGORITHM_SM4 = 1;
/** Event: digits keyed so far during PIN entry (one byte, a count). */
export const PAD_EVENT_PROGRESS = 0xe1;
/** Event: the pad (re)started; whatever it was doing is gone. */
export const PAD_EVENT_STARTED = 0xe2;

/**
 * Sequence numbers run from here to 255 and begin again here, so that none looks like STX, ACK or NAK; an event has 0.
 */
export const PAD_FIRST_SEQUENCE = 32;

/** Set in the command byte of an answer. */
export const PAD_ANSWER = 0x80;

/** First byte of an answer's data. */
export const PAD_OK = 0;
export const PAD_STATUS_NO_KEY = 1;
export const PAD_STATUS_KEY_CHECK = 2;
export const PAD_STATUS_BYPASS = 3;
export const PAD_STATUS_CANCELLED = 4;
export const PAD_STATUS_TIMEOUT = 5;
export const PAD_STATUS_NO_CARD = 6;
export const PAD_STATUS_SEAL = 7;
export const PAD_STATUS_BAD_REQUEST = 8;
export const PAD_STATUS_TAMPERED = 9;
export const PAD_STATUS_BUSY = 10;
/** The pad's own storage failed: what it was to keep is not kept. */
export const PAD_STATUS_STORE = 11;

/** Flags of `PAD_MAC`; the mode stands in two bits from `MAC_MODE_SHIFT` of the first part. */
export const MAC_FIRST = 1;
export const MAC_LAST = 2;
export const MAC_MODE_SHIFT = 2;
export const MAC_MODE_UNIONPAY = 0;
export const MAC_MODE_X99 = 1;
export const MAC_MODE_X919 = 2;
/** UnionPay's own over blocks of 16 bytes, and the chain of SM4: with an SM4 key these two alone, with a DES key the others. */
export const MAC_MODE_SM4 = 3;
export const MAC_MODE_SM4_CHAIN = 4;

/** Flags of `PAD_PIN`: the PIN block holds the PAN (F53 digit 1 = 2). */
export const PIN_WITH_PAN = 1;
/** The customer may press confirm without a PIN. */
export const PIN_MAY_BYPASS = 2;

/** Bits of the answers of `PAD_HELLO`, `PAD_KEY_STATUS`, `PAD_LOAD_KEYS` and `PAD_LOAD_TMK`. */
export const PAD_HAS_TMK = 1;
export const PAD_HAS_PIK = 2;
export const PAD_HAS_MAK = 4;
export const PAD_HAS_TDK = 8;
/** The TMK, and so every working key, is one for SM4: a PIN block has 16 bytes, a MAC its own modes. */
export const PAD_IS_SM4 = 16;
