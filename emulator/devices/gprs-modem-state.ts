/** What the fake GPRS modem remembers, and the states of its one connection (AT Command Manual V1.09, 8.2.2). */
import type { Bytes } from '../../hal/bytes';

export const IP_INITIAL = 0;
export const IP_START = 1;
export const IP_CONFIG = 2;
export const IP_GPRS = 3;
export const IP_STATUS = 4;
export const IP_CONNECTING = 5;
export const IP_CONNECTED = 6;
export const IP_CLOSED = 7;

/** As AT+CIPSTATUS tells them. */
export const IP_NAMES: readonly string[] = [
  'IP INITIAL',
  'IP START',
  'IP CONFIG',
  'IP GPRSACT',
  'IP STATUS',
  'TCP CONNECTING',
  'CONNECT OK',
  'TCP CLOSED',
];

export type SimState = 'ready' | 'absent' | 'pin';

export type CountedFault = 'error' | 'mute' | 'pdpFail' | 'refuse' | 'connectSilent' | 'sendFail' | 'noPrompt';

export interface ModemFaults extends Record<CountedFault, number> {
  stall: boolean;
  silent: boolean;
  autobaud: boolean;
  slowMs: number;
}

/** What it forgets without supply. */
export interface ModemSession {
  /** Its processor runs and reads commands. */
  listening: boolean;
  /** Looking for a network since it started. */
  searching: boolean;
  echo: boolean;
  /** Received data gets a +IPD header. */
  head: boolean;
  attached: boolean;
  apn: Bytes;
  /** Settings that are kept and told, by name. */
  parameters: Record<string, Bytes>;
  /** Of AT+COPS?: 0 long name, 2 number. */
  operatorFormat: number;
  /** `IP_…` */
  ip: number;
  /** The network's number of the connection; 0 none. */
  connection: number;
  /** A command that was received in part. */
  line: Bytes;
  /** Length asked for by AT+CIPSEND, bytes still missing, and those received. */
  promptBytes: number;
  promptLeft: number;
  data: Bytes;
  /** Until then earlier answers are on their way. */
  replyFreeUs: number;
  /** Until then a command runs, and others are not heard. */
  busyUntilUs: number;
}

export interface GprsModemState extends ModemSession {
  powered: boolean;
  sim: SimState;
  signal: number;
  registration: number;
  faults: ModemFaults;
  /** Number of starts: events of an earlier one are void. */
  life: number;
  /** Number of AT+CIPSTART: a time-out of an earlier one is void. */
  attempt: number;
}

export function noModemFaults(): ModemFaults {
  return {
    stall: false,
    silent: false,
    autobaud: false,
    slowMs: 0,
    error: 0,
    mute: 0,
    pdpFail: 0,
    refuse: 0,
    connectSilent: 0,
    sendFail: 0,
    noPrompt: 0,
  };
}

export function freshSession(): ModemSession {
  return {
    listening: false,
    searching: true,
    echo: true,
    head: false,
    attached: true,
    apn: '',
    parameters: {},
    operatorFormat: 0,
    ip: IP_INITIAL,
    connection: 0,
    line: '',
    promptBytes: 0,
    promptLeft: 0,
    data: '',
    replyFreeUs: 0,
    busyUntilUs: 0,
  };
}
