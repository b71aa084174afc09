/**
 * Late modules: code that is loaded for one job and dropped after it, so that the small engine never holds all of the
 * terminal at once. This registry maps an id to a loader; everywhere else a late module is imported by `import type`
 * only. Loading and dropping leaves no trace.
 */
import type { Job, LateModule } from './terminal-context';

export const MODULE_BOOT = 0;
export const MODULE_LOGIN = 1;
export const MODULE_SIGN_IN = 2;
export const MODULE_PREPARE = 3;
export const MODULE_SALE = 4;
export const MODULE_ONLINE = 5;
export const MODULE_REVERSAL = 6;
export const MODULE_PRINT = 7;
export const MODULE_MENU = 8;
export const MODULE_MANAGEMENT = 9;
export const MODULE_POWER_OFF = 10;
export const MODULE_SUPERVISOR = 11;
export const MODULE_NOTICE_SLIP = 12;
export const MODULE_LAST_SALE = 13;
export const MODULE_REPRINT = 14;

/** How a composition brings a module in and lets go of it again. */
export interface ModuleLoader {
  load(): LateModule;
  /** Absent where the host keeps its modules anyway. */
  unload?(): void;
}

export interface Modules {
  /** Loads where needed. Every `use` is matched by one `drop`. */
  use(id: number): LateModule;
  drop(id: number): void;
}

export function createModules(loaders: readonly ModuleLoader[]): Modules {
  const users: number[] = [];
  const loaded: (LateModule | null)[] = [];
  for (let id = 0; id < loaders.length; id++) {
    users.push(0);
    loaded.push(null);
  }

  function use(id: number): LateModule {
    users[id] = (users[id] as number) + 1;
    let found = loaded[id];
    if (!found) {
      found = (loaders[id] as ModuleLoader).load();
      loaded[id] = found;
    }
    return found;
  }

  function drop(id: number): void {
    users[id] = (users[id] as number) - 1;
    if ((users[id] as number) > 0) return;
    loaded[id] = null;
    const loader = loaders[id] as ModuleLoader;
    if (loader.unload) loader.unload();
  }

  return { use, drop };
}

/** Loads a module, does one job with it and drops it again before `done`. */
export type Perform = (id: number, job: Job, done: (fault: number) => void) => void;
