/** What the fake dial modem remembers, its registers and result codes (ITU-T V.250, table 1 and 6.3). */
import type { Bytes } from '../../hal/bytes';

export const MODE_COMMAND = 0;
/** Off the hook, waiting for dial tone. */
export const MODE_TONE = 1;
/** Sending digits. */
export const MODE_DIALLING = 2;
/** The number is out: busy, ringing, training. */
export const MODE_CALLING = 3;
export const MODE_ONLINE = 4;
/** Escaped: the carrier stands, commands are read. */
export const MODE_ESCAPED = 5;

export const RESULT_OK = 0;
export const RESULT_CONNECT = 1;
export const RESULT_RING = 2;
export const RESULT_NO_CARRIER = 3;
export const RESULT_ERROR = 4;
export const RESULT_NO_DIALTONE = 6;
export const RESULT_BUSY = 7;
export const RESULT_NO_ANSWER = 8;
/** With its speed; the number is the maker's. */
export const RESULT_CONNECT_2400 = 10;

export const RESULT_TEXTS: Readonly<Record<number, Bytes>> = {
  [RESULT_OK]: 'OK',
  [RESULT_CONNECT]: 'CONNECT',
  [RESULT_RING]: 'RING',
  [RESULT_NO_CARRIER]: 'NO CARRIER',
  [RESULT_ERROR]: 'ERROR',
  [RESULT_NO_DIALTONE]: 'NO DIALTONE',
  [RESULT_BUSY]: 'BUSY',
  [RESULT_NO_ANSWER]: 'NO ANSWER',
  [RESULT_CONNECT_2400]: 'CONNECT 2400',
};

/** S registers as they leave the factory; those that are not listed are 0. */
const FACTORY_REGISTERS: readonly (readonly [number, number])[] = [
  // Escape character, CR, LF, BS.
  [2, 43],
  [3, 13],
  [4, 10],
  [5, 8],
  // Seconds: blind wait, carrier wait, comma.
  [6, 2],
  [7, 50],
  [8, 2],
  // Tenths: carrier recognition, carrier loss; ms a tone; fiftieths of the escape guard.
  [9, 6],
  [10, 14],
  [11, 95],
  [12, 50],
  [25, 5],
];

/** Settings of ATZ and AT&F. */
export interface ModemProfile {
  echo: boolean;
  verbose: boolean;
  quiet: boolean;
  /** X: what it listens for and tells. */
  level: number;
  pulse: boolean;
  /** &C, &D. */
  carrierFollows: boolean;
  dtrAction: number;
  registers: Record<string, number>;
  /** `+IPR` and the like, by name. */
  parameters: Record<string, Bytes>;
}

export function factoryProfile(): ModemProfile {
  return {
    echo: true,
    verbose: true,
    quiet: false,
    level: 4,
    pulse: false,
    carrierFollows: false,
    dtrAction: 0,
    registers: Object.fromEntries(FACTORY_REGISTERS),
    parameters: {},
  };
}

/** What it forgets without supply. */
export interface PstnSession {
  listening: boolean;
  mode: number;
  profile: ModemProfile;
  /** A command that was received in part, and the last whole one (A/). */
  line: Bytes;
  lastLine: Bytes;
  /** Digits of the running call; `thenCommand` for a dial string that ends with `;`. */
  digits: Bytes;
  thenCommand: boolean;
  ringback: boolean;
  carrier: boolean;
  ringing: boolean;
  /** Number of the dial or escape: events of an earlier one are void. */
  attempt: number;
  /** When the terminal last sent data, and how much of an escape came since. */
  lastDataUs: number;
  escapes: number;
  /** Number of the last burst: the silence after an earlier one is void. */
  escapeTry: number;
  replyFreeUs: number;
}

export interface PstnModemState extends PstnSession {
  powered: boolean;
  /** /DTR is low. */
  dtr: boolean;
  life: number;
  faults: PstnFaults;
}

export interface PstnFaults {
  silent: boolean;
  /** Takes data and hands on nothing. */
  stall: boolean;
  /** Does not look at /DTR. */
  deafToDtr: boolean;
  slowMs: number;
  error: number;
  mute: number;
}

export function noPstnFaults(): PstnFaults {
  return { silent: false, stall: false, deafToDtr: false, slowMs: 0, error: 0, mute: 0 };
}

export function freshPstnSession(): PstnSession {
  return {
    listening: false,
    mode: MODE_COMMAND,
    profile: factoryProfile(),
    line: '',
    lastLine: '',
    digits: '',
    thenCommand: false,
    ringback: false,
    carrier: false,
    ringing: false,
    attempt: 0,
    lastDataUs: 0,
    escapes: 0,
    escapeTry: 0,
    replyFreeUs: 0,
  };
}
