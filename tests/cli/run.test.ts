/** `cupos run` where it cannot: one clear line and the right status, nothing left behind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main';
import { buildPageForTests } from '../support/page-build';

let dir: string;
let errors: string;

beforeAll(buildPageForTests, 60_000);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-run-'));
  errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

async function fails(status: number, said: RegExp, ...args: string[]): Promise<void> {
  expect(await main(['run', '--data', join(dir, 'state'), ...args])).toBe(status);
  expect(errors).toMatch(/^cupos: [^\n]+\n$/);
  expect(errors).toMatch(said);
}

test('an unknown option, a port that is none, a seed that is none, no address: wrong use', async () => {
  await fails(2, /unknown option/, '--prot', '1');
  errors = '';
  await fails(2, /--port must be a whole number/, '--port', '80x');
  errors = '';
  await fails(2, /--seed must be a whole number/, '--seed', '-1');
  errors = '';
  await fails(2, /--host takes an address/, '--host', '');
});

test('a busy port', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => other.once('listening', listening));
  const { port } = other.address() as AddressInfo;
  await fails(1, new RegExp(`port ${port} is in use`), '--port', String(port));
  errors = '';
  // The database was given back: the next try meets the port again, not a lock.
  await fails(1, new RegExp(`port ${port} is in use`), '--port', String(port));
  other.close();
});

test('an address that is not of this machine', async () => {
  await fails(1, /192\.0\.2\.1 is not an address of this machine/, '--host', '192.0.2.1', '--port', '0');
});

test('a state directory that is a file', async () => {
  writeFileSync(join(dir, 'state'), '');
  await fails(1, /state/);
});

test('a flash file that is no flash', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => other.once('listening', listening));
  await main(['run', '--data', join(dir, 'state'), '--port', String((other.address() as AddressInfo).port)]);
  other.close();
  errors = '';
  writeFileSync(join(dir, 'state', 'flash.bin'), 'x');
  await fails(1, /flash\.bin is damaged/, '--port', '0');
});

test('the console face without a console', async () => {
  await fails(2, /--tui needs a console/, '--tui');
});
