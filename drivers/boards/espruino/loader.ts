/**
 * What of the boot stays while the firmware runs: a `require` that takes module ids, and the restart when something broke. A
 * module of its own, so that the rest of the boot file leaves the engine's memory.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Engine, Require } from './engine';

declare const E: Engine;
declare const Modules: { getCached(): string[]; removeCached(name: string): void };
declare const global: { require: Require };
declare const process: { on(event: 'uncaughtException', listener: (error: { stack?: string } | null) => void): void };
declare function print(...what: unknown[]): void;
declare function setTimeout(callback: () => void, delayMs: number): number;

/** `m` and the eight digits of a CRC-32. */
const NAME_LENGTH = 9;
const WATCHDOG_SECONDS = 20;
/** Time to read what is wrong before the restart, and none for a loop of restarts to wear anything out. */
const RESTART_MS = 3000;

/**
 * Puts a `require` in place that takes module ids, and those names that the engine has modules for; restarts the board from
 * now on when it runs out of memory or stops with an error. Nothing is lost by that: what must be known is in the journal.
 */
export function install(manifest: Bytes, native: Require): void {
  function stored(id: string): string {
    // A stored name already, from the tables of the composition.
    if (id.charAt(0) === 'm') return id;
    const at = manifest.indexOf(',' + id + '=');
    return at < 0 ? id : manifest.substr(at + id.length + 2, NAME_LENGTH);
  }

  function restart(why: string): void {
    print('Cupos: ' + why + ', restarting');
    setTimeout(() => E.reboot(), RESTART_MS);
  }

  const load: Require = (id) => native(stored(id));
  load.loaded = (id) => Modules.getCached().indexOf(stored(id)) >= 0;
  load.unload = (id) => Modules.removeCached(stored(id));
  global.require = load;
  E.on('errorFlag', (flags) => {
    if (flags.indexOf('MEMORY') >= 0) restart('out of memory');
  });
  // Not before the engine is through with its boot files: a torn second one is no error of the firmware.
  setTimeout(
    () =>
      process.on('uncaughtException', (error) => {
        print(error ? error.stack || error : error);
        restart('stopped by an error');
      }),
    0,
  );
  E.enableWatchdog(WATCHDOG_SECONDS, true);
}
