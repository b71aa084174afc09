/** The command line as a user meets it: help, version, wrong use in one line, and `cupos reset`. */
import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main';
import { lockStore } from '../../host/center/store-lock';

let out = '';
let err = '';
let folder = '';

beforeEach(() => {
  out = '';
  err = '';
  folder = mkdtempSync(join(tmpdir(), 'cupos-cli-'));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

test('--help lists every command and is no failure', async () => {
  expect(await main(['--help'])).toBe(0);
  expect(out).toContain('Usage: cupos');
  expect(out).toContain('reset');
  expect(err).toBe('');
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  expect(await main(['--version'])).toBe(0);
  expect(out).toBe(`${version}\n`);
});

test.each([
  ['an unknown option', ['--nonsense']],
  ['an unknown command', ['nonsense']],
  ['a misspelt command', ['rest']],
  ['an unknown option of a command', ['reset', '--nonsense']],
  ['an option without its value', ['reset', '--data']],
  ['too many arguments', ['reset', 'one', 'two']],
  ['a name of Object.prototype', ['constructor']],
])('%s: one line, status 2, no stack', async (_name, args) => {
  expect(await main(args)).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^cupos: [^\n]+\n$/);
});

test('every command has its help', async () => {
  await main(['--help']);
  const listed = out.slice(out.indexOf('Commands:')).split('\n').slice(1);
  const names = listed.map((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? 'help').filter((name) => name !== 'help');
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    out = '';
    expect(await main([name, '--help'])).toBe(0);
    expect(out).toContain(`Usage: cupos ${name}`);
  }
});

test('reset deletes the state directory, and says so when there is none', async () => {
  const data = join(folder, '.cupos');
  mkdirSync(data);
  writeFileSync(join(data, 'keys.json'), '{}');
  expect(await main(['reset', '--data', data])).toBe(0);
  expect(existsSync(data)).toBe(false);
  out = '';
  expect(await main(['reset', '--data', data, '--json'])).toBe(0);
  expect(JSON.parse(out)).toEqual({ data, message: `nothing to reset: ${data} does not exist` });
});

test('reset leaves a directory alone that is not ours', async () => {
  const data = join(folder, 'thesis');
  mkdirSync(data);
  writeFileSync(join(data, 'chapter1.txt'), 'precious');
  expect(await main(['reset', '--data', data])).toBe(2);
  expect(existsSync(join(data, 'chapter1.txt'))).toBe(true);
  expect(await main(['reset', '--data', join(data, 'chapter1.txt')])).toBe(2);
  // Keys of somebody else have this name too.
  writeFileSync(join(data, 'keys.json'), '{}');
  err = '';
  expect(await main(['reset', '--data', data])).toBe(2);
  expect(err).toContain('holds chapter1.txt too');
  expect(existsSync(join(data, 'chapter1.txt'))).toBe(true);
});

test('reset takes nothing from under a center that runs', async () => {
  const data = join(folder, 'state');
  mkdirSync(data);
  for (const name of ['keys.json', 'center.db']) writeFileSync(join(data, name), '');
  const free = lockStore(join(data, 'center.db'));
  expect(await main(['reset', '--data', data])).toBe(1);
  expect(err).toContain(`in use by process ${process.pid}: end it first`);
  expect(existsSync(join(data, 'keys.json'))).toBe(true);
  free();
  expect(await main(['reset', '--data', data])).toBe(0);
  expect(existsSync(data)).toBe(false);
});

test('help of a command that there is not is no help', async () => {
  expect(await main(['frobnicate', '--help'])).toBe(2);
  expect(err).toBe("cupos: unknown command 'frobnicate'; cupos --help lists them\n");
});
