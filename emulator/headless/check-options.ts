/** Options of a headless terminal as code without types may give them: a slip of the pen is said, not passed over. */
import { defaultSettings } from '../../firmware/settings';
import { headNames, modemNames, padNames } from '../parts';
import type { TerminalWorldOptions } from '../terminal-world';

const HIGHEST_SEED = 4_294_967_295;

function oneOf(name: string, value: string | undefined, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value))
    throw new Error(`${name} must be one of ${known.join(', ')}, not "${value}"`);
}

/** Throws an Error with one sentence. */
export function checkOptions({ seed, parts, profile, settings }: TerminalWorldOptions): void {
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= HIGHEST_SEED))
    throw new Error(`seed must be a whole number from 0 to ${HIGHEST_SEED}`);
  oneOf('parts.head', parts?.head, headNames);
  oneOf('parts.modem', parts?.modem, modemNames);
  oneOf('parts.pad', parts?.pad, padNames);
  oneOf('profile', profile, ['instant', 'board']);
  for (const name of Object.keys(settings ?? {})) oneOf('a setting', name, Object.keys(defaultSettings));
}
