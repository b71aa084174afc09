/** Names of the terminal's keys, as the page, scenarios and tests write them. */
import {
  KEY_CANCEL,
  KEY_CLEAR,
  KEY_CONFIRM,
  KEY_DOT,
  KEY_DOUBLE_ZERO,
  KEY_DOWN,
  KEY_FEED,
  KEY_FUNCTION,
  KEY_MENU,
  KEY_UP,
} from '../hal/devices';

const named: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, digit.charCodeAt(0)])),
  confirm: KEY_CONFIRM,
  clear: KEY_CLEAR,
  cancel: KEY_CANCEL,
  up: KEY_UP,
  down: KEY_DOWN,
  function: KEY_FUNCTION,
  menu: KEY_MENU,
  feed: KEY_FEED,
  dot: KEY_DOT,
  'double-zero': KEY_DOUBLE_ZERO,
};

/** Names of the keys, for `press`. */
export const keyNames: readonly string[] = Object.keys(named);

/** Key code of a name; throws an Error that lists the names. */
export function keyNamed(name: string): number {
  const key = Object.hasOwn(named, name) ? named[name] : undefined;
  if (key === undefined) throw new Error(`there is no key "${name}"; keys are ${keyNames.join(' ')}`);
  return key;
}
