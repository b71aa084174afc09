/**
 * The fake SIM800: its TCP/IP commands and lines. SIM800 Series AT Command Manual V1.09, chapter 8; the order of states is
 * that of the TCPIP Application Note V1.03, 2.1.1.
 */
import type { Bytes } from '../../hal/bytes';
import type { GprsModem } from './gprs-modem';
import { unquote, type FakeDialect, type ModemCommand } from './gprs-modem-dialect';
import * as state from './gprs-modem-state';
import { gsmCommands } from './gsm-commands';

/** CIPSEND, 8.2.3. */
const SEND_LIMIT_BYTES = 1460;
const SHUT_US = 250_000;

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
  else modem.closeConnection('CLOSE OK');
}

/** Test commands, `=?`: information line, or '' for OK alone. */
const testAnswers: readonly (readonly [name: string, line: Bytes])[] = [
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
];

const identity = {
  maker: 'SIMCOM_Ltd',
  model: 'SIMCOM_SIM800',
  revision: 'Revision:1418B04SIM800L24',
  about: 'SIM800 R14.18',
  radios: '(12)',
};

export const sim800Fake: FakeDialect = {
  name: 'sim800',
  commands: new Map<string, ModemCommand>([
    ...gsmCommands(identity),
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
    ['+CIPSHUT', (modem) => modem.beginShut('SHUT OK', SHUT_US)],
    ...testAnswers.map(([name, line]): [string, ModemCommand] => [
      `${name}=?`,
      (modem) => (line === '' ? modem.ok() : modem.tell(line)),
    ]),
  ]),
  startLines: ['RDY', '+CFUN: 1'],
  simReadyLines: ['+CPIN: READY'],
  registeredLines: ['Call Ready', 'SMS Ready'],
  noSimLine: '+CPIN: NOT INSERTED',
  opened: 'CONNECT OK',
  openFailed: 'STATE: TCP CLOSED\r\n\r\nCONNECT FAIL',
  closedLine: 'CLOSED',
  bearerLostLine: '+PDP: DEACT',
  poweredDownLine: 'NORMAL POWER DOWN',
  dataHeader: (lengthBytes, header) => (header ? `\r\n+IPD,${lengthBytes}:` : ''),
  badHeaders: '\r\n+IPD,99999:CLOSED\r\n+IPD,:\r\n+IPD,-5:\r\n',
  sendOkIsAcknowledged: true,
  readyUs: 1_400_000,
  bearerUs: 900_000,
  // CIPSTART in single mode, 8.2.2.
  connectTimeoutUs: 75_000_000,
};
