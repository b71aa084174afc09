/** Checks what a page sends: whatever is not exactly an action is refused with a sentence that names the place. */
import { deviceFaults } from '../scenario/faults';
import { keyNames } from '../key-names';
import type { Action, PlannedAction, Swiping, SwipeSpeed, When } from './messages';

const terminalKeys = new Set(keyNames);
const padKeys = new Set([...'0123456789', 'confirm', 'clear', 'cancel']);
/** Only those of the page: `keys` replaces a terminal's working keys behind its back. */
const moreFaults: Readonly<Record<string, readonly string[]>> = { center: ['keys'] };
const swipeSpeeds = new Set(['slow', 'normal', 'fast']);

const LONGEST_MESSAGE = 1000;
const LONGEST_TRACKS = 300;
const LONGEST_DELAY_S = 86_400;
const LATEST_S = 1e9;
const GREATEST_ID = 1e9;
const GREATEST_SPEED = 100;

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

function number(fields: Fields, name: string, lowest: number, highest: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !(value >= lowest && value <= highest)) {
    throw new Error(`"${name}" must be a number from ${lowest} to ${highest}`);
  }
  return value;
}

function whole(fields: Fields, name: string, lowest: number, highest: number): number {
  const value = fields[name];
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw new Error(`"${name}" must be a whole number from ${lowest} to ${highest}`);
  }
  return value as number;
}

function object(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} must be an object`);
  return value as Fields;
}

function checkFault(fields: Fields): PlannedAction {
  const device = oneOf(fields, 'device', new Set(Object.keys(deviceFaults)));
  const known = [...(deviceFaults[device] ?? []), ...(moreFaults[device] ?? [])];
  const fault = oneOf(fields, 'fault', new Set(known));
  return { do: 'fault', device, fault, value: fields.value === undefined ? 1 : whole(fields, 'value', 0, 1_000_000) };
}

function checkPlanned(fields: Fields): PlannedAction {
  if (fields.do === 'cut') return { do: 'cut' };
  if (fields.do === 'fault') return checkFault(fields);
  throw new Error('"what": only a fault or a cut can be planned');
}

function checkWhen(fields: Fields): When {
  if ('in' in fields) return { in: number(fields, 'in', 0, LONGEST_DELAY_S) };
  if ('at' in fields) return { at: number(fields, 'at', 0, LATEST_S) };
  if (!('sent' in fields)) throw new Error('"when" must have "in", "at" (seconds) or "sent" (a message type)');
  const sent = text(fields, 'sent');
  if (!/^0[0-9]{3}$/.test(sent)) throw new Error('"sent" must be a message type such as 0200');
  return { sent };
}

function swiping(fields: Fields): Swiping {
  const speed = fields.speed === undefined ? 'normal' : oneOf(fields, 'speed', swipeSpeeds);
  return { speed: speed as SwipeSpeed, reverse: fields.reverse === true, scratched: fields.scratched === true };
}

function checkTracks(fields: Fields): string {
  const tracks = text(fields, 'tracks');
  if (tracks.length > LONGEST_TRACKS) throw new Error(`three tracks have ${LONGEST_TRACKS} characters at the most`);
  return tracks;
}

function checkFields(fields: Fields, cards: ReadonlySet<string>): Action {
  switch (fields.do) {
    case 'press':
      return { do: 'press', key: oneOf(fields, 'key', terminalKeys) };
    case 'power-key':
      return { do: 'power-key', held: flag(fields, 'held') };
    case 'swipe':
      return { do: 'swipe', card: oneOf(fields, 'card', cards), ...swiping(fields) };
    case 'swipe-own':
      return { do: 'swipe-own', tracks: checkTracks(fields), ...swiping(fields) };
    case 'pad':
      return { do: 'pad', key: oneOf(fields, 'key', padKeys) };
    case 'fault':
      return checkFault(fields);
    case 'schedule':
      return {
        do: 'schedule',
        when: checkWhen(object(fields.when, '"when"')),
        what: checkPlanned(object(fields.what, '"what"')),
      };
    case 'unschedule':
    case 'spare':
    case 'open':
      return { do: fields.do, id: whole(fields, 'id', 0, GREATEST_ID) };
    case 'discard':
      return fields.id === undefined ? { do: 'discard' } : { do: 'discard', id: whole(fields, 'id', 0, GREATEST_ID) };
    case 'cut':
    case 'tear':
    case 'step':
      return { do: fields.do };
    case 'pause':
      return { do: 'pause', paused: flag(fields, 'paused') };
    case 'speed':
      return { do: 'speed', factor: whole(fields, 'factor', 0, GREATEST_SPEED) };
    default:
      throw new Error(
        '"do" must be press, power-key, swipe, swipe-own, pad, fault, cut, schedule, unschedule, spare, tear, discard, ' +
          'open, pause, step or speed',
      );
  }
}

function parse(message: string): Fields {
  if (message.length > LONGEST_MESSAGE) throw new Error(`a message may be ${LONGEST_MESSAGE} characters long`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw new Error('a message must be JSON');
  }
  return object(parsed, 'a message');
}

/** Throws an Error whose message names what is wrong. `cards` are the ids of the cards on the tray. */
export function checkAction(message: string, cards: ReadonlySet<string>): Action {
  return checkFields(parse(message), cards);
}

/** What a refused message was about: its `do`, '' where none can be read. */
export function placeOf(message: string): string {
  return /^\{"do":"([a-z-]{1,20})"/.exec(message)?.[1] ?? '';
}
