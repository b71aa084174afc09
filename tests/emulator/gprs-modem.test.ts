/** The fake modem on its own: what a person at a serial console would see, and bytes no modem should ever see. */
import * as fc from 'fast-check';
import { GprsModem, type GprsModemOptions } from '../../emulator/devices/gprs-modem';
import { Network } from '../../emulator/network';
import { World } from '../../emulator/world/world';

const HOST = 'host.test';

function console_(options: GprsModemOptions = {}): {
  world: World;
  modem: GprsModem;
  network: Network;
  type: (text: string, ms?: number) => string;
  got: string[];
} {
  const world = new World(1);
  const network = new Network(world, { latencyMs: 10 });
  const modem = new GprsModem(world, network, options);
  let out = '';
  const wire = { send: (bytes: string) => void (out += bytes) };
  modem.connect(wire);
  const got: string[] = [];
  network.listen(HOST, 80, {
    onConnect: (id) => void got.push(`connect ${id}`),
    onBytes: (id, bytes) => {
      got.push(bytes);
      network.send(id, `<${bytes}>`);
    },
    onClose: (id) => got.push(`close ${id}`),
  });
  const type = (text: string, ms = 2000): string => {
    out = '';
    modem.onUart(text, wire);
    world.run(ms);
    return out;
  };
  return { world, modem, network, type, got };
}

test('a session as in the application note', () => {
  const { type, got } = console_();
  expect(type('AT\r')).toBe('AT\r\r\nOK\r\n');
  expect(type('ate0\r')).toBe('ate0\r\r\nOK\r\n');
  expect(type('AT+CPIN?\r')).toBe('\r\n+CPIN: READY\r\n\r\nOK\r\n');
  expect(type('AT+CSQ\r')).toBe('\r\n+CSQ: 21,0\r\n\r\nOK\r\n');
  expect(type('at+creg?\r')).toBe('\r\n+CREG: 0,1\r\n\r\nOK\r\n');
  expect(type('AT+CGATT?\r')).toBe('\r\n+CGATT: 1\r\n\r\nOK\r\n');
  expect(type('AT+CIPSTATUS\r')).toBe('\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n');
  expect(type('AT+CSTT="cmnet"\r')).toBe('\r\nOK\r\n');
  expect(type('AT+CIICR\r')).toBe('\r\nOK\r\n');
  expect(type('AT+CIFSR\r')).toBe('\r\n10.129.4.27\r\n');
  expect(type('AT+CIPHEAD=1\r')).toBe('\r\nOK\r\n');
  expect(type('AT+CIPSTART="TCP","HOST.test",80\r')).toBe('\r\nOK\r\n\r\nCONNECT OK\r\n');
  expect(type('AT+CIPSTART="TCP","host.test",80\r')).toBe('\r\nERROR\r\n\r\nALREADY CONNECT\r\n');
  expect(type('AT+CIPSEND=5\r')).toBe('\r\n> ');
  expect(type('A\r\x1bTz')).toBe('\r\nSEND OK\r\n\r\n+IPD,7:<A\r\x1bTz>');
  expect(type('AT+CIPSTATUS\r')).toContain('STATE: CONNECT OK');
  expect(type('AT+CIPCLOSE=1\r')).toBe('\r\nCLOSE OK\r\n');
  expect(type('AT+CIPCLOSE\r')).toBe('\r\nERROR\r\n');
  expect(type('AT+CIPSHUT\r')).toBe('\r\nSHUT OK\r\n');
  expect(got).toEqual(['connect 1', 'A\r\x1bTz', 'close 1']);
});

test('steps out of order are refused', () => {
  const { type } = console_();
  type('ATE0\r');
  for (const early of ['AT+CIICR', 'AT+CIFSR', 'AT+CIPSTART="TCP","host.test","80"', 'AT+CIPSEND=3', 'AT+CIPCLOSE']) {
    expect(type(`${early}\r`)).toBe('\r\nERROR\r\n');
  }
  type('AT+CSTT="x"\r');
  expect(type('AT+CSTT="x"\r')).toBe('\r\nERROR\r\n');
  for (const odd of ['AT+NOSUCH', 'AT+CIPSTART=', 'AT+CIPSTART="UDP","h","1"', 'AT+CIPHEAD=2', 'AT+CIPSEND=x']) {
    expect(type(`${odd}\r`)).toBe('\r\nERROR\r\n');
  }
});

