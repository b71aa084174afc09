/**
 * Hardware in the loop (docs/hil.md): the flashed firmware on a board of which only the console's cable is connected. Stands
 * in the Storage under the name `bridge`; the other end loads it at the prompt, and after the next reset nothing is left of
 * it. In the board's normal life nobody does.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Require } from './engine';

declare const exports: Record<string, unknown>;
declare const global: { require: Require };

/** `m` and the eight digits of a CRC-32. */
const NAME_LENGTH = 9;
const LOADER = ',drivers/boards/espruino/loader=';

/** `manifest`: the one to run. `native`: the engine's own `require`. `session`: 1–255, told apart from the one before. */
function begin(manifest: Bytes, native: Require, session: number): void {
  const loader = manifest.substr(manifest.indexOf(LOADER) + LOADER.length, NAME_LENGTH);
  (native(loader) as { install: (manifest: Bytes, native: Require) => void }).install(manifest, native);
  const board = global.require('drivers/boards/espruino/bridge-board');
  (board as { serve: (session: number, build: Bytes) => void }).serve(session, manifest.substr(14, 12));
}

exports['begin'] = begin;
