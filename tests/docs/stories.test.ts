/** docs/stories.md and the stories themselves: each file is listed by its name, each rule and wish has its stories. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario } from '../../emulator/scenario/parse-scenario';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/stories.md'), 'utf8');
const architecture = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const files = readdirSync(join(root, 'tests/scenarios')).filter((name) => name.endsWith('.yaml'));

interface Line {
  readonly file: string;
  readonly name: string;
}

const lines: readonly Line[] = page.split('\n').flatMap((line) => {
  const match = /^- \[([\w-]+)\]\(\.\.\/tests\/scenarios\/\1\.yaml\): (.+)$/.exec(line);
  return match ? [{ file: `${match[1]}.yaml`, name: match[2].replace(/\\/g, '') }] : [];
});

/** What is listed under a heading, down to the next one. */
function under(heading: RegExp): string[] {
  const sections = page.split(/^#{2,4} /m);
  return sections.filter((section) => heading.test(section)).flatMap((section) => section.match(/^- \[/gm) ?? []);
}

test('every story is listed, and nothing is listed that is no story', () => {
  expect([...new Set(lines.map((line) => line.file))].sort()).toEqual(files);
  expect(page.match(/^- /gm)).toHaveLength(lines.length);
});

test.each(lines.filter(({ file }) => files.includes(file)))('$file is listed by its own name', ({ file, name }) => {
  const text = readFileSync(join(root, 'tests/scenarios', file), 'utf8');
  expect(parseScenario(text, file).name).toBe(name);
});

test('every money rule, and every clause of the second, has a story', () => {
  const rules = [...architecture.matchAll(/^(\d)\. \*\*/gm)].map((match) => match[1]).filter((rule) => rule > '0');
  const money = [...new Set(rules)].slice(0, 8);
  expect(money).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  for (const rule of money) expect([rule, under(new RegExp(`^${rule}\\. `)).length]).not.toEqual([rule, 0]);
  for (const clause of ['a', 'b', 'c', 'd']) {
    expect([clause, under(new RegExp(`^\\(${clause}\\) `)).length]).not.toEqual([clause, 0]);
  }
});
