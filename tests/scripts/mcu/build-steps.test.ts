/** The steps from TypeScript to the small engine: what the hoist pass makes, what the check refuses, what stays apart. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Report {
  hoist: [what: string, expected: string, found: string][];
  check: [what: string, expected: string, problems: string[]][];
  trapped: [what: string, expected: string, problems: string[]][];
  withLines: string[];
  lowered: { ids: string[]; problems: string[] };
}

const report = JSON.parse(
  execFileSync(process.execPath, [join(__dirname, 'run-cases.mjs')], { encoding: 'utf8' }),
) as Report;

test.each(report.hoist)('hoist: %s', (_what, expected, found) => {
  expect(found).toBe(expected);
});

test.each(report.check)('check: %s', (_what, expected, problems) => {
  if (expected === '') expect(problems).toEqual([]);
  else expect(problems).toEqual([expect.stringContaining(expected)]);
});

test.each(report.trapped)('the build refuses, with file and line: %s', (_what, expected, problems) => {
  if (expected === '') expect(problems).toEqual([]);
  // A scope begins a line before.
  else expect(problems).toContainEqual(expect.stringMatching(/trap\d+\.ts:[23]: /));
  if (expected !== '') expect(problems.join('\n')).toContain(expected);
});

test('a problem names the line of the source', () => {
  expect(report.withLines).toContainEqual(expect.stringMatching(/^hal\/a\.ts:4: label, near /));
});

test('modules of constants vanish: their constants are in place', () => {
  expect(report.lowered.ids).toContain('firmware/iso8583/message');
  expect(report.lowered.ids).not.toContain('hal/fault');
  expect(report.lowered.problems).toEqual([]);
});
