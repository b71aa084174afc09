/** The fake dial modem on its own: what a person at a serial console would see, and what no modem should ever see. */
import * as fc from 'fast-check';
import { PstnModem } from '../../emulator/devices/pstn-modem';
import { PhoneLine } from '../../emulator/phone-line';
import { World } from '../../emulator/world/world';

interface Desk {
  world: World;
  modem: PstnModem;
  line: PhoneLine;
  type: (text: string, ms?: number) => string;
  /** What the other end of the call got. */
  got: string[];
}

function desk(options: { dtr?: boolean; off?: boolean } = { dtr: true }): Desk {
  const world = new World(1);
  const line = new PhoneLine(world);
  const modem = new PstnModem(world, line, options);
  let out = '';
  const wire = { send: (bytes: string) => void (out += bytes) };
  modem.connect(wire);
  const got: string[] = [];
  line.listen('5551', {
    onCall: () => got.push('call'),
    onCallBytes: (bytes) => {
      got.push(bytes);
      line.sendDown(bytes.toUpperCase());
    },
    onCallEnd: () => got.push('end'),
  });
  const type = (text: string, ms = 500): string => {
    out = '';
    modem.onUart(text, wire);
    world.run(ms);
    return out;
  };
  return { world, modem, line, type, got };
}

const LONG_MS = 60_000;

test('a session: settings, a call, the escape, back, and hung up', () => {
  const { type, got } = desk();
  expect(type('AT\r')).toBe('AT\r\r\nOK\r\n');
  expect(type('at e0 v1 q0 x4 &c1 &d2\r')).toBe('at e0 v1 q0 x4 &c1 &d2\r\r\nOK\r\n');
  expect(type('ATDT5551\r', LONG_MS)).toBe('\r\nCONNECT 2400\r\n');
  expect(type('hello', 1000)).toBe('HELLO');
  type('', 1500);
  expect(type('+++', 3000)).toBe('+++\r\nOK\r\n');
  expect(type('AT+MS?\r')).toBe('\r\n+MS: "V22B",0,2400,2400\r\n\r\nOK\r\n');
  expect(type('ATO\r')).toBe('\r\nCONNECT 2400\r\n');
  expect(type('again', 1000)).toBe('AGAIN');
  type('', 1500);
  type('+++', 3000);
  expect(type('ATH\r')).toBe('\r\nOK\r\n');
  expect(got).toEqual(['call', 'hello', '+++', 'again', '+++', 'end']);
});

test('an escape without its silence is data', () => {
  const { type, modem } = desk();
  type('ATDT5551\r', LONG_MS);
  for (const data of ['x+++', '+++x', '++++', '++']) {
    type('', 2000);
    type(data, 3000);
    expect([data, modem.state.mode]).toEqual([data, 4]);
  }
});

test('results as numbers, none at all, and fewer of them', () => {
  const { type, line } = desk();
  expect(type('ATE0V0\r')).toBe('ATE0V0\r0\r');
  expect(type('AT&X\r')).toBe('4\r');
  line.onFault('busy', 1);
  expect(type('ATDT5551\r', LONG_MS)).toBe('7\r');
  expect(type('ATDT5551\r', LONG_MS)).toBe('10\r');
  type('', 2000);
  type('+++', 3000);
  type('ATHX0\r');
  expect(type('ATDT5551\r', LONG_MS)).toBe('1\r');
  type('', 2000);
  type('+++', 3000);
  expect(type('ATHQ1\r')).toBe('');
  // Without X3 a busy tone is only a carrier that does not come.
  expect(type('ATQ0V1X0S7=5\r')).toBe('\r\nOK\r\n');
  line.onFault('busy', 1);
  expect(type('ATDT5551\r', LONG_MS)).toBe('\r\nNO CARRIER\r\n');
});

