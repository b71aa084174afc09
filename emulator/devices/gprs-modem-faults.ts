/** Ways the fake GPRS modem can fail, by name. */
import type { GprsModem } from './gprs-modem';
import { noModemFaults } from './gprs-modem-state';

type Action = (modem: GprsModem, value: number) => void;

const COUNTED = ['error', 'mute', 'pdpFail', 'refuse', 'connectSilent', 'sendFail', 'noPrompt'] as const;
const SWITCHED = ['stall', 'silent', 'autobaud'] as const;

const actions: Readonly<Record<string, Action>> = {
  simAbsent: (modem, value) => modem.setSim(value === 0 ? 'ready' : 'absent'),
  simPin: (modem, value) => modem.setSim(value === 0 ? 'ready' : 'pin'),
  registration: (modem, value) => modem.setRegistration(value),
  signal: (modem, value) => {
    modem.state.signal = value;
  },
  slow: (modem, value) => {
    modem.state.faults.slowMs = value;
  },
  pdpDrop: (modem) => modem.dropBearer(),
  remoteClose: (modem) => modem.remoteClose(),
  garbage: (modem, value) => modem.noise(modem.randomBytes(value > 0 ? value : 16)),
  overlong: (modem, value) => modem.noise('x'.repeat(value > 0 ? value : 1000)),
  badIpd: (modem) => modem.noise(modem.dialect.badHeaders),
  ring: (modem) => modem.urc('RING'),
  sms: (modem) => modem.urc('+CMTI: "SM",1'),
  undervoltage: (modem) => modem.urc('UNDER-VOLTAGE WARNNING'),
  echo: (modem) => {
    modem.state.echo = true;
  },
  reset: (modem) => modem.restart(),
  off: (modem) => {
    modem.noise(`\r\n${modem.dialect.poweredDownLine}\r\n`);
    modem.onPower(false);
  },
  on: (modem) => modem.onPower(true),
  well: (modem) => {
    modem.state.faults = noModemFaults();
    modem.setSim('ready');
  },
};

/**
 * Lasting, 0 ends it: `simAbsent`, `simPin`, `registration` (as in +CREG), `signal`, `stall` (takes data, hands on
 * nothing), `silent` (does not listen), `slow` (ms more per answer), `autobaud` (starts without RDY). Counts of what
 * comes next: `error` (commands refused), `mute` (commands without an answer), `pdpFail`, `refuse`, `connectSilent`,
 * `sendFail`, `noPrompt`. At once: `pdpDrop`, `remoteClose`, `garbage` (random bytes), `overlong` (bytes without a line
 * end), `badIpd`, `ring`, `sms`, `undervoltage`, `echo` (echo on), `reset` (restarts by itself), `off`, `on`. `well` ends
 * the lasting ones and puts the SIM back.
 */
export function applyModemFault(modem: GprsModem, fault: string, value: number): void {
  const { faults } = modem.state;
  const counted = COUNTED.find((name) => name === fault);
  const switched = SWITCHED.find((name) => name === fault);
  if (counted) faults[counted] = value > 0 ? value : 1;
  else if (switched) faults[switched] = value !== 0;
  else {
    const action = Object.hasOwn(actions, fault) ? actions[fault] : undefined;
    if (!action) throw new Error(`the modem has no fault ${fault}`);
    action(modem, value);
  }
}
