/**
 * The gate of the PIN pad's own board: what its image would hold of the engine's variables, and how long its cryptography would
 * take there, by count of the work (no clock is asked).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let pad: {
  report: Record<string, number>;
  gates: {
    peakVariables: number;
    callDepth: number;
    codeBytes: number;
    pinBlockMs: number;
    macMs: number;
    answerMs: number;
    codeMs: number;
    plainAnswerMs: number;
    plain3desMs: number;
    plain3desAnswerMs: number;
  };
  problems: string[];
};

beforeAll(() => {
  const script = join(__dirname, '../../scripts/mcu/report.mjs');
  pad = JSON.parse(execFileSync(process.execPath, [script, '--pad', '--json'], { encoding: 'utf8' })) as typeof pad;
}, 60_000);

const found = (name: string): number => pad.report[`pad.${name}`] ?? NaN;

test('nothing in the lowered modules is beyond the engine; memory, stack and code are small', () => {
  expect(pad.problems).toEqual([]);
  expect(found('resident.variables')).toBeGreaterThan(1000);
  expect(found('peak.variables')).toBeLessThanOrEqual(pad.gates.peakVariables);
  expect(found('callDepth')).toBeLessThanOrEqual(pad.gates.callDepth);
  expect(found('code.bytes')).toBeLessThanOrEqual(pad.gates.codeBytes);
});

const pinBlocks = ['pinBlock.des', 'pinBlock.3des', 'sm4.pinBlock', 'sm4.track', 'sm4.workingKeys'];
const macs = [
  ...['mac.unionPay.des', 'mac.unionPay.3des', 'mac.x99.sale', 'mac.x919.sale'],
  ...['sm4.mac.folded', 'sm4.mac.sale', 'sm4.mac.answer', 'sm4.mac.chain.sale', 'sm4.mac.chain.answer'],
];
const answers = ['mac.x99.answer', 'mac.x919.answer'];
const longest = ['mac.x99.3des.sale', 'mac.x99.3des.answer'];

describe.each([
  ['with machine code, as on a Pico 2', 'ms', longest],
  ['without, as on an ESP32-S3', 'plainMs', []],
])('%s', (_way, kind, more) => {
  test.each(pinBlocks)('a customer does not wait for %s', (name) => {
    expect(found(`${kind}.${name}`)).toBeLessThanOrEqual(pad.gates.pinBlockMs);
  });

  test.each([...macs, ...more])('nor for %s', (name) => {
    expect(found(`${kind}.${name}`)).toBeLessThanOrEqual(pad.gates.macMs);
  });

  test.each(answers)('nor much longer for %s', (name) => {
    const gate = kind === 'ms' ? pad.gates.answerMs : pad.gates.plainAnswerMs;
    expect(found(`${kind}.${name}`)).toBeLessThanOrEqual(gate);
  });
});

test('by machine code nothing of DES takes long, the tables and keys of a sign-in included', () => {
  const names = Object.keys(pad.report).filter((name) => /^pad\.ms\.(?!sm4)/.test(name));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect([name, (pad.report[name] ?? NaN) <= pad.gates.codeMs]).toEqual([name, true]);
});

test('what is known to be slow without it gets no slower', () => {
  expect(found('plainMs.mac.x99.3des.sale')).toBeLessThanOrEqual(pad.gates.plain3desMs);
  expect(found('plainMs.mac.x99.3des.answer')).toBeLessThanOrEqual(pad.gates.plain3desAnswerMs);
});

test.each([
  ['pad, resident', 'resident.variables'],
  ['pad, peak of a sale', 'peak.variables'],
  ['pad, deepest call', 'callDepth'],
  ['pad, code in the Storage', 'code.bytes'],
])('docs/performance.md tells the truth, to one in a hundred: %s', (row, name) => {
  const page = readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8');
  const told = new RegExp(`^\\| ${row}[^|]*\\| *([0-9,]+)`, 'm').exec(page)?.[1] ?? '';
  expect(Math.abs(parseInt(told.replaceAll(',', ''), 10) - found(name))).toBeLessThanOrEqual(found(name) / 100);
});