test('registers, identity and parameters are told', () => {
  const { type } = desk();
  type('ATE0\r');
  expect(type('ATS7?\r')).toBe('\r\n050\r\n\r\nOK\r\n');
  expect(type('ATS7=30S7?S12?\r')).toBe('\r\n030\r\n\r\n050\r\n\r\nOK\r\n');
  expect(type('AT&FE0S7?\r')).toBe('\r\n050\r\n\r\nOK\r\n');
  expect(type('ATI\r')).toBe('\r\n2400\r\n\r\nOK\r\n');
  expect(type('AT+GMM;+IPR?\r')).toBe('\r\nV.22 bis modem\r\n\r\n+IPR: 0\r\n\r\nOK\r\n');
  expect(type('AT+IPR=9600;+IPR?\r')).toBe('\r\n+IPR: 9600\r\n\r\nOK\r\n');
  for (const wrong of ['ATS7=256', 'ATS100?', 'ATX7', 'ATE2', 'AT+NOSUCH', 'AT%', 'AT&', 'AT?']) {
    const answer = type(`${wrong}\r`);
    expect([wrong, answer === '\r\nERROR\r\n' || wrong === 'AT%']).toEqual([wrong, true]);
  }
});

test('A/ repeats the last line; a backspace takes a key back', () => {
  const { type } = desk();
  type('ATE0\r');
  type('ATS0?\r');
  expect(type('A/')).toBe('\r\n000\r\n\r\nOK\r\n');
  expect(type('ATX9\b4\r')).toBe('\r\nOK\r\n');
});

test('any byte ends a dial; a line feed behind the command does not', () => {
  const { type, line } = desk();
  type('ATE0\r');
  expect(type('ATDT5551\r\n', 2000)).toBe('');
  expect(type('x')).toBe('\r\nNO CARRIER\r\n');
  expect(line.state.phase).toBe(0);
});

test('with &D2 a modem whose /DTR is high does not dial', () => {
  const { type } = desk({});
  type('ATE0&D2\r');
  expect(type('ATDT5551\r', LONG_MS)).toBe('\r\nNO CARRIER\r\n');
});

test('an incoming call rings; whoever answers it hears a voice', () => {
  const { type, line } = desk();
  type('ATE0S7=5\r');
  line.onFault('ring', 2);
  expect(type('', 12_000)).toBe('\r\nRING\r\n\r\nRING\r\n');
  line.onFault('ring', 1);
  type('', 500);
  expect(type('ATA\r', LONG_MS)).toBe('\r\nNO CARRIER\r\n');
});

test('a copy of the World goes on with the call, and with the bytes on their way', () => {
  const first = desk();
  first.type('ATDT5551\r', LONG_MS);
  first.modem.onUart('on its way', { send: () => undefined });
  first.world.run(10);
  const copy = desk();
  copy.world.restore(first.world.snapshot());
  let heard = '';
  copy.modem.connect({ send: (bytes) => void (heard += bytes) });
  copy.world.run(2000);
  expect(copy.got).toEqual(['on its way']);
  expect(heard).toBe('ON ITS WAY');
  expect(first.got).toEqual(['call']);
});

test('supply lost in a burst: the far end gets the bytes that had left, and the carrier is gone', () => {
  const { type, modem, world, got } = desk();
  type('ATDT5551\r', LONG_MS);
  modem.onUart('x'.repeat(240), { send: () => undefined });
  world.run(500);
  modem.onPower(false);
  world.run(1000);
  expect(got[1].length).toBeGreaterThan(110);
  expect(got[1].length).toBeLessThan(125);
  expect(got[2]).toBe('end');
});

test('whatever is typed, it stays a modem', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary-ascii', maxLength: 300 }), { maxLength: 10 }), (lines) => {
      const { type, modem, world } = desk();
      for (const line of lines) type(line, 100);
      world.run(200_000);
      modem.onFault('reset', 0);
      world.run(2000);
      expect(type('AT\r')).toBe('AT\r\r\nOK\r\n');
    }),
    { numRuns: 100 },
  );
});
