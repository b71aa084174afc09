/**
 * Commands that every mobile modem has, whoever made it: identity, SIM, registration, operator, settings that are kept and
 * told. 3GPP TS 27.007 (clauses 5 to 9), TS 27.005 for short messages. What nothing here needs is answered as the
 * standard allows, so that general modem managers find their way.
 */
import type { Bytes } from '../../hal/bytes';
import type { GprsModem } from './gprs-modem';
import type { ModemCommand } from './gprs-modem-dialect';

/** ITU-T E.212: test network. */
const OPERATOR = '00101';
const IMSI = '001010123456789';
const ICCID = '89860000000000000001';
/** A serial number with a right check digit (3GPP TS 23.003, 6.2.1), of nobody's modem. */
const IMEI = '004999010640000';

export interface Identity {
  readonly maker: Bytes;
  readonly model: Bytes;
  readonly revision: Bytes;
  /** Lines of ATI. */
  readonly about: Bytes;
  /** Of AT+WS46=?: 12 GSM, 22 UTRAN, 28 E-UTRAN, 29 GERAN and UTRAN. */
  readonly radios: Bytes;
}

function askSim(modem: GprsModem): void {
  const { sim } = modem.state;
  if (sim === 'absent') modem.reply('+CME ERROR: 10');
  else modem.tell(sim === 'pin' ? '+CPIN: SIM PIN' : '+CPIN: READY');
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

/** Nothing is locked or barred; what is barred is so by class of service. */
function askLock(modem: GprsModem, argument: Bytes): void {
  const [, facility = ''] = /^"([A-Z]{2})",2$/.exec(argument) ?? [];
  if (['SC', 'FD', 'PS'].includes(facility)) modem.tell('+CLCK: 0');
  else if (/^(A[IO]|O[IX]|IR|N[TMSA])$/.test(facility)) modem.tell('+CLCK: 0,7');
  else modem.refuse();
}

function setFunction(modem: GprsModem, argument: Bytes): void {
  if (argument === '1,1') modem.restartSoon();
  else if (['0', '1', '4', '1,0'].includes(argument)) modem.ok();
  else modem.refuse();
}

function withSim(line: Bytes): ModemCommand {
  return (modem) => (modem.state.sim === 'ready' ? modem.tell(line) : modem.reply('+CME ERROR: 10'));
}

/** EF ICCID (3GPP TS 31.102, 4.2.2, by ETSI TS 102 221, 13.2): digits with the nibbles of each byte swapped. */
function readSimFile(modem: GprsModem, argument: Bytes): void {
  if (modem.state.sim !== 'ready') return modem.reply('+CME ERROR: 10');
  if (argument !== '176,12258,0,0,10') return modem.refuse();
  modem.tell(`+CRSM: 144,0,"${ICCID.replace(/(.)(.)/g, '$2$1')}"`);
}

function told(line: Bytes): ModemCommand {
  return (modem) => (line === '' ? modem.ok() : modem.tell(line));
}

function askOperator(modem: GprsModem): void {
  const { operatorFormat } = modem.state;
  const name = operatorFormat === 2 ? OPERATOR : 'TEST';
  modem.tell(modem.isRegistered() ? `+COPS: 0,${operatorFormat},"${name}"` : '+COPS: 0');
}

function chooseOperator(modem: GprsModem, argument: Bytes): void {
  const format = /^3,([012])$/.exec(argument);
  if (format) modem.state.operatorFormat = parseInt(format[1], 10);
  if (format || argument === '0') modem.ok();
  else modem.refuse();
}

/** Settings that are kept and told, nothing more: name, what they may be, what they are from the factory. */
const PARAMETERS: readonly (readonly [name: string, test: Bytes, value: Bytes])[] = [
  ['+CMEE', '(0-2)', '0'],
  ['+CRC', '(0,1)', '0'],
  ['+CR', '(0,1)', '0'],
  ['+CSCS', '("IRA","GSM","UCS2","HEX")', '"IRA"'],
  ['+CMGF', '(0,1)', '0'],
  ['+CLIP', '(0,1)', '0,1'],
  ['+COLP', '(0,1)', '0,1'],
  ['+CCWE', '(0,1)', '0'],
  ['+CSSN', '(0,1),(0,1)', '0,0'],
  ['+CLVL', '(0-100)', '50'],
  ['+CMUT', '(0,1)', '0'],
  ['+CGSMS', '(0-3)', '1'],
  ['+CUSD', '(0,1)', '0'],
  ['+CRLP', '(61),(61),(48),(6)', '61,61,48,6'],
  ['+CMER', '(0-3),(0),(0),(0-2),(0,1)', '0,0,0,0,0'],
  ['+IPR', '(),(0,9600,19200,38400,57600,115200)', '115200'],
  ['+IFC', '(0-2),(0-2)', '2,2'],
  ['+ICF', '(1-6),(0-3)', '3,3'],
  ['+CNMI', '(0-2),(0-3),(0,2),(0-2),(0,1)', '2,1,0,0,0'],
  ['+CSMS', '(0,1)', '0,1,1,1'],
  ['+CREG', '(0-2)', ''],
  ['+CGREG', '(0-2)', ''],
];

function kept(name: string, value: Bytes): ModemCommand {
  return (modem) => modem.tell(`${name}: ${modem.state.parameters[name] ?? value}`);
}

function keep(name: string): ModemCommand {
  return (modem, argument) => {
    if (argument.length > 32) return modem.refuse();
    modem.state.parameters[name] = argument;
    modem.ok();
  };
}

function register(name: string): ModemCommand {
  return (modem) => modem.tell(`${name}: ${modem.state.parameters[name] ?? '0'},${modem.registration()}`);
}

function setEcho(on: boolean): ModemCommand {
  return (modem) => {
    modem.state.echo = on;
    modem.ok();
  };
}

/** Test commands, `=?`: information line, or '' for OK alone. */
const testAnswers: readonly (readonly [name: string, line: Bytes])[] = [
  ...['+CGMI', '+CGMM', '+CGMR', '+CGSN', '+GMI', '+GMM', '+GMR', '+GSN', '+CIMI', '+CPIN'].map(
    (name): readonly [string, Bytes] => [name, ''],
  ),
  ['+CSQ', '+CSQ: (0-31,99),(0-7,99)'],
  ['+CGATT', '+CGATT: (0,1)'],
  ['+CFUN', '+CFUN: (0,1,4),(0,1)'],
  ['+CPAS', '+CPAS: (0,3,4)'],
  ['+COPS', '+COPS: (2,"TEST","TEST","00101",7),,(0,1,2,3,4),(0,1,2)'],
  ['+CBC', '+CBC: (0-3),(1-100)'],
  ['+CPMS', '+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")'],
  ['+CGDCONT', '+CGDCONT: (1-3),"IP",,,(0),(0)'],
  ['+CLCK', '+CLCK: ("SC","FD","PS","AO","OI","OX","AI","IR")'],
];

/** The commands of a modem that says of itself what `identity` says. */
export function gsmCommands(identity: Identity): Map<string, ModemCommand> {
  const { maker, model, revision, about, radios } = identity;
  const commands = new Map<string, ModemCommand>([
    ['', (modem) => modem.ok()],
    ['E', setEcho(false)],
    ['E0', setEcho(false)],
    ['E1', setEcho(true)],
    ['I', told(about)],
    ['I0', told(about)],
    ['+CPIN?', askSim],
    ['+CREG?', register('+CREG')],
    ['+CGREG?', register('+CGREG')],
    ['+CSQ', askSignal],
    ['+CGATT?', askAttached],
    ['+CGATT=', attach],
    ['+CFUN?', told('+CFUN: 1')],
    ['+CFUN=', setFunction],
    ['+COPS?', askOperator],
    ['+COPS=', chooseOperator],
    ['+CIMI', withSim(IMSI)],
    ['+CCID', withSim(ICCID)],
    ['+GCAP', told('+GCAP: +CGSM')],
    ['+CPAS', told('+CPAS: 0')],
    ['+CBC', told('+CBC: 0,90')],
    ['+CEER', told('+CEER: No cause information available')],
    ['+CNUM', withSim('+CNUM: ,"",129,,4')],
    ['+WS46?', told('12')],
    ['+WS46=?', told(radios)],
    ['+CRSM=', readSimFile],
    ['+CGDCONT?', told('+CGDCONT: 1,"IP","","",0,0')],
    ['+CGDCONT=', told('')],
    ['+CLCK=', askLock],
    ['+CGACT?', told('+CGACT: 1,0')],
    ['+CPMS?', withSim('+CPMS: "SM",0,50,"SM",0,50,"SM",0,50')],
    ['+CPMS=', withSim('+CPMS: 0,50,0,50,0,50')],
    ['+CMGL=', withSim('')],
    ['+CCLK?', told('+CCLK: "26/01/15,09:30:00+32"')],
  ]);
  const idle = [
    'Q0',
    'V1',
    'X0',
    'X4',
    'Z',
    'H',
    'H0',
    '&C1',
    '&D2',
    '&D0',
    '&F',
    '&F0',
    'T',
    'P',
    'V1X4',
    'E0V1',
    'E0Q0V1',
  ];
  for (const name of idle) commands.set(name, told(''));
  for (const [names, answer] of [
    [['+CGMI', '+GMI'], maker],
    [['+CGMM', '+GMM'], model],
    [['+CGMR', '+GMR'], revision],
    [['+CGSN', '+GSN'], IMEI],
  ] as const) {
    for (const name of names) commands.set(name, told(answer));
  }
  for (const [name, line] of testAnswers) commands.set(`${name}=?`, told(line));
  for (const [name, test, value] of PARAMETERS) {
    commands.set(`${name}=?`, told(`${name}: ${test}`));
    commands.set(`${name}=`, keep(name));
    if (value !== '') commands.set(`${name}?`, kept(name, value));
  }
  commands.set('+CSMS=', told('+CSMS: 1,1,1'));
  return commands;
}
