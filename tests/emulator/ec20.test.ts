/** The fake EC20 on its own: what a person at a serial console would see. */
import { ec20Fake } from '../../emulator/devices/ec20-fake';
import { GprsModem } from '../../emulator/devices/gprs-modem';
import { Network } from '../../emulator/network';
import { World } from '../../emulator/world/world';

function console_(off = false): { type: (text: string, ms?: number) => string; modem: GprsModem; network: Network } {
  const world = new World(1);
  const network = new Network(world, { latencyMs: 10 });
  const modem = new GprsModem(world, network, { dialect: ec20Fake, off });
  let out = '';
  const wire = { send: (bytes: string) => void (out += bytes) };
  modem.connect(wire);
  network.listen('host.test', 80, {
    onConnect: () => undefined,
    onBytes: (id, bytes) => network.send(id, `<${bytes}>`),
    onClose: () => undefined,
  });
  const type = (text: string, ms = 2000): string => {
    out = '';
    if (text !== '') modem.onUart(`${text}${text.endsWith('z') ? '' : '\r'}`, wire);
    world.run(ms);
    return out;
  };
  return { type, modem, network };
}

test('a session as in the application note', () => {
  const { type, network } = console_();
  expect(type('ATE0')).toContain('OK');
  expect(type('AT+CGMM')).toBe('\r\nEC20F\r\n\r\nOK\r\n');
  expect(type('AT+QICSGP=1,1,"cmnet","","",1')).toBe('\r\nOK\r\n');
  expect(type('AT+QIACT=1')).toBe('\r\nOK\r\n');
  expect(type('AT+QIACT?')).toBe('\r\n+QIACT: 1,1,1,"10.129.4.27"\r\n\r\nOK\r\n');
  expect(type('AT+QIOPEN=1,0,"TCP","HOST.test",80,0,1')).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n');
  expect(type('AT+QISEND=0,5')).toBe('\r\n> ');
  expect(type('A\r\x1bTz')).toBe('\r\nSEND OK\r\n\r\n+QIURC: "recv",0,7\r\n<A\r\x1bTz>');
  expect(type('AT+QISEND=0,0')).toContain('+QISEND: 0,0,0');
  network.onFault('close', 0);
  expect(type('')).toBe('\r\n+QIURC: "closed",0\r\n');
  // The socket is taken until it is closed here too.
  expect(type('AT+QIOPEN=1,0,"TCP","host.test",80,0,1')).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,563\r\n');
  expect(type('AT+QICLOSE=0')).toBe('\r\nOK\r\n');
  expect(type('AT+QICLOSE=0')).toBe('\r\nERROR\r\n');
  expect(type('AT+QIDEACT=1')).toBe('\r\nOK\r\n');
});

test('steps out of order, other sockets and other access modes are refused', () => {
  const { type } = console_();
  type('ATE0');
  for (const early of ['AT+QIACT=1', 'AT+QIOPEN=1,0,"TCP","host.test",80,0,1', 'AT+QISEND=0,3', 'AT+QICLOSE=0']) {
    expect(type(early)).toBe('\r\nERROR\r\n');
  }
  type('AT+QICSGP=1,1,"x"');
  type('AT+QIACT=1');
  expect(type('AT+QIACT=1')).toBe('\r\nERROR\r\n');
  for (const odd of ['"UDP","h",80,0,1', '"TCP","",80,0,1', '"TCP","h",80,0,0', '"TCP","h"']) {
    expect(type(`AT+QIOPEN=1,0,${odd}`)).toBe('\r\nERROR\r\n');
  }
  expect(type('AT+QIOPEN=1,3,"TCP","h",80,0,1')).toBe('\r\nERROR\r\n');
  expect(type('AT+CIPSHUT')).toBe('\r\nERROR\r\n');
});

test('nobody at the other end is told with a number; the socket must be closed', () => {
  const { type } = console_();
  for (const line of ['ATE0', 'AT+QICSGP=1,1,"x"', 'AT+QIACT=1']) type(line);
  expect(type('AT+QIOPEN=1,0,"TCP","nobody.test",80,0,1')).toBe('\r\nOK\r\n\r\n+QIOPEN: 0,566\r\n');
  expect(type('AT+QICLOSE=0')).toBe('\r\nOK\r\n');
});

test('a start is told in its own words, and so is the end', () => {
  const { type, modem } = console_(true);
  modem.onPower(true);
  expect(type('', 9000).split('\r\n').filter(Boolean)).toEqual([
    ...['RDY', '+CFUN: 1', '+CPIN: READY', '+QUSIM: 1', '+QIND: SMS DONE', '+QIND: PB DONE'],
  ]);
  expect(type('AT+QPOWD')).toBe('AT+QPOWD\r\r\nOK\r\n\r\nPOWERED DOWN\r\n');
  expect(type('AT')).toBe('');
});
