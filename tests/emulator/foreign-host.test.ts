/**
 * The terminal's modem reaches a host over a real TCP socket: our own center behind its TCP shell, and a small host that
 * shares nothing with it. The World is driven in small steps with the sockets' events between them.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import * as net from 'node:net';
import { MAC_MODE_X919, MAC_MODE_X99 } from '../../hal/pad-commands';
import { SECURITY_NEVER } from '../../firmware/dialect';
import type { TerminalSettings } from '../../firmware/settings';
import { createCenter } from '../../host/center/center';
import { checkDialect } from '../../host/center/dialect';
import { openStore } from '../../host/center/open-store';
import { startTcpServer } from '../../host/center/tcp';
import { testCards, type TestCard } from '../../host/center/test-cards';
import { seedTestData, TEST_TERMINAL } from '../../host/center/test-data';
import { Terminal } from '../../emulator/terminal';
import { TerminalWorld } from '../../emulator/terminal-world';
import { readBody } from '../support/second-decoder';

const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const STEP_MS = 20;

/** A terminal whose center is at this port of this machine. */
class Desk {
  readonly terminal: Terminal;
  readonly notes: string[] = [];

  constructor(port: number, settings: Partial<TerminalSettings> = {}) {
    const foreignHost = { host: '127.0.0.1', port };
    const inside = new TerminalWorld({ foreignHost, settings: { ...settings, ...foreignHost } });
    inside.world.timeline.listen((entry) => {
      if (entry.wire === 'network' && entry.direction === 'note') this.notes.push(entry.text);
    });
    this.terminal = new Terminal(inside);
    ends.push(() => inside.foreignHost?.close());
  }

  async until(reached: () => boolean, limitMs = 300_000): Promise<void> {
    const { world } = this.terminal;
    const endUs = world.nowUs + limitMs * 1000;
    while (!reached()) {
      if (world.nowUs > endUs) this.terminal.fail('it never came');
      world.run(STEP_MS);
      await new Promise(setImmediate);
    }
  }

  async sees(text: string): Promise<void> {
    await this.until(() => this.terminal.lcd.text().includes(text));
  }

  async signIn(): Promise<void> {
    const { terminal } = this;
    terminal.powerOn();
    await this.sees('操作员号');
    terminal.type('01').press('confirm').type('0000').press('confirm');
    await this.until(() => terminal.isIdle());
  }

  /** Up to the moment the money's part begins. */
  async sell(amount: string, card: TestCard = testCards.debit): Promise<void> {
    const { terminal } = this;
    terminal.wake().press('1').type(amount).press('confirm').swipe(card).press('confirm');
    await this.until(() => terminal.inside.pad.isAsking());
    for (const digit of card.pin) terminal.pinpad.press(digit);
    terminal.pinpad.press('confirm');
  }

  /** Until idle, tearing off slips. */
  async rest(): Promise<void> {
    const { terminal } = this;
    await this.until(() => {
      if (terminal.lcd.text().includes('请撕下')) terminal.press('confirm');
      return terminal.isIdle();
    });
  }
}

async function serveCenter(settings: Partial<TerminalSettings>, dialect: Parameters<typeof checkDialect>[0] = {}) {
  const store = openStore({ path: ':memory:' });
  const center = createCenter(store, { seed: 3 });
  seedTestData(center, { terminals: [{ ...TEST_TERMINAL, dialect: checkDialect(dialect) }] });
  const server = await startTcpServer(center, { port: 0, frameLength: settings.frameLength });
  ends.push(async () => {
    await server.close();
    store.close();
  });
  return { center, port: server.port };
}

test.each([
  ['as UnionPay wants it', {}, {}],
  ['X9.9', { macMode: MAC_MODE_X99 }, { macMode: 'x9.9' }],
  ['X9.19', { macMode: MAC_MODE_X919 }, { macMode: 'x9.19' }],
  [
    'no F53, tracks in clear',
    { securityControl: SECURITY_NEVER, trackEncryption: false },
    { securityControl: 'never' },
  ],
  ['no length, TPDU and header', { frameLength: false, tpdu: '', header: '' }, {}],
] as [string, Partial<TerminalSettings>, Record<string, string>][])(
  'our own center over TCP: %s',
  async (_name, settings, dialect) => {
    const { center, port } = await serveCenter(settings, dialect);
    const desk = new Desk(port, settings);
    await desk.signIn();
    await desk.sell('12.34');
    await desk.rest();
    center.setFault('*', 'close', 1, '0200');
    await desk.sell('56.78');
    await desk.rest();
    expect(center.ledger().map((row) => row.amountFen)).toEqual([-1234, -5678, 5678]);
    expect(desk.terminal.paper.slips()).toHaveLength(2);
  },
);

function des(key: Buffer, data: Buffer, decrypts = false): Buffer {
  const cipher = decrypts ? createDecipheriv('des-ede', key, null) : createCipheriv('des-ede', key, null);
  return cipher.setAutoPadding(false).update(data);
}

const double = (key: Buffer): Buffer => Buffer.concat([key, key]);

/** An acquirer of another make: 003 keys, X9.9 under a single-length MAK, tracks in clear, no F53, no TPDU. */
class OtherHost {
  readonly requests: string[] = [];
  readonly problems: string[] = [];
  private readonly tmk = Buffer.from(TEST_TERMINAL.tmk, 'hex');
  private readonly pik = Buffer.from('0123456789ABCDEF1032547698BADCFE', 'hex');
  private readonly mak = Buffer.from('8C7F6E5D4C3B2A19', 'hex');

