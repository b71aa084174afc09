/**
 * Starts the firmware on its board, when the loader's `require` is there. Not in the boot file, which may be of another version
 * than the firmware that it finds: what is called here is of this one.
 */
import type { NativeStrings } from '../../../hal/bytes';
import type { ReferenceBus } from '../reference';
import type { Require } from './engine';
import { nativeStrings } from './native-strings';

declare const global: { require: Require };

/** `board`: module id of the board file. */
export function startBoard(board: string): void {
  const load = global.require;
  const settings = load('firmware/settings') as { defaultSettings: unknown };
  const wired = load(board) as { createBus: () => ReferenceBus };
  const main = load('board') as { start: (bus: ReferenceBus, settings: unknown, native: NativeStrings) => void };
  const bus = wired.createBus();
  load.bus = bus as unknown as Require['bus'];
  main.start(bus, settings.defaultSettings, nativeStrings());
}
