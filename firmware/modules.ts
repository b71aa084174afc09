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
export const MODULE_BALANCE = 15;
export const MODULE_SECOND_SWIPE = 16;
export const MODULE_PRINT_MENU = 17;
export const MODULE_QUERY = 18;
export const MODULE_BATCH_SLIP = 19;
export const MODULE_UNPRINTED = 20;
export const MODULE_WHOLE_MAC = 21;
export const MODULE_USE_SETTINGS = 22;
export const MODULE_PASSWORD = 23;
export const MODULE_CHANGE_PASSWORD = 24;
export const MODULE_LOCK = 25;
export const MODULE_CLEAR_OWED = 26;
export const MODULE_ADMINISTRATOR = 27;
export const MODULE_PROVISION = 28;
export const MODULE_MASTER_KEY = 29;
export const MODULE_FACTORY_RESET = 30;
export const MODULE_SHOW_SETTINGS = 31;
export const MODULE_PARAMETER_SLIP = 32;
export const MODULE_SELF_TEST = 33;

/**
 * How a composition brings a module in and lets go of it again. A board counts the users of a module and unloads it,
 * with what only it requires, when the last one drops it.
 */
export interface Modules {
  /** Loads where needed. Every `use` is matched by one `drop`. */
  use(id: number): LateModule;
  drop(id: number): void;
}

/** Loads a module, does one job with it and drops it again after `done`. */
export type Perform = (id: number, job: Job, done: (fault: number) => void) => void;
