/** `cupos keys`: what it makes, what it shows, and what it never shows. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeysFile, type KeysFile } from '../../cli/keys-file';
import { main } from '../../cli/main';
import { desEncrypt } from '../../emulator/devices/pad-crypto';

let out = '';
let err = '';
let folder = '';
let data = '';

beforeEach(() => {
  out = '';
  err = '';
  folder = mkdtempSync(join(tmpdir(), 'cupos-keys-'));
  data = join(folder, 'state');
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function stored(): KeysFile {
  return JSON.parse(readFileSync(join(data, 'keys.json'), 'utf8')) as KeysFile;
}

test('makes a key of odd parity with its check value, for its owner alone, and shows no key', async () => {
  expect(await main(['keys', '--data', data])).toBe(0);
  const file = stored();
  expect(file.test).toBe(true);
  const [key] = file.terminals;
  if (!key) throw new Error('no key');
  expect(key).toMatchObject({ terminalId: '10000001', merchantId: '898110053310001', tmkIndex: 0 });
  const bytes = Buffer.from(key.tmk, 'hex');
  expect(bytes.length).toBe(16);
  for (const byte of bytes) expect(byte.toString(2).replaceAll('0', '').length % 2).toBe(1);
  const check = Buffer.from(desEncrypt(bytes.toString('latin1'), '\0'.repeat(8)), 'latin1');
  expect(key.kcv).toBe(check.toString('hex').slice(0, 8).toUpperCase());
  expect(statSync(join(data, 'keys.json')).mode & 0o777).toBe(0o600);
  expect(out).toContain(`KCV ${key.kcv}`);
  expect(out + err).not.toContain(key.tmk);
  expect(out + err).not.toContain(key.tmk.slice(0, 16));
  expect(readdirSync(data)).toEqual(['keys.json']);
});

test('a key that is there is kept, with --force replaced, beside those of other terminals', async () => {
  await main(['keys', '--data', data]);
  const first = stored().terminals[0];
  await main(['keys', '--data', data]);
  expect(out).toContain('kept');
  expect(stored().terminals).toEqual([first]);
  await main(['keys', '--data', data, '--tid', '10000002']);
  await main(['keys', '--data', data, '--force']);
  const now = stored().terminals;
  expect(now.map((key) => key.terminalId)).toEqual(['10000002', '10000001']);
  expect(now[1]?.tmk).not.toBe(first?.tmk);
  expect(readKeysFile(data)).toEqual(stored());
});

test('--json is JSON alone and holds no key', async () => {
  expect(await main(['keys', '--data', data, '--json'])).toBe(0);
  const shown = JSON.parse(out) as { made: boolean; terminals: object[] };
  expect(shown.made).toBe(true);
  expect(Object.keys(shown.terminals[0] ?? {})).toEqual(['terminalId', 'merchantId', 'tmkIndex', 'kcv']);
});

test.each([
  ['not JSON', '{'],
  ['null', 'null'],
  ['not marked as test keys', '{"terminals":[]}'],
  [
    'a key whose check value is wrong',
    '{"test":true,"terminals":[{"terminalId":"10000001","merchantId":"898110053310001","tmkIndex":0,"tmk":"0123456789ABCDEFFEDCBA9876543210","kcv":"08D7B4FC"}]}',
  ],
])('a file that is %s: one line, status 1, nothing of it shown; --force replaces it', async (_name, content) => {
  await main(['keys', '--data', data]);
  writeFileSync(join(data, 'keys.json'), content);
  out = '';
  expect(await main(['keys', '--data', data])).toBe(1);
  expect(err.split('\n').length).toBe(2);
  expect(err).not.toContain('0123456789');
  expect(await main(['keys', '--data', data, '--force'])).toBe(0);
});

test('wrong use and a place that cannot be written are one line each', async () => {
  expect(await main(['keys', '--data', data, '--tid', '1'])).toBe(2);
  expect(await main(['keys', '--data', data, '--mid', '字'.repeat(15)])).toBe(2);
  expect(existsSync(data)).toBe(false);
  writeFileSync(data, 'a file');
  expect(await main(['keys', '--data', data])).toBe(1);
  expect(err.trim().split('\n').length).toBe(3);
});
