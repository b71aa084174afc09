/**
 * Starts the PIN pad's program on its board: what start.ts is to the terminal's. A pad is told from others by eight digits made
 * of its chip's own number.
 */
import type { PadBoard } from '../../../hal/pad-board';
import type { Engine, Require } from './engine';

declare const E: Engine;
declare const global: { require: Require };
declare function getSerial(): string;

/** `board`: module id of the board file. */
export function startBoard(board: string): void {
  const { startPad } = global.require('firmware/pinpad/pad') as {
    startPad: (board: PadBoard, options: { serial: string }) => void;
  };
  const wired = global.require(board) as { createPadBoard: () => PadBoard };
  const serial = (E.CRC32(getSerial()) >>> 0).toString(16).padStart(8, '0').toUpperCase();
  const pad = wired.createPadBoard();
  global.require.bus = pad as unknown as Require['bus'];
  startPad(pad, { serial });
}
