/** `cupos center`: where it listens, what it needs, how it ends. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeysFile } from '../../cli/keys-file';
import { main } from '../../cli/main';
import { createTestTerminal } from '../host/center/test-terminal';

let out = '';
let err = '';
let data = '';

beforeEach(() => {
  out = '';
  err = '';
  data = mkdtempSync(join(tmpdir(), 'cupos-center-'));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(data, { recursive: true, force: true });
});

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise(setImmediate);
}

/** One frame to the port, the first answer back. */
function ask(port: number, frame: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let all = Buffer.alloc(0);
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(Buffer.concat([Buffer.from([frame.length >> 8, frame.length & 255]), frame]));
    });
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      all = Buffer.concat([all, chunk]);
      if (all.length < 2 || all.length < 2 + all.readUInt16BE()) return;
      socket.destroy();
      resolve(all.subarray(2));
    });
  });
}

test('runs alone: one line, answers, ends with the signal and leaves no lock', async () => {
  await main(['keys', '--data', data]);
  out = '';
  const ended = main(['center', '--port', '0', '--data', data]);
  await until(() => out.includes('\n') || err !== '');
  expect(err).toBe('');
  expect(out).toMatch(/^center listens on 127\.0\.0\.1:\d+, 1 terminal\(s\), TEST data in .*\n$/);
  const port = parseInt(/:(\d+),/.exec(out)?.[1] ?? '', 10);
  const key = readKeysFile(data)?.terminals[0];
  if (!key) throw new Error('no key');
  const terminal = createTestTerminal({ handle: () => [] }, key);
  const answer = terminal.read({ frame: await ask(port, terminal.signInFrame()), delayMs: 0 });
  expect(answer).toMatchObject({ mti: '0810', code: '00' });
  expect(out.split('\n')).toHaveLength(2);
  process.emit('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(join(data, 'center.db.owner'))).toBe(false);
  expect(out + err).not.toContain(key.tmk);
});

test('--json prints JSON alone', async () => {
  await main(['keys', '--data', data]);
  out = '';
  const ended = main(['center', '--port', '0', '--data', data, '--json']);
  await until(() => out.includes('\n') || err !== '');
  expect(JSON.parse(out)).toMatchObject({ host: '127.0.0.1', terminals: 1 });
  process.emit('SIGINT');
  expect(await ended).toBe(0);
});

function over(
  url: string,
  options: { method?: string; body?: unknown } = {},
): Promise<{ status: number; body: unknown }> {
  const json = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const headers = json === undefined ? {} : { 'content-type': 'application/json' };
    const request = httpRequest(url, { method: options.method ?? 'GET', headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
      );
    });
    request.on('error', reject);
    request.end(json);
  });
}

test('--json leaves a line for each message, --http serves the API, and a fault set there is met on the line', async () => {
  await main(['keys', '--data', data]);
  out = '';
  const ended = main(['center', '--port', '0', '--http', '0', '--data', data, '--json']);
  await until(() => out.includes('\n') || err !== '');
  const { port, http } = JSON.parse(out) as { port: number; http: string };
  const key = readKeysFile(data)?.terminals[0];
  if (!key) throw new Error('no key');
  const terminal = createTestTerminal({ handle: () => [] }, key);
  const signedIn = terminal.read({ frame: await ask(port, terminal.signInFrame()), delayMs: 0 });
  if (!signedIn) throw new Error('no answer');
  terminal.takeKeys(signedIn);
  expect(await over(`${http}/faults`, { method: 'POST', body: { fault: 'noMac' } })).toMatchObject({ status: 201 });
  const sold = terminal.read({ frame: await ask(port, terminal.saleFrame({ amountFen: 1234 })), delayMs: 0 });
  expect(sold).toMatchObject({ code: '00', macValid: false });
  expect(await over(`${http}/ledger`)).toMatchObject({ status: 200, body: [{ kind: 'sale', amountFen: -1234 }] });
  const lines = out
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    { terminalId: '10000001', mti: '0800', stan: '000001', amountFen: null, codes: ['00'], closed: false },
    { terminalId: '10000001', mti: '0200', stan: '000002', amountFen: 1234, codes: ['00'], delayMs: 0 },
  ]);
  expect(out).not.toMatch(/6210819300001|123456/);
  process.emit('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(join(data, 'center.db.owner'))).toBe(false);
});

test('--lengthless: the same without two bytes of length', async () => {
  await main(['keys', '--data', data]);
  out = '';
  const ended = main(['center', '--port', '0', '--lengthless', '--data', data]);
  await until(() => out.includes('\n') || err !== '');
  const port = parseInt(/:(\d+),/.exec(out)?.[1] ?? '', 10);
  const key = readKeysFile(data)?.terminals[0];
  if (!key) throw new Error('no key');
  const terminal = createTestTerminal({ handle: () => [] }, key);
  const frame = await new Promise<Buffer>((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(terminal.signInFrame()));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      socket.destroy();
      resolve(chunk);
    });
  });
  expect(terminal.read({ frame, delayMs: 0 })).toMatchObject({ mti: '0810', code: '00' });
  process.emit('SIGTERM');
  expect(await ended).toBe(0);
});

test('a busy port of the API is one line, and the line is closed again', async () => {
  await main(['keys', '--data', data]);
  const busy = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => busy.once('listening', resolve));
  const { port } = busy.address() as net.AddressInfo;
  expect(await main(['center', '--port', '0', '--http', String(port), '--data', data])).toBe(1);
  expect(err).toBe(`cupos: port ${port} on 127.0.0.1 is in use; choose another with --http\n`);
  expect(existsSync(join(data, 'center.db.owner'))).toBe(false);
  busy.close();
});

test('--http and --http-host are checked', async () => {
  expect(await main(['center', '--http', '80x', '--data', data])).toBe(2);
  expect(await main(['center', '--http', '0', '--http-host', '', '--data', data])).toBe(2);
  expect(err).toMatch(/--http must be a whole number.*\n.*--http-host takes an address/);
});

test('without keys it says how to make them', async () => {
  expect(await main(['center', '--port', '0', '--data', data])).toBe(1);
  expect(err).toBe(`cupos: no test keys in ${data}: run "cupos keys --data ${data}" first\n`);
});

test('a busy port is one line and status 1, and the database is free again', async () => {
  await main(['keys', '--data', data]);
  const busy = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => busy.once('listening', resolve));
  const { port } = busy.address() as net.AddressInfo;
  expect(await main(['center', '--port', String(port), '--data', data])).toBe(1);
  expect(err).toBe(`cupos: port ${port} on 127.0.0.1 is in use\n`);
  expect(existsSync(join(data, 'center.db.owner'))).toBe(false);
  busy.close();
});

test.each(['70000', '-1', '80x', ''])('--port %j is wrong use', async (port) => {
  expect(await main(['center', `--port=${port}`, '--data', data])).toBe(2);
  expect(err).toMatch(/^cupos: [^\n]*--port[^\n]*\n$/);
});

test('an empty --host is wrong use, not every address of the machine', async () => {
  expect(await main(['center', '--host', '', '--port', '0', '--data', data])).toBe(2);
  expect(err).toBe('cupos: --host takes an address, not nothing\n');
});
