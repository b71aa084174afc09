/** Everything the PIN pad's own firmware (firmware/pinpad) is given: a small board with two serial ports and its own storage. */
import type { GpioPort, Clock, Random, Uart } from './bus';
import type { Bytes, NativeStrings } from './bytes';
import type { Beeper, Display, Keypad } from './devices';

/** Storage that keeps slots of at most 1,024 bytes without supply. No slot is written in place of the only good one. */
export interface PadStore {
  /** What stands in a slot (0 or 1), '' when it was never written. After a cut in the middle of `write`: anything. */
  read(slot: number): Bytes;
  /** Replaces a slot; ends when it is durable. A fault, or 0. */
  write(slot: number, bytes: Bytes): number;
  /** Leaves nothing of what stood in a slot before; may restart the pad. Absent: nothing is left anyway. */
  wipe?(): void;
}

/** Functions a board may replace by native ones. */
export interface PadNatives extends NativeStrings {
  /**
   * DES (FIPS 46-3) on whole blocks. `frame`: their number in two bytes, the lower one first; passes over a block, 1 to 3; a byte whose
   * bit n is 1 where pass n decrypts; 1 for a chain, in which a block is first joined to the one before it (CBC), or 0; three zeros;
   * 24 bytes with a key of eight for each pass; eight that a chain begins with; the blocks. Gives the frame as it is then, without
   * the keys, or '' when it could not be done.
   */
  des?: (frame: Bytes) => Bytes;
}

export interface PadBoard {
  readonly clock: Clock;
  readonly random: Random;
  /** Native versions of the slow byte functions; `startPad` installs them. */
  readonly native: PadNatives;
  /** To the terminal, 19,200 baud. */
  readonly hostUart: Uart;
  /** To a key loader, 9,600 baud. */
  readonly loaderUart: Uart;
  /** Rows 0 and 1 are used. */
  readonly display: Display;
  /** Digits, confirm, clear, cancel. The program listens only while a PIN is asked for. */
  readonly keypad: Keypad;
  readonly beeper: Beeper;
  readonly store: PadStore;
  /** Bit 0 is 1 while the case is open: every key is wiped. Absent: a board without such a switch. */
  readonly caseSwitch?: GpioPort;
}
