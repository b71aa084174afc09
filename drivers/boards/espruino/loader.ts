/**
 * What of the boot stays while the firmware runs: a `require` that takes module ids, and the restart when something broke. A
 * module of its own, so that the rest of the boot file leaves the engine's memory.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Engine, Require } from './engine';

declare const E: Engine;
declare const Modules: { getCached(): string[]; removeCached(name: string): void };
declare const global: { require: Require };
interface Thrown {
  readonly stack?: string;
  toString(): string;
}

declare const process: { on(event: 'uncaughtException', listener: (error: Thrown | null) => void): void };
declare function clearTimeout(): void;
declare function clearWatch(): void;
declare function print(...what: unknown[]): void;
declare function setInterval(callback: () => void, everyMs: number): number;
declare function setTimeout(callback: () => void, delayMs: number): number;

/** `m` and the eight digits of a CRC-32. */
const NAME_LENGTH = 9;
/** The Pico 2 counts to 16. */
const WATCHDOG_SECONDS = 8;
const LOOK_MS = 2000;
/** Time to read what is wrong before the restart, and none for a loop of restarts to wear anything out. */
const RESTART_MS = 3000;

/**
 * Puts a `require` in place that takes module ids, and those names that the engine has modules for. From now on the board
 * restarts when it runs out of memory, stops with an error or does not come round to kicking its watchdog. Nothing is lost by
 * that: what must be known is in the journal.
 */
export function install(manifest: Bytes, native: Require): void {
  let lost = 0;

  function stored(id: string): string {
    // A stored name already: what modules require of each other, and the tables of the composition.
    if (id.charAt(0) === 'm') return id;
    const at = manifest.indexOf(',' + id + '=');
    return at < 0 ? id : manifest.substr(at + id.length + 2, NAME_LENGTH);
  }

  /** What was interrupted left its work half done: nothing that may build on it runs any more. */
  function restart(why: string): void {
    const bus = load.bus || {};
    load.kick = undefined;
    clearTimeout();
    clearWatch();
    Object.keys(bus).forEach((name) => {
      const port = bus[name];
      if (port && port.onData) port.onData(null);
    });
    // Where not even this finds memory, the watchdog is kicked no more.
    setTimeout(E.reboot, RESTART_MS);
    print('Cupos: ' + why + ', restarting');
  }

  /** The engine tells of an error once, and forgets it by being asked; gives how often it lost bytes of a port. */
  function look(): number {
    const flags = E.getErrorFlags();
    const has = (flag: string): boolean => flags.indexOf(flag) >= 0;
    if (has('FIFO_FULL') || has('UART_OVERFLOW')) lost++;
    if (has('MEMORY') || has('CALLBACK')) restart(flags.join(' '));
    else E.kickWatchdog();
    return lost;
  }

  const load: Require = (id) => native(stored(id));
  // What the build makes of `require` in the modules themselves, which name each other as they are stored.
  load.raw = native;
  load.loaded = (id) => Modules.getCached().indexOf(stored(id)) >= 0;
  load.unload = (id) => Modules.removeCached(stored(id));
  load.fresh = (name) => {
    const exported = native(name);
    Modules.removeCached(name);
    return exported;
  };
  global.require = load;
  load.lostBytes = look;
  load.kick = E.kickWatchdog;
  E.on('errorFlag', look);
  // `reset()` at the console takes the alarms away: from then on the engine kicks the watchdog by itself.
  E.on('kill', () => E.enableWatchdog(WATCHDOG_SECONDS, true));
  // Not before the engine is through with its boot files: a torn second one is no error of the firmware.
  setTimeout(
    () =>
      process.on('uncaughtException', (error) => {
        print(String(error) + '\n' + ((error && error.stack) || ''));
        restart('stopped by an error');
      }),
    0,
  );
  setInterval(look, LOOK_MS);
  E.enableWatchdog(WATCHDOG_SECONDS, false);
}
