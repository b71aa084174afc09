/** The house's lint rules fire where they must and are silent where they must: the cases are in cases.mjs. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface Report {
  results: [rule: string, file: string, code: string, expected: string[], found: string[]][];
  rulesWithoutCases: string[];
  late: string[];
}

const report = JSON.parse(
  execFileSync(process.execPath, [join(__dirname, 'run-cases.mjs')], { encoding: 'utf8' }),
) as Report;

test.each(report.results)('%s: %s: %s', (_rule, _file, _code, expected, found) => {
  expect(found).toEqual(expected);
});

test('no rule is without cases', () => {
  expect(report.rulesWithoutCases).toEqual([]);
});

test('late modules are the module list and those that it imports by value', () => {
  expect(report.late).toEqual(['firmware/module-list', 'firmware/flows/a', 'firmware/flows/c']);
});
