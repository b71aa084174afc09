/** `cupos scenario` as a user meets it: exit statuses, JSON alone, JUnit, one line for what cannot be used. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main';

const GOOD = 'name: goes well\nseed: 3\nsteps:\n  - power on\n  - expect: { power: on }\n';
const BAD = 'name: goes otherwise\nsteps:\n  - power on\n  - expect: { power: off }\n';

let out = '';
let err = '';
let folder = '';

beforeEach(() => {
  out = '';
  err = '';
  folder = mkdtempSync(join(tmpdir(), 'cupos-scenario-'));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('0 when every story went as told', async () => {
  expect(await main(['scenario', file('a.yaml', GOOD), file('b.yaml', GOOD)])).toBe(0);
  expect(out.trimEnd().split('\n').pop()).toBe('2 passed, 0 failed');
  expect(err).toBe('');
});

test('1 when one went otherwise; the others run all the same', async () => {
  const bad = file('bad.yaml', BAD);
  expect(await main(['scenario', bad, file('good.yaml', GOOD)])).toBe(1);
  expect(out).toContain(`${bad}:4: expect: the power is on`);
  expect(out.trimEnd().split('\n').pop()).toBe('1 passed, 1 failed');
  expect(out).not.toContain('    at ');
});

test('--json prints JSON alone, --seed replaces the seed of the file', async () => {
  expect(await main(['scenario', '--json', '--seed', '42', file('a.yaml', GOOD), file('b.yaml', BAD)])).toBe(1);
  const report = JSON.parse(out) as { passed: number; failed: number; scenarios: { seed: number; passed: boolean }[] };
  expect(report).toMatchObject({ passed: 1, failed: 1 });
  expect(report.scenarios.map(({ seed, passed }) => [seed, passed])).toEqual([
    [42, true],
    [42, false],
  ]);
});

const endless = existsSync('/dev/zero') ? test : test.skip;
endless('a file without an end is refused in the middle of it, by every command that is given one', async () => {
  const cases: [RegExp, ...string[]][] = [
    [/too long for a scenario/, 'scenario', '/dev/zero'],
    [/longer than any recorded run/, 'replay', '/dev/zero'],
    [/\/dev\/zero:1: longer than any line of a trace/, 'trace', 'convert', '/dev/zero', join(folder, 'x.pcapng')],
    [/--tmk takes 32 hex digits/, 'run', '--center', '127.0.0.1:1', '--tmk', '@/dev/zero'],
    [/needs 32 hex digits/, 'provision', '--data', folder, '--key-file', '/dev/zero'],
  ];
  for (const [said, ...args] of cases) {
    err = '';
    expect(await main(args)).toBeGreaterThan(0);
    expect(err).toMatch(said);
  }
});

test('a trace is never written over the file it is read from', async () => {
  const trace = file('a.pcapng', 'precious');
  expect(await main(['trace', 'convert', trace, join(folder, '.', 'a.pcapng')])).toBe(2);
  expect(err).toBe('cupos: the two files must be different ones\n');
  expect(readFileSync(trace, 'utf8')).toBe('precious');
});

test('--junit writes the file', async () => {
  const junit = join(folder, 'junit.xml');
  expect(await main(['scenario', '--junit', junit, file('b.yaml', BAD)])).toBe(1);
  expect(readFileSync(junit, 'utf8')).toContain('<testsuites tests="1" failures="1"');
});

test.each([
  ['no file', []],
  ['a file that is not there', ['missing.yaml']],
  ['a directory', ['.']],
  ['an unknown option', ['--fast', 'good.yaml']],
  ['a seed that is none', ['--seed', 'x', 'good.yaml']],
  ['a story that cannot be read', ['broken.yaml']],
  ['one good, one that cannot be read', ['good.yaml', 'broken.yaml']],
  ['JUnit into a directory that is not there', ['--junit', 'none/junit.xml', 'good.yaml']],
])('2 for %s: one line, nothing like a stack', async (_name, args) => {
  file('good.yaml', GOOD);
  file('broken.yaml', 'steps:\n  - pwoer on\n');
  const home = process.cwd();
  process.chdir(folder);
  try {
    expect(await main(['scenario', ...args])).toBe(2);
  } finally {
    process.chdir(home);
  }
  expect(err).toMatch(/^cupos: [^\n]+\n$/);
  if (args.includes('broken.yaml')) expect(err).toBe('cupos: broken.yaml:2: there is no step "pwoer on": did you mean "power on"?\n'); // prettier-ignore
  if (!args.includes('--junit')) expect(out).toBe('');
});
