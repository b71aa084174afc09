/** Checks what a page sends: whatever is not exactly an action is refused with a sentence. */
import { keyNames } from '../key-names';
import type { Action } from './messages';

const terminalKeys = new Set(keyNames);
const padKeys = new Set([...'0123456789', 'confirm', 'clear', 'cancel']);
/** Faults a page may cause, device by device: those that need no number only a developer knows. */
const faults: Readonly<Record<string, readonly string[]>> = {
  printer: ['paper', 'refill', 'cover', 'close', 'heat', 'cool', 'offline', 'online'],
  network: ['down', 'refuse', 'unreachable', 'dropUp', 'dropDown', 'duplicate', 'close', 'garbage', 'well'],
  modem: ['stall', 'silent', 'garbage', 'reset', 'simAbsent', 'remoteClose', 'pdpDrop', 'well'],
  pinpad: ['silent', 'restart', 'keyloss', 'tamper', 'repair', 'well'],
  lcd: ['dead'],
  center: [
    ...['silence', 'lost', 'late', 'slow', 'duplicate', 'badMac', 'noMac', 'close', 'wrongStan', 'wrongAmount'],
    ...['wrongTerminal', 'wrongMti', 'macOfOther', 'forged', 'truncated', 'garbage', 'keys'],
  ],
};

const longestMessage = 1000;

type Fields = Record<string, unknown>;

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`"${name}" must be a text`);
  return value;
}

function oneOf(fields: Fields, name: string, known: ReadonlySet<string>): string {
  const value = text(fields, name);
  if (!known.has(value)) throw new Error(`"${name}" must be one of ${[...known].join(', ')}`);
  return value;
}

function flag(fields: Fields, name: string): boolean {
  if (typeof fields[name] !== 'boolean') throw new Error(`"${name}" must be true or false`);
  return fields[name];
}

function whole(fields: Fields, name: string, lowest: number, highest: number): number {
  const value = fields[name];
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw new Error(`"${name}" must be a whole number from ${lowest} to ${highest}`);
  }
  return value as number;
}

function checkFault(fields: Fields): Action {
  const device = oneOf(fields, 'device', new Set(Object.keys(faults)));
  const fault = oneOf(fields, 'fault', new Set(faults[device]));

  return { do: 'fault', device, fault, value: fields.value === undefined ? 1 : whole(fields, 'value', 0, 1_000_000) };
}

/** Throws an Error whose message names what is wrong. `cards` are the ids of the cards on the tray. */
export function checkAction(message: string, cards: ReadonlySet<string>): Action {
  if (message.length > longestMessage) throw new Error(`a message may be ${longestMessage} characters long`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw new Error('a message must be JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error('a message must be an object');
  const fields = parsed as Fields;
  switch (fields.do) {
    case 'press':
      return { do: 'press', key: oneOf(fields, 'key', terminalKeys) };
    case 'power-key':
      return { do: 'power-key', held: flag(fields, 'held') };
    case 'swipe':
      return {
        do: 'swipe',
        card: oneOf(fields, 'card', cards),
        reverse: fields.reverse === true,
        scratched: fields.scratched === true,
      };
    case 'pad':
      return { do: 'pad', key: oneOf(fields, 'key', padKeys) };
    case 'fault':
      return checkFault(fields);
    case 'cut':
    case 'tear':
    case 'step':
      return { do: fields.do };
    case 'pause':
      return { do: 'pause', paused: flag(fields, 'paused') };
    case 'speed':
      return { do: 'speed', factor: whole(fields, 'factor', 1, 100) };
    default:
      throw new Error('"do" must be press, power-key, swipe, pad, fault, cut, tear, pause, step or speed');
  }
}
