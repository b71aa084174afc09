/**
 * Device tier: what the firmware sees. Every operation that takes time is `start(request, done)`: one at a time, `done`
 * is called exactly once, never from inside `start`, with a fault code first (`FAULT_NONE` when it went well). A second
 * `start` while one runs is answered `FAULT_BUSY`, through its own `done`. `cancel()` ends the running operation with
 * `FAULT_CANCELLED`; with none running it does nothing. Every operation also ends by its own time-out.
 */
import type { Bytes } from './bytes';

/** `done` of an operation without a result. */
export type Done = (fault: number) => void;

/** Monochrome text display, 4 rows of 16 columns; a GBK character takes two columns and starts on an even one. */
export interface Display {
  /** Shows `text` in a row (0–3), padded with blanks, cut at a character border. Rewrites only what changed. */
  row(row: number, text: Bytes): void;
  clear(): void;
  /** Back light and panel on or off; the text is kept. */
  light(on: boolean): void;
}

/** Keys, as the char code of what is printed on them or of a letter for the function keys. */
export const KEY_CONFIRM = 13;
export const KEY_CLEAR = 8;
/** The red key: cancel while on, power when held. */
export const KEY_CANCEL = 27;
export const KEY_UP = 85;
export const KEY_DOWN = 68;
export const KEY_FUNCTION = 70;
export const KEY_MENU = 77;
export const KEY_FEED = 80;
export const KEY_DOT = 46;
/** The double zero key. */
export const KEY_DOUBLE_ZERO = 122;

/** Debounced keys. Digits come as 48–57. */
export interface Keypad {
  /** The one listener for presses; `null` stops. */
  onKey(listener: ((key: number) => void) | null): void;
}

/** Tracks as text: digits and `=` (track 2, 3), without sentinels and LRC; '' when the card has none. */
export interface StripeTracks {
  readonly track1: Bytes;
  readonly track2: Bytes;
  readonly track3: Bytes;
}

export interface MagstripeReader {
  /** Waits for one swipe. Faults: `FAULT_STRIPE_…`, `FAULT_TIMEOUT`, `FAULT_CANCELLED`. `timeoutMs` 0 waits for ever. */
  start(timeoutMs: number, done: (fault: number, tracks: StripeTracks | null) => void): void;
  cancel(): void;
}

/** One command to the PIN pad and its answer; commands, layouts and status are in docs/protocol/pinpad.md. */
export interface PinPad {
  /** `done` gets the answer's data (without its status byte) when the fault is `FAULT_NONE`. */
  start(command: number, data: Bytes, timeoutMs: number, done: (fault: number, answer: Bytes) => void): void;
  /** Ends a PIN entry (or whatever runs) on the pad too. */
  cancel(): void;
  /** The one listener for digits keyed so far during PIN entry: a count, never a digit. */
  onProgress(listener: ((digitCount: number) => void) | null): void;
}

/** Printer status bits. */
export const PRINTER_PAPER_OUT = 1;
export const PRINTER_COVER_OPEN = 2;
export const PRINTER_TOO_HOT = 4;
export const PRINTER_OFFLINE = 8;
/** The roll ends soon; it prints all the same. */
export const PRINTER_PAPER_LOW = 16;

export interface Printer {
  /**
   * Prints one block of ready ESC/POS-neutral markup (see `PRINT_…`) and ends when the printer confirms that the paper
   * moved. On a fault nothing or part of the block is on paper: print it again after the cause is gone.
   */
  start(block: Bytes, done: Done): void;
  cancel(): void;
  /** Asks for status now; bits `PRINTER_…`, or -1 when the printer does not answer. */
  status(done: (bits: number) => void): void;
}

/**
 * Markup of a print block: text in GBK/GB18030 bytes, lines ended by `\n`; a line that begins with one of these bytes
 * is of that style. 32 columns a line; double-height lines too, double-size lines 16. `PRINT_CENTRED` may stand before
 * another.
 */
export const PRINT_DOUBLE_HEIGHT = '\x01';
export const PRINT_DOUBLE_SIZE = '\x02';
export const PRINT_CENTRED = '\x03';
/** A line of this alone feeds to the tear bar and cuts. */
export const PRINT_CUT = '\x04';
/**
 * Image: bytes a row, rows (1–255 each), the rows; the leftmost dot is the highest bit, 1 is black. At most 2,000 bytes; a larger
 * one is several, which leave no gap.
 */
export const PRINT_IMAGE = '\x05';
/** QR code: dots of a module (`1`–`9`), level (`L`, `M`, `Q`, `H`), then its text. */
export const PRINT_QR = '\x06';
/** Bar code with its text below: `C` for Code 128, `E` for EAN-13, then its characters. */
export const PRINT_BARS = '\x07';
/** How dark the lines behind it are: `0` (light) to `8`; `4` is normal, and so is the beginning of a block. */
export const PRINT_DENSITY = '\x08';

/** A connected byte stream. */
export interface Link {
  /** Sends; `done` when the modem took the bytes. One at a time. */
  send(bytes: Bytes, done: Done): void;
  onData(listener: ((bytes: Bytes) => void) | null): void;
  /** Called once when the far end or the line closes. */
  onClose(listener: (() => void) | null): void;
  /** Closes; nothing is called back afterwards. */
  close(): void;
}

/** Where and how to connect. */
export interface DialRequest {
  readonly host: Bytes;
  readonly port: number;
  readonly apn: Bytes;
  /** Dial-up: up to three numbers with `,` between them, tried in turn. */
  readonly phones: Bytes;
  /** Dialled first, with a pause behind it; '' on a line of its own. */
  readonly outsideLine: Bytes;
  /** Further rounds through the numbers. */
  readonly redials: number;
  readonly timeoutMs: number;
}

export interface Modem {
  /** Brings the bearer up where it is down and connects. Faults: `FAULT_NO_SIM` … `FAULT_NO_CARRIER`, time-out. */
  start(request: DialRequest, done: (fault: number, link: Link | null) => void): void;
  cancel(): void;
  /** Signal 0–31 as in AT+CSQ, 99 unknown; asked for at most once in 10 s while idle. Dial-up: 31 on a free line. */
  signal(): number;
}

export interface Beeper {
  beep(durationMs: number): void;
}

export interface Power {
  /** The one listener for the red key held for 2 s while on. */
  onHold(listener: (() => void) | null): void;
  /** Cuts the terminal's own supply. Does not return on a board. */
  off(): void;
}

export interface Battery {
  /** Charge left, 0–100. */
  percent(): number;
  /** The charger is plugged in. */
  isPlugged(): boolean;
  /** The one listener for the charger being plugged in or out. */
  onPlug(listener: (() => void) | null): void;
}

/** Raw NOR flash: `program` only clears bits, within one page; `erase` sets a sector to FF. */
export interface FlashDevice {
  readonly sizeBytes: number;
  readonly sectorBytes: number;
  readonly pageBytes: number;
  /** Immediate. Must not be called while a program or erase runs. */
  read(address: number, lengthBytes: number): Bytes;
  /** Programs 1–`pageBytes` bytes that do not cross a page border. Verified by reading back: `FAULT_FLASH`. */
  program(address: number, bytes: Bytes, done: Done): void;
  erase(sectorAddress: number, done: Done): void;
}
