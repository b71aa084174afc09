/**
 * The fake EC20: its TCP/IP commands and lines, with one context and one socket. Quectel EC2x&EG9x&EG2x-G&EM05 Series
 * TCP/IP Application Note V1.1, chapter 2 (order of states: 1.3), AT Commands Manual V1.3. Only access mode 1 (direct push)
 * is there. A socket whose far end closed, or that could not be opened, is taken until AT+QICLOSE.
 */
import type { Bytes } from '../../hal/bytes';
import type { GprsModem } from './gprs-modem';
import { unquote, type FakeDialect, type ModemCommand } from './gprs-modem-dialect';
import * as state from './gprs-modem-state';
import { gsmCommands } from './gsm-commands';

/** QISEND, 2.1.9. */
const SEND_LIMIT_BYTES = 1460;
const DEACTIVATE_US = 400_000;
const SOCKET_IN_USE = 563;

function configure(modem: GprsModem, argument: Bytes): void {
  const parts = argument.split(',');
  if (parts[0] !== '1' || parts[1] !== '1' || parts.length < 3 || parts.length > 6) return modem.refuse();
  if (modem.state.ip === state.IP_INITIAL) modem.state.ip = state.IP_START;
  modem.state.apn = unquote(parts[2]);
  modem.ok();
}

function activate(modem: GprsModem, argument: Bytes): void {
  if (argument !== '1' || modem.state.ip !== state.IP_START) return modem.refuse();
  modem.beginBearer();
}

function askContext(modem: GprsModem): void {
  if (modem.state.ip < state.IP_GPRS) modem.ok();
  else modem.tell('+QIACT: 1,1,1,"10.129.4.27"');
}

function open(modem: GprsModem, argument: Bytes): void {
  const parts = argument.split(',');
  const { ip } = modem.state;
  const isSound = parts[0] === '1' && parts[1] === '0' && unquote(parts[2] ?? '').toUpperCase() === 'TCP';
  const host = unquote(parts[3] ?? '');
  if (!isSound || host === '' || (parts[6] ?? '1') !== '1' || parts.length < 5 || parts.length > 7) modem.refuse();
  else if (ip < state.IP_GPRS) modem.refuse();
  else if (ip >= state.IP_CONNECTING) {
    modem.ok();
    modem.reply(`+QIOPEN: 0,${SOCKET_IN_USE}`);
  } else modem.beginConnection(host, unquote(parts[4]));
}

function send(modem: GprsModem, argument: Bytes): void {
  const [socket = '', length = ''] = argument.split(',');
  const lengthBytes = parseInt(length, 10);
  if (socket !== '0' || modem.state.ip !== state.IP_CONNECTED) modem.refuse();
  else if (lengthBytes === 0) modem.tell('+QISEND: 0,0,0');
  else if (lengthBytes > 0 && lengthBytes <= SEND_LIMIT_BYTES) modem.beginPrompt(lengthBytes);
  else modem.refuse();
}

function close(modem: GprsModem, argument: Bytes): void {
  if (!/^0(,\d+)?$/.test(argument) || modem.state.ip < state.IP_CONNECTING) return modem.refuse();
  modem.closeConnection('OK');
  modem.state.ip = state.IP_STATUS;
}

function askState(modem: GprsModem): void {
  const { ip } = modem.state;
  if (ip < state.IP_CONNECTING) return modem.ok();
  const stage = ip === state.IP_CONNECTED ? 2 : ip === state.IP_CONNECTING ? 1 : 4;
  modem.tell(`+QISTATE: 0,"TCP","",0,0,${stage},1,0,1,"uart1"`);
}

function deactivate(modem: GprsModem, argument: Bytes): void {
  if (argument === '1') modem.beginShut('OK', DEACTIVATE_US);
  else modem.refuse();
}

const testAnswers: readonly (readonly [name: string, line: Bytes])[] = [
  ['+QICSGP', '+QICSGP: (1-16),(1-3),<APN>,<username>,<password>,(0-3)'],
  ['+QIACT', '+QIACT: (1-16)'],
  ['+QIDEACT', '+QIDEACT: (1-16)'],
  ['+QIOPEN', '+QIOPEN: (1-16),(0-11),"TCP/UDP",<IP_address>/<domain_name>,<remote_port>,<local_port>,(0-2)'],
  ['+QISEND', '+QISEND: (0-11),(0-1460)'],
  ['+QICLOSE', '+QICLOSE: (0-11),(0-65535)'],
];

const identity = {
  maker: 'Quectel',
  model: 'EC20F',
  revision: 'EC20CEFAGR06A13M4G',
  about: 'Quectel\r\nEC20F\r\nRevision: EC20CEFAGR06A13M4G',
  radios: '(12,22,28,25)',
};

export const ec20Fake: FakeDialect = {
  name: 'ec20',
  commands: new Map<string, ModemCommand>([
    ...gsmCommands(identity),
    ['+QICSGP=', configure],
    ['+QIACT=', activate],
    ['+QIACT?', askContext],
    ['+QIDEACT=', deactivate],
    ['+QIOPEN=', open],
    ['+QISEND=', send],
    ['+QICLOSE=', close],
    ['+QISTATE?', askState],
    ['+QISTATE', askState],
    ['+QPOWD', (modem) => modem.powerDown()],
    ['+QPOWD=', (modem) => modem.powerDown()],
    ['+QCCID', (modem) => modem.tell('+QCCID: 89860000000000000001')],
    ['+QSIMSTAT?', (modem) => modem.tell(`+QSIMSTAT: 0,${modem.state.sim === 'absent' ? 0 : 1}`)],
    ['+QNWINFO', (modem) => modem.tell('+QNWINFO: "FDD LTE","00101","LTE BAND 3",1300')],
    ['+CEREG?', (modem) => modem.tell(`+CEREG: 0,${modem.registration()}`)],
    ...testAnswers.map(([name, line]): [string, ModemCommand] => [`${name}=?`, (modem) => modem.tell(line)]),
  ]),
  startLines: ['RDY', '+CFUN: 1'],
  simReadyLines: ['+CPIN: READY', '+QUSIM: 1'],
  registeredLines: ['+QIND: SMS DONE', '+QIND: PB DONE'],
  noSimLine: '+CPIN: NOT INSERTED',
  opened: '+QIOPEN: 0,0',
  openFailed: '+QIOPEN: 0,566',
  closedLine: '+QIURC: "closed",0',
  bearerLostLine: '+QIURC: "pdpdeact",1',
  poweredDownLine: 'POWERED DOWN',
  dataHeader: (lengthBytes) => `\r\n+QIURC: "recv",0,${lengthBytes}\r\n`,
  badHeaders: '\r\n+QIURC: "recv",0,99999\r\nCLOSED\r\n+QIURC: "recv",0,\r\n+QIURC: "recv",0,-5\r\n',
  sendOkIsAcknowledged: false,
  readyUs: 6_000_000,
  bearerUs: 600_000,
  // QIOPEN, 2.1.6.
  connectTimeoutUs: 150_000_000,
};
