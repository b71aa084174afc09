/**
 * What crosses the bridge between a board and the World on the other end of its console's cable (docs/hil.md): a message is
 * its kind, two bytes of length, data. Constants only; both ends share them.
 */

/** Parts of a message before its data. */
export const MESSAGE_HEAD_BYTES = 3;

// To the board.
/** The firmware starts, with what was told before. */
export const TELL_START = 0;
/** Size of the journal's flash, four bytes. */
export const TELL_SIZE = 1;
/** Place among the settings' fields, `s`, `n` or `b`, value as text. */
export const TELL_SETTING = 2;
/** 14 digits. */
export const TELL_CALENDAR = 3;
/** Number of a page in two bytes, its bytes without the blank ones at the end. */
export const TELL_PAGE = 4;
/** Bits by port: that one is wired to the board itself. */
export const TELL_WIRED = 5;
/** Port, bytes. */
export const TELL_UART = 6;
/** Char code of a key. */
export const TELL_KEY = 7;
/** Number of the read, fault, lengths of three tracks, the tracks. */
export const TELL_STRIPE = 8;
/** Fault. What the cells are otherwise than expected was told before. */
export const TELL_FLASH = 9;
export const TELL_HOLD = 10;
/** Percent, 1 where the charger is plugged in. */
export const TELL_BATTERY = 11;

// From the board.
/** `BOARD VERSION BUILD FIELDS`: engine's board and version, build of the firmware, number of settings. */
export const HEAR_HELLO = 0;
/** The firmware has started. */
export const HEAR_STARTED = 1;
/** Row, text. */
export const HEAR_ROW = 2;
export const HEAR_CLEAR = 3;
/** 1 or 0. */
export const HEAR_LIGHT = 4;
/** Milliseconds, two bytes. */
export const HEAR_BEEP = 5;
export const HEAR_OFF = 6;
/** Port, bytes. */
export const HEAR_UART = 7;
/** Number of the read, time-out in four bytes. */
export const HEAR_STRIPE_START = 8;
export const HEAR_STRIPE_CANCEL = 9;
/** Address in four bytes, data. */
export const HEAR_PROGRAM = 10;
/** Address in four bytes. */
export const HEAR_ERASE = 11;
/** 14 digits. */
export const HEAR_CALENDAR = 12;

export const PORT_PINPAD = 0;
export const PORT_PRINTER = 1;
export const PORT_MODEM = 2;

/** First character of a line that is a frame. */
export const FRAME_MARK = '\x02';
/** Session, number, number of the last one received, flags. */
export const FRAME_HEAD_BYTES = 4;
/** To the board: it sends again whatever was not acknowledged. */
export const FLAG_AGAIN = 1;
/** From the board: what it was told, or its own alarm, is still at work there. */
export const FLAG_BUSY = 2;
/** Data of a frame at most. */
export const FRAME_DATA_BYTES = 120;
/** Frames of the board that may wait for their acknowledgement. */
export const BOARD_WINDOW = 8;
/** Frames to the board that may: its console keeps so many lines. */
export const HOST_WINDOW = 2;
