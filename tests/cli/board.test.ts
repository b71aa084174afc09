/** `cupos board`: an emulated board at a person's console, and where it cannot run, one line and the right status. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPty } from '../../cli/devices/device-ports';
import { main } from '../../cli/main';
import { buildPageForTests } from '../support/page-build';

let dir: string;
let out: string;
let errors: string;

beforeAll(buildPageForTests, 60_000);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-board-cli-'));
  out = errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((errors += String(text))));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

const state = (): string => join(dir, 'state');

async function fails(status: number, said: RegExp, ...args: string[]): Promise<void> {
  expect(await main(['board', '--data', state(), ...args])).toBe(status);
  expect(errors).toMatch(/^cupos: [^\n]+\n$/);
  expect(errors).toMatch(said);
}

test('--help names every option', async () => {
  expect(await main(['board', '--help'])).toBe(0);
  const options = ['--board', '--tcp', '--pty', '--host', '--port', '--data', '--storage', '--cut-after'];
  for (const option of [...options, '--pinpad-port', '--printer-port', '--modem-port']) expect(out).toContain(option);
});

test.each([
  ['no console', [], /--tcp PORT or --pty PATH/],
  ['two consoles', ['--tcp', '0', '--pty', 'x'], /one of them/],
  ['no port', ['--tcp', 'abc'], /--tcp must be a whole number from 0 to 65535, not "abc"/],
  ['a port beyond all', ['--tcp', '70000'], /not "70000"/],
  [
    'a board that does not exist',
    ['--tcp', '0', '--board', 'nano'],
    /--board must be one of pico2, esp32-s3.* not "nano"/,
  ],
  [
    'a Storage that is too small to be one',
    ['--tcp', '0', '--storage', '4096'],
    /--storage must be a whole number from 8192/,
  ],
  ['a Storage of half a page', ['--tcp', '0', '--storage', '10000'], /--storage takes pages of 4096 bytes/],
  ['a cut before the beginning', ['--tcp', '0', '--cut-after', '-5'], /--cut-after must be a whole number/],
  ['a cut that is no number', ['--tcp', '0', '--cut-after', 'half'], /--cut-after must be a whole number/],
  ['a page at no port', ['--tcp', '0', '--port', '99999'], /--port must be a whole number/],
  ['a path that socat would take apart', ['--pty', '/tmp/a,b'], /--pty takes a path without/],
  ['a UART that ends nowhere', ['--tcp', '0', '--printer-port', ''], /--printer-port takes a serial port, such as/],
  [
    'two UARTs at one port',
    ['--tcp', '0', '--printer-port', '/dev/x', '--modem-port', '/dev/x'],
    /cannot share one port/,
  ],
  [
    "UARTs of a terminal at a PIN pad's board",
    ['--tcp', '0', '--board', 'pad-pico2', '--pinpad-port', '/dev/ttyX'],
    /--pinpad-port is of a terminal's board, not of a PIN pad's/,
  ],
  ['an option that does not exist', ['--tcp', '0', '--fast'], /unknown option '--fast'/],
])('%s: wrong use', async (_what, args, said) => {
  await fails(2, said, ...args);
});

test("ports that others hold, the console's and the page's", async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => other.once('listening', listening));
  const port = String((other.address() as AddressInfo).port);
  await fails(1, new RegExp(`cannot listen on 127.0.0.1:${port}: EADDRINUSE`), '--tcp', port, '--port', '0');
  errors = '';
  await fails(1, new RegExp(`port ${port} is in use`), '--tcp', '0', '--port', port);
  other.close();
}, 30_000);

test('a state directory that is a file, or holds a Storage of another size: nothing is overwritten', async () => {
  writeFileSync(state(), '');
  await fails(
    1,
    /nothing can be kept in .*state \(EEXIST\): name another folder with --data/,
    '--tcp',
    '0',
    '--port',
    '0',
  );
  rmSync(state());
  mkdirSync(state());
  const storage = join(state(), 'storage-pico2.bin');
  writeFileSync(storage, 'hello');
  errors = '';
  await fails(
    1,
    /storage-pico2.bin has 5 bytes, a Storage of this board 3145728.*Move it away/,
    '--tcp',
    '0',
    '--port',
    '0',
  );
  expect(readFileSync(storage, 'latin1')).toBe('hello');
}, 30_000);

test('a UART that is to end at a port that is not there, or is none: one line, and no Storage is made', async () => {
  const nothing = join(dir, 'ttyUSB9');
  writeFileSync(join(dir, 'file'), '');
  const place = ['--tcp', '0', '--port', '0'];
  await fails(1, /there is no port .*ttyUSB9: is its cable plugged in\?/, ...place, '--pinpad-port', nothing);
  errors = '';
  await fails(1, /file is no serial port/, ...place, '--modem-port', join(dir, 'file'));
  expect(existsSync(join(state(), 'storage-pico2.bin'))).toBe(false);
}, 30_000);

test('a pseudo terminal at a path that is taken, in a folder that is not there, without socat', async () => {
  writeFileSync(join(dir, 'taken'), '');
  await fails(1, /taken exists: name a path that is free/, '--pty', join(dir, 'taken'), '--port', '0');
  errors = '';
  await fails(1, /there is no folder .*nowhere for --pty/, '--pty', join(dir, 'nowhere/tty'), '--port', '0');
  const without = openPty(join(dir, 'tty'), () => undefined, 'no-such-socat');
  await expect(without).rejects.toThrow(/--pty needs the program socat.*--tcp does without/);
}, 30_000);

/** Waits until a text that grows holds `wanted`. */
async function until(text: () => string, wanted: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = wanted.exec(text());
    if (found) return found;
    await new Promise((again) => setImmediate(again));
  }
}

test('at its console: the prompt, an answer, power gone at the byte that was asked for, the same Storage next time', async () => {
  const begin = (...args: string[]): Promise<number> =>
    main(['board', '--data', state(), '--tcp', '0', '--port', '0', '--storage', '65536', ...args]);
  const running = begin('--cut-after', '40');
  const [, port] = await until(() => out, /console at tcp:\/\/127\.0\.0\.1:(\d+)/);
  await until(() => out, new RegExp(`nothing is flashed yet: npm run flash -- --port tcp://127\\.0\\.0\\.1:${port}\n`));
  let heard = '';
  const console = connect(Number(port), '127.0.0.1');
  console.on('data', (bytes) => (heard += bytes.toString('latin1')));
  const gone = new Promise((closed) => console.once('close', closed));
  console.write('1+1\n');
  await until(() => heard, /=2\r\n>/);
  console.write('require("Storage").write("kept","abcdefghijkl")\n');
  await gone;
  await until(() => out, /the power went in the middle of the Storage, 40 bytes on/);
  process.emit('SIGINT');
  expect(await running).toBe(0);
  // The header's 32 bytes and eight of the file's.
  expect(readFileSync(join(state(), 'storage-pico2.bin')).subarray(32, 44).toString('latin1')).toBe(
    'abcdefgh\xff\xff\xff\xff',
  );
}, 60_000);