test('a start is told: RDY, SIM, ready; nothing is heard before', () => {
  const { type, modem } = console_({ off: true });
  expect(type('AT\r')).toBe('');
  modem.onPower(true);
  expect(type('AT\r', 1000)).toBe('');
  expect(type('', 5000)).toBe('\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n\r\nSMS Ready\r\n');
  expect(type('AT\r')).toBe('AT\r\r\nOK\r\n');
});

test('a command during another is lost, as in the real one', () => {
  const { type } = console_();
  type('ATE0\r');
  expect(type('AT+CIPSHUT\rAT\r')).toBe('\r\nSHUT OK\r\n');
});

test('an unknown fault is an error, not silence', () => {
  const { world } = console_();
  for (const name of ['nosuch', 'toString', '__proto__', '']) {
    expect(() => world.fault('modem', name)).toThrow(/no fault/);
  }
});

test('any bytes, power cuts and faults: no throw, and its memory stays small', () => {
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 700 }).map((bytes) => String.fromCharCode(...bytes)),
    fc.constantFrom(
      'AT\r',
      'AT+CSTT="a"\r',
      'AT+CIICR\r',
      'AT+CIFSR\r',
      'AT+CIPHEAD=1\r',
      'AT+CIPSTART="TCP","host.test",80\r',
      'AT+CIPSEND=9\r',
      'AT+CIPSEND=99999999999999999999\r',
      'AT+CIPSEND=-1\r',
      'AT+CIPCLOSE\r',
      'AT+CIPSHUT\r',
      'AT+CFUN=1,1\r',
      'AT+__PROTO__\r',
      'AT+CIPSTART=,,\r',
      'AT=\r',
      'AT?\r',
      `AT+CSTT="${'x'.repeat(600)}"\r`,
    ),
  );
  const fault = fc.constantFrom('reset', 'pdpDrop', 'remoteClose', 'sendFail', 'stall', 'garbage', 'off', 'on', 'echo');
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.nat(1500), fc.option(fault)), { maxLength: 20 }), (script) => {
      const { type, world, modem } = console_();
      for (const [bytes, ms, name] of script) {
        type(bytes, ms);
        if (name) world.fault('modem', name);
        expect(modem.state.line.length).toBeLessThanOrEqual(556 + 700);
        expect(modem.state.data.length).toBeLessThanOrEqual(1460);
      }
    }),
  );
});

test('a flood without a line end costs linear time', () => {
  const { modem } = console_();
  const wire = { send: () => undefined };
  const from = process.hrtime.bigint();
  for (let i = 0; i < 100_000; i++) modem.onUart('AAAAAAAAAAAAAAAA', wire);
  expect(Number(process.hrtime.bigint() - from) / 1e6).toBeLessThan(1000);
});

test('a test command tells what there is and changes nothing', () => {
  const { type } = console_();
  type('ATE0\r');
  expect(type('AT+CGATT=?\r')).toBe('\r\n+CGATT: (0,1)\r\n\r\nOK\r\n');
  expect(type('AT+CGATT?\r')).toBe('\r\n+CGATT: 1\r\n\r\nOK\r\n');
  expect(type('at+csq= ?\r')).toBe('\r\n+CSQ: (0-31,99),(0-7,99)\r\n\r\nOK\r\n');
  expect(type('AT+CIPSTART=?\r')).toContain('+CIPSTART: ("TCP")');
  expect(type('AT+CIPSHUT=?\r')).toBe('\r\nOK\r\n');
  expect(type('AT+NOSUCH=?\r')).toBe('\r\nERROR\r\n');
  expect(type('AT+CFUN?\r')).toBe('\r\n+CFUN: 1\r\n\r\nOK\r\n');
});
