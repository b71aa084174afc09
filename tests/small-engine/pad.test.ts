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

test.each(['pinBlock.des', 'pinBlock.3des', 'sm4.pinBlock', 'sm4.track', 'sm4.workingKeys'])(
  'a customer does not wait for %s',
  (name) => {
    expect(found(`ms.${name}`)).toBeLessThanOrEqual(pad.gates.pinBlockMs);
  },
);

test.each([
  ...['mac.unionPay.des', 'mac.unionPay.3des', 'mac.x99.sale', 'mac.x919.sale'],
  ...['sm4.mac.folded', 'sm4.mac.sale', 'sm4.mac.answer', 'sm4.mac.chain.sale', 'sm4.mac.chain.answer'],
])('nor for %s', (name) => {
  expect(found(`ms.${name}`)).toBeLessThanOrEqual(pad.gates.macMs);
});

test.each(['mac.x99.answer', 'mac.x919.answer'])('nor much longer for %s', (name) => {
  expect(found(`ms.${name}`)).toBeLessThanOrEqual(pad.gates.answerMs);
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
