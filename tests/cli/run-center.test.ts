/** `cupos run --center`: whose terminal it is and how it speaks are checked; what a foreign host forbids is refused. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readForeign } from '../../cli/foreign-options';
import { main } from '../../cli/main';
import { startLive } from '../../emulator/server/start-live';
import { createCenter } from '../../host/center/center';
import { openStore } from '../../host/center/open-store';
import { startTcpServer } from '../../host/center/tcp';
import { seedTestData, TEST_TERMINAL } from '../../host/center/test-data';

let dir: string;
let errors: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-foreign-'));
  errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

test.each([
  ['--center takes HOST:PORT', '--center', 'nowhere'],
  ['--center takes HOST:PORT', '--center', 'a b:80'],
  ['--center takes HOST:PORT', '--center', 'host",:80'],
  ['--center takes HOST:PORT', '--center', '[10.0.0.1]:80'],
  ['the port of --center', '--center', 'host:0'],
  ['the port of --center', '--center', 'host:70000'],
  ['--tid takes 8', '--center', 'host:80', '--tid', '1'],
  ['--mid takes 15', '--center', 'host:80', '--mid', '1'],
  ['--tmk takes 32 hex digits', '--center', 'host:80', '--tmk', '00112233SECRET'],
  ['--tpdu takes 10 hex digits, or none', '--center', 'host:80', '--tpdu', '60'],
  ['--header takes 12 hex digits, or none', '--center', 'host:80', '--header', 'x'],
  ['--mac must be one of unionpay, x9.9, x9.19', '--center', 'host:80', '--mac', 'md5'],
  ['--f26 takes two digits', '--center', 'host:80', '--f26', '6'],
  ['--f53 must be one of needed, always, pin, never', '--center', 'host:80', '--f53', 'no'],
  ['--f60-capability takes 2, 5 or 6', '--center', 'host:80', '--f60-capability', '7'],
  ['--mac needs --center', '--mac', 'x9.9'],
  ['--clear-tracks needs --center', '--clear-tracks'],
  ['--f60-capability needs --center', '--f60-capability', '5'],
])('wrong use: %s', async (said, ...args) => {
  expect(await main(['run', '--data', join(dir, 'state'), ...args])).toBe(2);
  expect(errors).toContain(said);
  expect(errors).toMatch(/^cupos: [^\n]+\n$/);
  expect(errors).not.toContain('SECRET');
  expect(existsSync(join(dir, 'state'))).toBe(false);
});

test('the master key comes from a file, and one that is not there is said without its content', () => {
  const file = join(dir, 'tmk');
  writeFileSync(file, `${TEST_TERMINAL.tmk.toLowerCase()}\n`);
  expect(readForeign({ center: 'h:1', tmk: `@${file}` }, dir)?.tmk).toBe(TEST_TERMINAL.tmk);
  expect(() => readForeign({ center: 'h:1', tmk: '@/no/such/file' }, dir)).toThrow('--tmk cannot be read');
});

test('every switch reaches the settings', () => {
  const run = readForeign(
    {
      ...{
        center: '[2001:db8::7]:8583',
        tid: 'ABCD0001',
        mid: '123456789012345',
        tpdu: 'none',
        header: '603200320000',
      },
      ...{ mac: 'x9.19', f26: '06', f53: 'pin', f60Capability: '5', lengthless: true, singleLengthKeys: true },
      reversalMacIfPresent: true,
    },
    dir,
  );
  expect(run).toMatchObject({
    address: { host: '2001:db8::7', port: 8583 },
    terminalId: 'ABCD0001',
    merchantId: '123456789012345',
    settings: {
      ...{ tpdu: '', header: '\x60\x32\x00\x32\x00\x00', macMode: 2, pinCaptureCode: '06', securityControl: 2 },
      ...{ readCapability: '5', frameLength: false, trackEncryption: false, singleLengthKeys: true },
      reversalEndMacIfPresent: true,
    },
    dataDir: join(dir, 'center-2001.db8..7-8583-ABCD0001'),
  });
});

test('a live terminal at a foreign host: a sale in its books, none in ours; no pause, no speed, no orders to the host', async () => {
  const store = openStore({ path: ':memory:' });
  const center = createCenter(store, { seed: 3 });
  seedTestData(center);
  const server = await startTcpServer(center, { port: 0 });
  const address = { host: '127.0.0.1', port: server.port };
  const foreign = { address, settings: {} };
  const started = startLive({ dataDir: dir, seed: 1, english: true, terminal: TEST_TERMINAL, foreign });
  let nowMs = Date.now();
  /** The wall clock of the test runs as fast as the sockets let it. */
  const until = async (reached: () => boolean): Promise<void> => {
    const limitMs = nowMs + 300_000;
    while (!reached()) {
      if (nowMs > limitMs) throw new Error(`it never came: ${started.live.state().next}`);
      started.live.tick((nowMs += 20));
      await new Promise(setImmediate);
    }
  };
  const next = (step: string): Promise<void> => until(() => started.live.state().next === step);
  const on = async (): Promise<void> => {
    started.live.act({ do: 'power-key', held: true });
    await until(() => started.live.state().supply);
    started.live.act({ do: 'power-key', held: false });
    await next('operator');
    for (const key of [...'01', 'confirm', ...'0000', 'confirm']) {
      started.live.act({ do: 'press', key });
      for (let i = 0; i < 10; i++) started.live.tick((nowMs += 20));
    }
    await next('idle');
  };
  await on();
  for (const action of [
    { do: 'pause', paused: true },
    { do: 'speed', factor: 10 },
    { do: 'fault', device: 'center', fault: 'silence' },
    { do: 'schedule', when: { in: 1 }, what: { do: 'fault', device: 'center', fault: 'silence' } },
  ] as const) {
    expect(() => started.live.act(action)).toThrow('foreign');
  }
  started.live.act({ do: 'swipe', card: 'debit' });
  await next('amount');
  for (const key of [...'1234', 'confirm']) {
    started.live.act({ do: 'press', key });
    for (let i = 0; i < 10; i++) started.live.tick((nowMs += 20));
  }
  await next('check');
  started.live.act({ do: 'press', key: 'confirm' });
  await until(() => started.live.state().padAsking);
  for (const key of [...'123456', 'confirm']) started.live.act({ do: 'pad', key });
  await until(() => center.ledger().length === 1);
  await next('tear');
  expect(started.live.ledger(true)).toMatchObject({ rows: [] });
  started.close();
  await server.close();
  expect(center.ledger().map((row) => row.amountFen)).toEqual([-1234]);
  store.close();
});
