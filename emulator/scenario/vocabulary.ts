/** The words behind the words: what each step and each map of a scenario may hold. Parser and schema both read them here. */
import { testCards } from '../../host/center/test-cards';
import { keyNames } from '../key-names';

export const cardIds: readonly string[] = Object.keys(testCards);
export const terminalKeys: readonly string[] = keyNames;
export const padKeys: readonly string[] = [...'0123456789', 'confirm', 'clear', 'cancel'];
export const profiles = ['instant', 'board'] as const;

export const scenarioKeys = [
  'name',
  'seed',
  'profile',
  'startsAt',
  'parts',
  'settings',
  'provisioned',
  'steps',
] as const;

/** How a card is drawn, and what is wrong with it: a switch, or the lowest and highest number. */
export const swipeOptions: Readonly<Record<string, 'flag' | readonly [number, number]>> = {
  reverse: 'flag',
  scratched: 'flag',
  speedCmPerS: [1, 500],
  endSpeedCmPerS: [1, 500],
  jitterPercent: [0, 100],
  dropOuts: [0, 1000],
  spikes: [0, 1000],
  badParityAt: [0, 200],
  badLrc: 'flag',
  noStartSentinel: 'flag',
  noEndSentinel: 'flag',
  noiseBits: [0, 200],
  damagedTrack: [1, 3],
};
export const trackForms: Readonly<Record<'track1' | 'track2' | 'track3', readonly [RegExp, string]>> = {
  track1: [/^[\x20-\x24\x26-\x3e\x40-\x5f]{0,200}$/, 'up to 200 capital letters, digits and signs, without sentinels'],
  track2: [/^[0-9:;<=>]{0,200}$/, 'up to 200 digits and =, without sentinels'],
  track3: [/^[0-9:;<=>]{0,200}$/, 'up to 200 digits and =, without sentinels'],
};

/** Steps whose value is a map, or may be one. */
export const stepKeys = {
  'sign in': ['operator', 'password'],
  hold: ['key', 'for'],
  swipe: ['card', ...Object.keys(trackForms), ...Object.keys(swipeOptions)],
  sell: ['amount', 'card', 'pin'],
  fault: ['device', 'fault', 'value', 'in', 'after', 'when', 'count', 'mti'],
  'wait for': ['screen', 'within'],
  'wait for idle': ['within'],
  'wait for pin': ['within'],
  'set balance': ['card', 'balance'],
  'clerk to idle': ['within'],
  'clerk sells': ['amount', 'card', 'within'],
  'clerk asks balance': ['card', 'within'],
  'check money': ['except'],
} as const satisfies Record<string, readonly string[]>;

export const amountForm = /^\d{1,7}(\.\d\d)?$/;
export const pinForm = /^(\d{4,12}|none|cancel)$/;
export const durationForm = /^(\d{1,7}(?:\.\d{1,3})?) ?(ms|s|min|h)$/;
export const fenForm = /^-?\d{1,10}\.\d\d$/;
export const typedForm = /^[0-9.]{1,40}$/;
export const digitsForm = /^\d{1,8}$/;
export const mtiForm = /^\d{4}$/;
export const whenForm = /^(\d{4}) (goes out|comes in)$/;
export const calendarForm = /^20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d$/;
export const postingForm = /^(sale|reversal) \S+ -?\d{1,10}\.\d\d$/;
export const exchangeForm = /^\d{4} [0-9A-Z]{2}$/;
export const pixelsForm = /^[0-9a-f]{16}$/;