  mac(body: Buffer): Buffer {
    const padded = Buffer.concat([body, Buffer.alloc((8 - (body.length % 8)) % 8)]);
    const cipher = createCipheriv('des-ede-cbc', double(this.mak), Buffer.alloc(8)).setAutoPadding(false);
    return cipher.update(padded).subarray(-8);
  }

  private body(mti: string, fields: Record<number, Buffer>, sealed: boolean): Buffer {
    const bits = Buffer.alloc(8);
    const numbers = Object.keys(fields).map(Number);
    for (const n of [...numbers, ...(sealed ? [64] : [])])
      bits[(n - 1) >> 3] = (bits[(n - 1) >> 3] ?? 0) | (0x80 >> ((n - 1) & 7));
    const body = Buffer.concat([Buffer.from(mti, 'hex'), bits, ...numbers.map((n) => fields[n] ?? Buffer.alloc(0))]);
    return sealed ? Buffer.concat([body, this.mac(body)]) : body;
  }

  private keys(): Buffer {
    const kcv = (key: Buffer): Buffer => des(key, Buffer.alloc(8)).subarray(0, 4);
    const wrapped = [
      des(this.tmk, this.pik),
      kcv(this.pik),
      des(this.tmk, this.mak),
      Buffer.alloc(8),
      kcv(double(this.mak)),
    ];
    return Buffer.concat([Buffer.from([0, 0x40]), ...wrapped]);
  }

  /** Answers one body. */
  answer(body: Buffer): Buffer {
    const { mti, fields } = readBody(body.toString('hex'));
    this.requests.push(mti);
    const hex = (text: string): Buffer => Buffer.from(text, 'hex');
    const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
    const common = { 11: hex(fields[11] ?? ''), 12: hex('101112'), 13: hex('0301') };
    const ids = { 41: ascii(fields[41] ?? ''), 42: ascii(fields[42] ?? '') };
    if (mti === '0800') {
      const answered = { ...common, 39: ascii('00'), ...ids, 60: hex(`001100000007${'003'}0`), 62: this.keys() };
      return this.body('0810', answered, false);
    }
    if (!this.mac(body.subarray(0, -8)).equals(body.subarray(-8))) this.problems.push('F64 is wrong');
    if (fields[53] !== undefined) this.problems.push('F53 was sent');
    if (fields[26] !== '06') this.problems.push(`F26 is ${fields[26]}`);
    if (!/^6210819300001000011[=D]3012/.test(fields[35] ?? '')) this.problems.push('track 2 is not in clear');
    const block = des(this.pik, hex(fields[52] ?? ''), true);
    const pan = hex('0000' + '6210819300001000011'.slice(-13, -1));
    const pin = Buffer.from(block.map((byte, i) => byte ^ (pan[i] ?? 0))).toString('hex');
    if (!pin.startsWith('06123456f')) this.problems.push('the PIN is wrong');
    const money = { 3: hex('000000'), 4: hex(fields[4] ?? '') };
    const rest = { 25: hex('00'), 37: ascii('REF000000001'), 39: ascii('00'), ...ids, 49: ascii('156') };
    return this.body('0210', { ...money, ...common, ...rest, 60: hex('0013220000070006' + '00').subarray(0, 9) }, true);
  }
}

test('a host of another make: X9.9, tracks in clear, no F53, F26 06, no TPDU', async () => {
  const host = new OtherHost();
  const header = Buffer.from('603100310000', 'hex');
  const server = net.createServer((socket) => {
    let stream = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      stream = Buffer.concat([stream, chunk]);
      while (stream.length >= 2 && stream.length >= 2 + stream.readUInt16BE()) {
        const end = 2 + stream.readUInt16BE();
        const frame = Buffer.concat([header, host.answer(stream.subarray(2 + header.length, end))]);
        stream = stream.subarray(end);
        socket.write(Buffer.concat([Buffer.from([frame.length >> 8, frame.length & 255]), frame]));
      }
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => void server.close());
  const desk = new Desk((server.address() as net.AddressInfo).port, {
    macMode: MAC_MODE_X99,
    trackEncryption: false,
    securityControl: SECURITY_NEVER,
    pinCaptureCode: '06',
    tpdu: '',
  });
  await desk.signIn();
  await desk.sell('12.34');
  await desk.rest();
  expect(host.problems).toEqual([]);
  expect(host.requests).toEqual(['0800', '0200']);
  expect(desk.terminal.paper.slip(1)).toContain('REF000000001');
});

async function listen(onSocket: (socket: net.Socket) => void): Promise<number> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

test('a host that is not there: the modem hears that the connection failed', async () => {
  const gone = net.createServer();
  await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
  const { port } = gone.address() as net.AddressInfo;
  await new Promise((closed) => gone.close(closed));
  const desk = new Desk(port);
  await desk.signIn();
  expect(desk.notes.join('\n')).toContain(`the host 127.0.0.1:${port} refuses connections`);
});

test('a host that closes at once, and one that talks without end: closed, said, and the terminal is at rest', async () => {
  const closes = new Desk(await listen((socket) => socket.end()));
  await closes.signIn();
  expect(closes.notes.join('\n')).toContain('closed');
  // Empty frames: a keep-alive that never ends.
  const noise = Buffer.alloc(65_536);
  const talks = new Desk(
    await listen((socket) => {
      const talk = (): void => void (!socket.destroyed && socket.write(noise, talk));
      talk();
    }),
  );
  await talks.signIn();
  expect(talks.notes.join('\n')).toContain('sends more than any message');
});

test('a World with a foreign host cannot be copied, and says why', async () => {
  const desk = new Desk(await listen(() => undefined));
  expect(() => desk.terminal.inside.fork()).toThrow('foreign host');
});
