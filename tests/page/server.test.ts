/** The live server without a browser: who may drive the terminal, what it refuses, what it never says, what it keeps. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Update } from '../../emulator/server/messages';
import { servePage } from '../../emulator/server/server';
import { startLive } from '../../emulator/server/start-live';
import { testCardList } from '../../host/center/test-cards';
import { buildPageForTests } from '../support/page-build';
import { Desk, type Running, start } from '../support/live-desk';

let dataDir: string;
let running: Running | null = null;

beforeAll(buildPageForTests, 60_000);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cupos-page-'));
});

afterEach(async () => {
  await running?.end();
  running = null;
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(): Promise<Running> {
  running = await start(dataDir);
  return running;
}

function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

function refusedSocket(url: string, options: { origin?: string; headers?: Record<string, string> }): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, options);
    socket.on('open', () => {
      socket.terminate();
      resolve('opened');
    });
    socket.on('error', (error) => resolve(error.message));
  });
}

test('a page of another origin cannot open the socket; this one and a program can', async () => {
  const { url } = await open();
  expect(await refusedSocket(url, { origin: 'http://evil.example' })).toContain('401');
  expect(await refusedSocket(url, { origin: 'null' })).toContain('401');
  expect(await refusedSocket(url, { origin: url })).toBe('opened');
  expect(await refusedSocket(url, {})).toBe('opened');
});

test('a foreign name that points at this machine gets neither page nor socket', async () => {
  const { url } = await open();
  const headers = { host: 'rebound.example:8583' };
  expect(await statusOf(url, headers)).toBe(403);
  expect(await refusedSocket(url, { origin: 'http://rebound.example:8583', headers })).not.toBe('opened');
  expect(await statusOf(url, {})).toBe(200);
});

test('files outside the page and slips that are not there are not found', async () => {
  const { url } = await open();
  for (const path of ['/../package.json', '/%2e%2e/%2e%2e/package.json', '/paper/0.png', '/paper/x.png', '/nothing']) {
    expect(await statusOf(url + path, {})).toBeGreaterThanOrEqual(400);
  }
});

const nonsense: readonly (readonly [sent: string, named: string])[] = [
  ['', 'JSON'],
  ['hello', 'JSON'],
  ['[]', 'an object'],
  ['null', 'an object'],
  ['{}', '"do" must be'],
  ['{"do":"__proto__"}', '"do" must be'],
  ['{"do":"press"}', '"key" must be a text'],
  ['{"do":"press","key":"toString"}', '"key" must be one of'],
  ['{"do":"power-key","held":1}', '"held" must be true or false'],
  ['{"do":"swipe","card":"6210819300001000011"}', '"card" must be one of'],
  ['{"do":"fault","device":"constructor","fault":"x"}', '"device" must be one of'],
  ['{"do":"fault","device":"center","fault":"x"}', '"fault" must be one of'],
  ['{"do":"speed","factor":1e9}', '"factor" must be a whole number'],
  [JSON.stringify({ do: 'press', key: 'x'.repeat(2000) }), 'characters long'],
  ['{"do":"swipe","card":"debit","speed":"warp"}', '"speed" must be one of slow, normal, fast'],
  ['{"do":"swipe-own","tracks":7}', '"tracks" must be a text'],
  [JSON.stringify({ do: 'swipe-own', tracks: '1'.repeat(400) }), '300 characters at the most'],
  ['{"do":"swipe-own","tracks":";6210x?"}', 'character 6 cannot be on track 2'],
  ['{"do":"schedule","when":5,"what":{"do":"cut"}}', '"when" must be an object'],
  ['{"do":"schedule","when":{},"what":{"do":"cut"}}', '"when" must have "in", "at" (seconds) or "sent"'],
  ['{"do":"schedule","when":{"in":-1},"what":{"do":"cut"}}', '"in" must be a number from 0 to 86400'],
  ['{"do":"schedule","when":{"sent":"0200 "},"what":{"do":"cut"}}', '"sent" must be a message type'],
  ['{"do":"schedule","when":{"in":1},"what":{"do":"pause"}}', '"what": only a fault or a cut can be planned'],
  ['{"do":"unschedule","id":77}', 'that fault does not wait any more'],
  ['{"do":"open","id":1e6}', '"id": row 1000000 is not kept any more'],
  ['{"do":"open","id":-1}', '"id" must be a whole number'],
  ['{"do":"discard","id":"all"}', '"id" must be a whole number'],
];

test('every nonsense message is refused with a sentence and changes nothing', async () => {
  const desk = new Desk(await open());
  await desk.opened();
  for (const [sent, named] of nonsense) {
    const refusal = desk.next('refused');
    desk.sendText(sent);
    const { message, place } = await refusal;
    expect(message).toContain(named);
    expect(place).toBe(/^\{"do":"([a-z-]+)"/.exec(sent)?.[1] ?? '');
  }
  expect(desk.state.supply).toBe(false);
  desk.close();
});

test('a number of a card in a refused message is not said back', async () => {
  const desk = new Desk(await open());
  await desk.opened();
  const refusal = desk.next('refused');
  desk.sendText('{"do":"swipe-own","tracks":";6210819300001000011=3012x?"}');
  expect((await refusal).message).not.toMatch(/\d{5}/);
  desk.close();
});

test('the thirty-third page is told so; when one is closed another may come', async () => {
  const live = await open();
  const desks = Array.from({ length: 32 }, () => new Desk(live));
  await Promise.all(desks.map((desk) => desk.opened()));
  const last = new Desk(live);
  expect((await last.next('refused')).message).toContain('32 pages look at this terminal already');
  desks.pop()?.close();
  const again = new Desk(live);
  await again.opened();
  for (const desk of [...desks, last, again]) desk.close();
});

test('an address where nothing is, and a request that is none, get a sentence', async () => {
  const { url } = await open();
  expect(await (await fetch(`${url}/nothing`)).text()).toContain('the page is at /');
  expect(await (await fetch(`${url}/`, { method: 'POST', body: 'x'.repeat(20_000) })).text()).toContain(
    'the page is at /',
  );
  expect(await (await fetch(`${url}/paper/1.png`)).text()).toContain('no such slip');
  const bad = await fetch(`${url}/%zz`);
  expect([bad.status, await bad.text()]).toEqual([400, 'this address is malformed; the page is at /']);
});

test('a flood of messages is cut off and the terminal goes on', async () => {
  const desk = new Desk(await open());
  await desk.opened();
  const refusal = desk.next('refused');
  for (let i = 0; i < 1000; i++) desk.send({ do: 'tear' });
  expect((await refusal).message).toContain('messages a second');
  desk.close();
});

/** Whatever may never be in a message: PANs and tracks, PINs in anything but the tray, keys. */
function secretsIn(updates: readonly Update[], tmk: string): string[] {
  const found: string[] = [];
  for (const update of updates) {
    const text = JSON.stringify(update);
    for (const card of testCardList) {
      if (text.includes(card.pan)) found.push(`PAN of ${card.id} in ${update.type}`);
      if (text.includes(card.track2.slice(-12))) found.push(`track of ${card.id} in ${update.type}`);
      if (update.type !== 'hello' && card.pin !== '' && text.includes(card.pin)) {
        found.push(`PIN of ${card.id} in ${update.type}: ${text.slice(0, 200)}`);
      }
    }
    if (text.toUpperCase().includes(tmk)) found.push(`TMK in ${update.type}`);
  }
  return found;
}

