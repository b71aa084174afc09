/** A function that is called once stands where it was called: nothing else may change by that. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Run {
  what: string;
  code: string;
  placed: string;
  left: number | null;
  functions: number | null;
  expected: string[];
  found: string[];
}

const report = JSON.parse(
  execFileSync(process.execPath, [join(__dirname, 'run-inline.mjs')], { encoding: 'utf8', maxBuffer: 1 << 24 }),
) as { cases: Run[]; different: Run[]; placed: number };

test.each(report.cases.map((one) => [one.what, one] as const))('%s', (_what, { left, functions, expected, found }) => {
  expect(found).toEqual(expected);
  expect(functions).toBe(left);
});

test('programs made by chance do the same in the same order', () => {
  expect(report.different).toEqual([]);
  expect(report.placed).toBeGreaterThan(300);
});
