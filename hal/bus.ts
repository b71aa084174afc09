/**
 * Bus tier: what a microcontroller offers. Plain calls and data callbacks, no queueing, no error recovery. Drivers build
 * the device tier on it; the emulator fakes the far end of it.
 */
import type { Bytes } from './bytes';

/** An asynchronous serial port, 8 data bits, no parity, one stop bit; its speed is set by the board file. */
export interface Uart {
  /** Queues bytes; they leave at the line's speed. */
  write(bytes: Bytes): void;
  /**
   * The one listener for received bytes. It is called with a burst when the FIFO reaches 16 bytes or the line falls
   * idle; a burst may be split anywhere. `null` stops listening; bytes received meanwhile are lost.
   */
  onData(listener: ((burst: Bytes) => void) | null): void;
  /** Bytes lost since power-on because the 512-byte receive ring was full. */
  lostBytes(): number;
}

/** A synchronous serial port with one chip select, asserted for the length of one call. */
export interface Spi {
  /** Clocks `out` to the device, then `readLengthBytes` bytes from it, and returns those. Takes the wire's time. */
  transfer(out: Bytes, readLengthBytes: number): Bytes;
}

/** Up to 16 pins of one direction, bit 0 the first. */
export interface GpioPort {
  write(levels: number): void;
  read(): number;
  /** The one listener for a change of an input, with the new levels; `null` stops. Edges are not debounced. */
  onChange(listener: ((levels: number) => void) | null): void;
}

/**
 * A timer that writes down the times between the edges of three inputs by itself (input capture into memory): nothing
 * runs at an edge. How long a tick of each channel is, is set by the board file.
 */
export interface PulseCapture {
  /**
   * The one listener for the end of a burst: edges came, and then none for 20 ms. What was captured waits until every
   * channel is taken; edges that come meanwhile are not captured. `null` stops.
   */
  onBurst(listener: (() => void) | null): void;
  /** Takes the intervals of channel 0, 1 or 2: a byte each, in ticks, 255 for longer ones too; '' none. 2048 at most. */
  take(channel: number): Bytes;
}

/** An analogue input of 12 bits. */
export interface Adc {
  /** 0–4095 of the board's reference voltage. */
  read(): number;
}

/** Monotonic time since power-on, and one-shot alarms. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after `delayMs` (0 or more). Returns a handle > 0. */
  alarm(delayMs: number, callback: () => void): number;
  /** Forgets an alarm; unknown or past handles are ignored. */
  cancelAlarm(handle: number): void;
  /** Says which piece of heavy work was just done (`WORK_…`); a board does nothing, the emulator charges its time. */
  worked(work: number): void;
}

/** Work the emulator charges processor time for under the `board` profile. */
export const WORK_PACK = 0;
export const WORK_INDEX = 1;
export const WORK_SLIP_LINE = 2;
export const WORK_JOURNAL_RECORD = 3;
export const WORK_SCREEN = 4;
export const WORK_AT_LINE = 5;
export const WORK_PAD_FRAME = 6;
export const WORK_STRIPE = 7;
/** 32 intervals of a pulse capture. */
export const WORK_EDGES = 8;
/** A step of reading the journal at power-on. */
export const WORK_JOURNAL_SCAN = 9;
export const WORK_COUNT = 10;

/** Battery-backed calendar. */
export interface Rtc {
  /** Local time as 14 digits, YYYYMMDDhhmmss. */
  read(): Bytes;
  /** Sets it from 14 digits; ignored when they are no date. */
  write(digits: Bytes): void;
}

/** A source of unpredictable bytes. */
export interface Random {
  bytes(lengthBytes: number): Bytes;
}
