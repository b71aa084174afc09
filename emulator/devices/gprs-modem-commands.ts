/**
 * Commands of the fake GPRS modem, by name and kind (`=` write, `?` read, nothing: execute). SIM800 Series AT Command
 * Manual V1.09: chapters 2, 3, 5 to 8; the order of states is that of the TCPIP Application Note V1.03, 2.1.1.
 */
import type { Bytes } from '../../hal/bytes';
import type { GprsModem } from './gprs-modem';
import * as state from './gprs-modem-state';

export type ModemCommand = (modem: GprsModem, argument: Bytes) => void;

/** CIPSEND, 8.2.3. */
const SEND_LIMIT_BYTES = 1460;

function askSim(modem: GprsModem): void {
  const { sim } = modem.state;
  if (sim === 'absent') modem.reply('+CME ERROR: 10');
  else modem.tell(sim === 'pin' ? '+CPIN: SIM PIN' : '+CPIN: READY');
}

function askRegistration(modem: GprsModem): void {
  const { searching, sim, registration } = modem.state;
  modem.tell(`+CREG: 0,${searching || sim !== 'ready' ? 2 : registration}`);
}

function askSignal(modem: GprsModem): void {
  modem.tell(`+CSQ: ${modem.state.sim === 'ready' ? modem.state.signal : 99},0`);
}

function askAttached(modem: GprsModem): void {
  modem.tell(`+CGATT: ${modem.state.attached && modem.isRegistered() ? 1 : 0}`);
}

function attach(modem: GprsModem, argument: Bytes): void {
  if (argument === '1' && !modem.isRegistered()) return modem.refuse();
  modem.state.attached = argument === '1';
  if (!modem.state.attached) modem.dropBearer();
  modem.ok();
}

function setHead(modem: GprsModem, argument: Bytes): void {
  if (argument !== '0' && argument !== '1') return modem.refuse();
  modem.state.head = argument === '1';
  modem.ok();
}

function startTask(modem: GprsModem, argument: Bytes): void {
  if (modem.state.ip !== state.IP_INITIAL) return modem.refuse();
  modem.state.apn = unquote(argument.split(',')[0] ?? '');
  modem.state.ip = state.IP_START;
  modem.ok();
}

function bringUp(modem: GprsModem): void {
  if (modem.state.ip !== state.IP_START) return modem.refuse();
  modem.beginBearer();
}

function askAddress(modem: GprsModem): void {
  if (modem.state.ip < state.IP_GPRS) return modem.refuse();
  if (modem.state.ip === state.IP_GPRS) modem.state.ip = state.IP_STATUS;
  modem.reply('10.129.4.27');
}

function askState(modem: GprsModem): void {
  modem.reply(`OK\r\n\r\nSTATE: ${state.IP_NAMES[modem.state.ip]}`);
}

function open(modem: GprsModem, argument: Bytes): void {
  const parts = argument.split(',', 4);
  const host = unquote(parts[1] ?? '');
  const { ip } = modem.state;
  if (parts.length !== 3 || unquote(parts[0]).toUpperCase() !== 'TCP' || host === '') return modem.refuse();
  if (ip === state.IP_CONNECTED || ip === state.IP_CONNECTING) modem.reply('ERROR\r\n\r\nALREADY CONNECT');
  else if (ip !== state.IP_STATUS && ip !== state.IP_CLOSED) modem.refuse();
  else modem.beginConnection(host, unquote(parts[2]));
}

function send(modem: GprsModem, argument: Bytes): void {
  const lengthBytes = parseInt(argument, 10);
  if (modem.state.ip !== state.IP_CONNECTED || !(lengthBytes > 0 && lengthBytes <= SEND_LIMIT_BYTES)) modem.refuse();
  else modem.beginPrompt(lengthBytes);
}

function close(modem: GprsModem): void {
  const { ip } = modem.state;
  if (ip !== state.IP_CONNECTED && ip !== state.IP_CONNECTING) modem.refuse();
  else modem.closeConnection();
}

function setEcho(on: boolean): ModemCommand {
  return (modem) => {
    modem.state.echo = on;
    modem.ok();
  };
}

function setFunction(modem: GprsModem, argument: Bytes): void {
  if (argument === '1,1') modem.restartSoon();
  else modem.ok();
}

/** Test commands, `=?`: information line, or '' for OK alone. */
const testAnswers: readonly (readonly [name: string, line: Bytes])[] = [
  ['+CPIN', ''],
  ['+CREG', '+CREG: (0-2)'],
  ['+CSQ', '+CSQ: (0-31,99),(0-7,99)'],
  ['+CGATT', '+CGATT: (0,1)'],
  ['+CIPHEAD', '+CIPHEAD: (0,1)'],
  ['+CIPMUX', '+CIPMUX: (0)'],
  ['+CSTT', ''],
  ['+CIICR', ''],
  ['+CIFSR', ''],
  ['+CIPSTATUS', ''],
  ['+CIPSTART', '+CIPSTART: ("TCP"),("(0-255).(0-255).(0-255).(0-255)"),(1-65535)'],
  ['+CIPSEND', '+CIPSEND: (1-1460)'],
  ['+CIPCLOSE', ''],
  ['+CIPSHUT', ''],
  ['+CFUN', '+CFUN: (1),(0,1)'],
];

/** `+NAME=` with its argument, `+NAME=?`, `+NAME?` or `+NAME`, wherever `AT` begins; `null` in a line without it. */
export function commandOf(line: Bytes): { readonly name: string; readonly argument: Bytes } | null {
  const upper = line.toUpperCase();
  const start = upper.indexOf('AT');
  if (start < 0) return null;
  const equals = upper.indexOf('=', start);
  if (equals < 0) return { name: upper.slice(start + 2).trim(), argument: '' };
  const argument = line.slice(equals + 1);
  const isTest = argument.trim() === '?';
  return { name: upper.slice(start + 2, equals + 1) + (isTest ? '?' : ''), argument: isTest ? '' : argument };
}

export const modemCommands: ReadonlyMap<string, ModemCommand> = new Map<string, ModemCommand>([
  ['', (modem) => modem.ok()],
  ['E', setEcho(false)],
  ['E0', setEcho(false)],
  ['E1', setEcho(true)],
  ['I', (modem) => modem.tell('SIM800 R14.18')],
  ['+CPIN?', askSim],
  ['+CREG?', askRegistration],
  ['+CSQ', askSignal],
  ['+CGATT?', askAttached],
  ['+CGATT=', attach],
  ['+CIPHEAD=', setHead],
  ['+CIPMUX=', (modem, argument) => (argument === '0' ? modem.ok() : modem.refuse())],
  ['+CSTT=', startTask],
  ['+CIICR', bringUp],
  ['+CIFSR', askAddress],
  ['+CIPSTATUS', askState],
  ['+CIPSTART=', open],
  ['+CIPSEND=', send],
  ['+CIPCLOSE', close],
  ['+CIPCLOSE=', close],
  ['+CIPSHUT', (modem) => modem.beginShut()],
  ['+CFUN?', (modem) => modem.tell('+CFUN: 1')],
  ['+CFUN=', setFunction],
  ...testAnswers.map(([name, line]): [string, ModemCommand] => [
    `${name}=?`,
    (modem) => (line === '' ? modem.ok() : modem.tell(line)),
  ]),
]);

function unquote(text: Bytes): Bytes {
  const trimmed = text.trim();
  return trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
}
