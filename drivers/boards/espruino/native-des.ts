/**
 * DES by the machine code of des.s, called through the engine (E.nativeCall, E.getAddressOf; 2v29 reference). The engine copies the code
 * into a string in one piece in its memory, where it may move it between two calls but never during one: so the address of what it
 * works on is asked for anew each time, and the code is never run from the Storage, whose files move too.
 */
import type { Bytes } from '../../../hal/bytes';
import { DES_THUMB } from './des-thumb';
import type { Engine } from './engine';

declare const E: Engine;
declare const process: { readonly env: { readonly BOARD: string } };

/** What the code was made for: an engine elsewhere takes the same image and stops at the first instruction. */
const BOARD = 'RP2350_PICO2';

/** `PadNatives.des`; undefined on another board, and where the engine has no memory for the code. */
export function openNativeDes(): ((frame: Bytes) => Bytes) | undefined {
  const run = process.env.BOARD === BOARD && E.nativeCall ? E.nativeCall(1, 'int(int)', DES_THUMB) : undefined;
  if (!run) return undefined;
  return (frame) => {
    const bytes = E.toUint8Array(frame);
    const address = bytes ? E.getAddressOf(bytes, true) : 0;
    return address && run(address) === 1 ? E.toString(bytes) : '';
  };
}