test('a sale survives its tab and the server: nothing lost, nothing twice, no secret in any message or file', async () => {
  const live = await open();
  const first = new Desk(live);
  await first.opened();
  first.send({ do: 'speed', factor: 10 });
  await first.powerOn();
  await first.signIn();
  await first.sellUpToPin('debit', '1234');
  // The tab is closed while the customer keys the PIN; another one goes on.
  first.close();
  const second = new Desk(live);
  await second.opened();
  expect(second.state.next).toBe('pin');
  expect(second.updates.some((update) => update.type === 'timeline' && update.rows.length > 0)).toBe(true);
  second.pin('123456');
  await second.until((state) => state.next === 'tear');
  second.send({ do: 'press', key: 'confirm' });
  await second.until((state) => state.next === 'idle' && state.slips.length === 2);
  expect(second.ledger?.rows.map((row) => [row.kind, row.amountFen])).toEqual([['sale', -1234]]);
  const picture = await fetch(`${live.url}/paper/${second.state.slips[0]?.id}.png`);
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect(secretsIn([...first.updates, ...second.updates], live.tmk)).toEqual([]);
  second.close();
  await live.end();

  for (const file of ['flash.bin', 'pinpad.sealed', 'center.db']) {
    const content = readFileSync(join(dataDir, file)).toString('latin1');
    for (const card of testCardList) expect(content.includes(card.pan)).toBe(false);
    expect(content.includes(Buffer.from(live.tmk, 'hex').toString('latin1'))).toBe(false);
  }

  // Begun anew it knows its batch, needs no sign-in, and the account was charged once.
  const again = new Desk(await open());
  await again.opened();
  again.send({ do: 'speed', factor: 10 });
  await again.powerOn();
  again.login();
  await again.until((state) => state.next === 'idle');
  expect(again.rowTexts().filter((text) => /^08[01]0/.test(text))).toEqual([]);
  expect(again.ledger?.rows).toHaveLength(1);
  await again.sellUpToPin('credit', '500');
  again.pin('');
  await again.until((state) => state.next === 'tear');
  const stans = again.ledger?.rows.map((row) => row.stan) ?? [];
  expect(new Set(stans).size).toBe(2);
  again.close();
}, 30_000);

