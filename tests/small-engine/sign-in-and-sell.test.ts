/**
 * The gate of the small engine: the firmware as it goes to a board (ES5, hoisted, a file a module) signs in and sells in
 * an engine that has nothing but what the board's has, and would fit into the board's memory there.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Facts {
  slips: string[];
  screen: string[];
  spentFen: number;
  atUs: number;
}

interface Report {
  report: Record<string, number>;
  gates: { residentVariables: number; salePeakVariables: number; codeBytes: number; callDepth: number };
  problems: string[];
  quickjs: { errors: string[]; sale: Facts; trouble: Facts; inNode: Facts };
}

let result: Report;

beforeAll(() => {
  const script = join(__dirname, '../../scripts/mcu/report.mjs');
  result = JSON.parse(
    execFileSync(process.execPath, [script, '--quickjs'], { encoding: 'utf8', maxBuffer: 1 << 24 }),
  ) as Report;
}, 60_000);

test('nothing in the lowered modules is beyond the engine', () => {
  expect(result.problems).toEqual([]);
});

test('it signs in and sells without Promise, Map, Symbol, Date and whatever else the engine lacks', () => {
  const { errors, sale } = result.quickjs;
  const { slips, spentFen, screen } = sale;
  expect(errors).toEqual([]);
  expect(slips).toHaveLength(2);
  expect(slips[0]).toContain('持卡人存根');
  expect(slips[1]).toContain('商户存根');
  for (const slip of slips) expect(slip).toContain('RMB 12.34');
  expect(spentFen).toBe(1234);
  expect(screen.join('\n')).toContain('请刷卡');
});

test('wrong PIN, lost answer, power cut, reprint: the same as in Node, to the microsecond', () => {
  const { trouble, inNode } = result.quickjs;
  expect(trouble).toEqual(inNode);
  expect(trouble.spentFen).toBe(1234);
  expect(trouble.slips).toHaveLength(6);
  expect(trouble.slips[4]).toContain('重打印');
});

test('what is resident at idle fits: estimated engine variables', () => {
  expect(result.report['engine.resident.variables']).toBeGreaterThan(1000);
  expect(result.report['engine.resident.variables']).toBeLessThanOrEqual(result.gates.residentVariables);
});

test('a sale fits, and leaves little behind', () => {
  expect(result.report['engine.salePeak.variables']).toBeLessThanOrEqual(result.gates.salePeakVariables);
  const kept = (result.report['engine.afterSale.variables'] ?? 0) - (result.report['engine.resident.variables'] ?? 0);
  expect(kept).toBeLessThanOrEqual(100);
});

test('the stack stays short and the code fits twice into the flash', () => {
  expect(result.report['engine.callDepth']).toBeLessThanOrEqual(result.gates.callDepth);
  expect(result.report['engine.code.bytes']).toBeLessThanOrEqual(result.gates.codeBytes);
});

test.each([
  ['resident at idle', 'engine.resident.variables'],
  ['peak of a stripe sale', 'engine.salePeak.variables'],
  ['peak of everything', 'engine.peak.variables'],
  ['back at idle', 'engine.afterSale.variables'],
  ['deepest call', 'engine.callDepth'],
  ['code in the Storage', 'engine.code.bytes'],
])('docs/performance.md tells the truth, to one in a hundred: %s', (row, name) => {
  const page = readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8');
  const told = new RegExp(`^\\| ${row}[^|]*\\| *([0-9,]+)`, 'm').exec(page)?.[1] ?? '';
  const found = result.report[name] ?? 0;
  expect(Math.abs(parseInt(told.replaceAll(',', ''), 10) - found)).toBeLessThanOrEqual(found / 100);
});
