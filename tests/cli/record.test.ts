/** `cupos record` and `cupos replay`: what is written, what is refused, with which status. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { main } from '../../cli/main';
import type { State, Update } from '../../emulator/server/messages';
import { buildPageForTests } from '../support/page-build';

let dir = '';
let out = '';
let errors = '';

beforeAll(buildPageForTests, 60_000);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-record-'));
  [out, errors] = ['', ''];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

const file = (name: string): string => join(dir, name);

async function fails(status: number, said: RegExp, ...args: string[]): Promise<void> {
  errors = '';
  expect(await main(args)).toBe(status);
  expect(errors).toMatch(/^cupos: [^\n]+\n$/);
  expect(errors).toMatch(said);
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((later) => setImmediate(later));
}

/** Switches the terminal on at its page, then ends the command as a service manager does. */
async function recordPowerOn(...args: string[]): Promise<void> {
  const ended = main(['record', '--port', '0', '--data', file('state'), ...args]);
  await until(() => /http:\S+/.test(out) || errors !== '');
  const url = /http:\/\/[\d.:]+/.exec(out)?.[0] ?? '';
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, { origin: url });
  let state: State | null = null;
  socket.on('message', (data: Buffer) => {
    const update = JSON.parse(data.toString()) as Update;
    if (update.type === 'state') state = update;
  });
  await until(() => state !== null);
  socket.send(JSON.stringify({ do: 'speed', factor: 10 }));
  socket.send(JSON.stringify({ do: 'power-key', held: true }));
  await until(() => state?.lcdText.includes('操作员号') ?? false);
  socket.send(JSON.stringify({ do: 'power-key', held: false }));
  await until(() => (state?.atMs ?? 0) > 8000);
  socket.close();
  process.emit('SIGTERM');
  expect(await ended).toBe(0);
}

test('a new terminal: a scenario that passes, a run that is the same again, a trace', async () => {
  await recordPowerOn('--out', file('on.yaml'), '--run', file('on.run'), '--trace', file('on.jsonl'));
  expect(out).toContain('told again it passes');
  expect(readFileSync(file('on.yaml'), 'utf8')).toMatch(/steps:\n {2}- power on\n {2}- expect:/);
  expect(readFileSync(file('on.jsonl'), 'utf8')).toContain('操作员号');
  expect(existsSync(file('state'))).toBe(false);
  out = '';
  expect(await main(['scenario', file('on.yaml')])).toBe(0);
  expect(await main(['replay', file('on.run'), '--trace', file('again.jsonl')])).toBe(0);
  expect(out).toContain('the same, byte for byte');
  expect(readFileSync(file('again.jsonl'), 'utf8')).toBe(readFileSync(file('on.jsonl'), 'utf8'));
}, 30_000);

test('the window in which it ran is closed: what was done is written', async () => {
  const ended = main(['record', '--port', '0', '--data', file('state'), '--out', file('gone.yaml')]);
  await until(() => /http:\S+/.test(out) || errors !== '');
  process.emit('SIGHUP');
  expect(await ended).toBe(129);
  expect(readFileSync(file('gone.yaml'), 'utf8')).toContain('steps:');
}, 30_000);

test('the terminal of a state directory: sealed by its keys, played only with them', async () => {
  await recordPowerOn('--run', file('on.run'), '--continue');
  expect(out).toContain(`sealed by the keys in ${file('state')}`);
  await fails(
    1,
    /sealed by the key of its terminal, and there is none/,
    'replay',
    file('on.run'),
    '--data',
    file('nix'),
  );
  out = '';
  expect(await main(['replay', file('on.run'), '--data', file('state'), '--json'])).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ same: true, inputs: expect.any(Number) as number, difference: null });
}, 30_000);

test('names and files that cannot be', async () => {
  await fails(2, /say what to write/, 'record');
  await fails(2, /--out takes a name that ends in \.yaml/, 'record', '--out', 'x.txt');
  await fails(2, /--run takes a name that ends in \.run/, 'record', '--run', 'x.json');
  await fails(2, /--trace takes a name/, 'record', '--out', 'x.yaml', '--trace', 'x');
  await fails(2, /a scenario begins with a new terminal/, 'record', '--out', 'x.yaml', '--continue');
  await fails(2, /--modem must be one of/, 'record', '--out', 'x.yaml', '--modem', 'toaster');
  await fails(2, /there is no such file/, 'replay', file('nix.run'));
  await fails(2, /EISDIR|cannot read/, 'replay', dir);
  writeFileSync(file('bad.run'), '{"cupos":"run","version":1}');
  await fails(1, /bad\.run: a recorded run that is damaged/, 'replay', file('bad.run'));
});