test('the process is killed between the sale request and its answer: the next start reverses it', async () => {
  const live = await open();
  const desk = new Desk(live);
  await desk.opened();
  desk.send({ do: 'speed', factor: 10 });
  await desk.powerOn();
  await desk.signIn();
  await desk.sellUpToPin('debit', '1234');
  desk.send({ do: 'fault', device: 'center', fault: 'silence' });
  desk.pin('123456');
  await desk.untilLedger((rows) => rows.length === 1);
  await live.kill();

  const again = new Desk(await open());
  await again.opened();
  again.send({ do: 'speed', factor: 10 });
  await again.powerOn();
  await again.untilLedger((rows) => rows.length === 2);
  expect(again.ledger?.rows.map((row) => [row.kind, row.amountFen])).toEqual([
    ['sale', -1234],
    ['reversal', 1234],
  ]);
  // It says so until a key comes: nothing is waited for any more.
  await again.until((state) => state.next === 'read');
  again.close();
}, 30_000);

test('a red key whose page is gone is let go', async () => {
  const live = await open();
  const desk = new Desk(live);
  await desk.opened();
  desk.send({ do: 'power-key', held: true });
  await new Promise((done) => setTimeout(done, 200));
  desk.close();
  const other = new Desk(live);
  await other.opened();
  await other.pass(2500);
  expect(other.state.supply).toBe(false);
  other.close();
});

describe('what cannot be started says why in one sentence', () => {
  const options = (dir: string): Parameters<typeof startLive>[0] => ({
    dataDir: dir,
    seed: 1,
    english: false,
    terminal: { terminalId: '10000001', merchantId: '898110053310001', tmk: 'FEDCBA98765432100123456789ABCDEF' },
  });

  test('a flash file of another size', () => {
    startLive(options(dataDir)).close();
    truncateSync(join(dataDir, 'flash.bin'), 1000);
    expect(() => startLive(options(dataDir))).toThrow(/flash\.bin is damaged: it has 1000 bytes.*cupos reset/);
    // The database was given back.
    rmSync(join(dataDir, 'flash.bin'));
    startLive(options(dataDir)).close();
  });

  test('a database that is none', () => {
    writeFileSync(join(dataDir, 'center.db'), createHash('sha512').update('x').digest().toString('hex').repeat(20));
    expect(() => startLive(options(dataDir))).toThrow(/center\.db|database/);
  });

  test('a directory that is a file', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    expect(() => startLive(options(file))).toThrow(/file/);
  });

  test('a busy port', async () => {
    const { url, live } = await open();
    const port = parseInt(new URL(url).port, 10);
    await expect(servePage(live, { host: '127.0.0.1', port })).rejects.toThrow(`port ${port} is in use`);
  });

  test('a sealed pad memory that was tampered with: the pad begins anew', () => {
    mkdirSync(dataDir, { recursive: true });
    startLive(options(dataDir)).close();
    const path = join(dataDir, 'pinpad.sealed');
    const sealed = readFileSync(path);
    sealed[40] = sealed[40] ^ 1;
    writeFileSync(path, sealed);
    startLive(options(dataDir)).close();
    expect(readFileSync(path).equals(sealed)).toBe(false);
  });
});
