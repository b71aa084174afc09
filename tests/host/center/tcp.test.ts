import * as net from 'node:net';
import { CenterEndpoint } from '../../../emulator/center-endpoint';
import { Network, type NetworkClient } from '../../../emulator/network';
import { World } from '../../../emulator/world/world';
import type { Center, CenterReply } from '../../../host/center/types';
import { startTcpServer, type TcpOptions, type TcpServer } from '../../../host/center/tcp';
import { openCenter, openSignedIn } from './center-fixture';

/** Timers of the server under test: they run when the test says so. */
function manualTimers() {
  const waiting: { delayMs: number; act: () => void }[] = [];
  return {
    later: (delayMs: number, act: () => void) => {
      const entry = { delayMs, act };
      waiting.push(entry);
      return () => void (waiting.includes(entry) && waiting.splice(waiting.indexOf(entry), 1));
    },
    delays: () => waiting.map((entry) => entry.delayMs),
    run: (delayMs: number) => {
      for (const entry of waiting.filter((one) => one.delayMs === delayMs)) {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.act();
      }
    },
  };
}

const IDLE_MS = 120_000;
const NOW_MS = Date.UTC(2026, 4, 6, 7, 8, 9);
let server: TcpServer | undefined;
let clients: net.Socket[] = [];

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await server?.close();
  server = undefined;
});

async function serve(
  center: { handle(frame: Uint8Array, nowMs: number): CenterReply[] },
  options: Partial<TcpOptions> = {},
) {
  const timers = manualTimers();
  server = await startTcpServer(center, { port: 0, now: () => NOW_MS, later: timers.later, ...options });
  return timers;
}

async function connect(): Promise<net.Socket> {
  const socket = net.connect(server?.port ?? 0, '127.0.0.1');
  clients.push(socket);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.on('error', () => undefined);
  return socket;
}

/** Collects until this many bytes came or the peer closed. */
function receive(socket: net.Socket, bytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let all = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      all = Buffer.concat([all, chunk]);
      if (all.length >= bytes) end();
    };
    const end = (): void => {
      socket.off('data', take).off('close', end);
      resolve(all);
    };
    socket.on('data', take).on('close', end);
  });
}

function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => (socket.closed ? resolve() : void socket.once('close', () => resolve())));
}

function framed(frame: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([frame.length >> 8, frame.length & 255]), frame]);
}

/** The in-World shell: a connection of the World's network to the center. */
function openInWorld(center: Center): (frame: Buffer) => Buffer {
  const world = new World(1);
  const network = new Network(world, { latencyMs: 1 });
  let received = '';
  const client: NetworkClient = {
    name: 'client',
    state: {},
    onEvent: () => undefined,
    onConnected: () => undefined,
    onReceived: (_id: number, bytes: string) => void (received += bytes),
    onClosed: () => undefined,
  };
  world.add(client);
  network.listen('center', 1, new CenterEndpoint(world, network, center, { epochMs: NOW_MS }));
  const id = network.connect(client, 'center', '1');
  world.run(10);
  return (frame) => {
    received = '';
    network.sendUp(id, framed(frame).toString('latin1'));
    world.run(20);
    return Buffer.from(received, 'latin1');
  };
}

test('both shells give the bytes of the center itself: the port and the World', async () => {
  const direct = openCenter();
  const remote = openCenter();
  const inWorld = openInWorld(openCenter().center);
  await serve(remote.center);
  const socket = await connect();
  const { terminal } = direct;
  // All three have the same seed: the keys of the direct sign-in are right for what goes to the other two.
  const script: (() => Buffer)[] = [
    () => terminal.signInFrame('004', '000000'),
    () => terminal.saleFrame({ amountFen: 4321 }),
    () => terminal.reversalFrame({ amountFen: 4321 }),
    () => terminal.saleFrame({ amountFen: 4451 }),
    () => terminal.saleFrame({ amountFen: 7406 }),
    () => terminal.balanceFrame(),
    () => terminal.saleFrame({ mac: '00000000' }),
    () => terminal.saleFrame().subarray(0, 100),
  ];
  for (const make of script) {
    const frame = make();
    const answer = terminal.send(frame);
    if (answer.mti === '0810') terminal.takeKeys(answer);
    const expected = framed(answer.frame);
    const overTcp = receive(socket, expected.length);
    socket.write(framed(frame));
    expect((await overTcp).toString('hex')).toBe(expected.toString('hex'));
    expect(inWorld(frame).toString('hex')).toBe(expected.toString('hex'));
  }
  expect(remote.center.ledger()).toEqual(direct.center.ledger());
});

test('frames split into single bytes and several in one piece are the same frames', async () => {
  const { center, terminal } = openSignedIn();
  await serve(center);
  const frames = [1, 2, 3].map(() => terminal.saleFrame());
  // Answered directly first: what comes through the port is the repeats.
  const expected = Buffer.concat(frames.map((frame) => framed(terminal.send(frame).frame)));
  const stream = Buffer.concat(frames.map(framed));
  const whole = await connect();
  const merged = receive(whole, expected.length);
  whole.write(stream);
  expect((await merged).equals(expected)).toBe(true);
  const dripping = await connect();
  dripping.setNoDelay(true);
  const pieces = receive(dripping, expected.length);
  for (const byte of stream) dripping.write(Buffer.from([byte]));
  expect((await pieces).equals(expected)).toBe(true);
  expect(center.exchanges().map((row) => row.repeats)).toEqual([2, 2, 2]);
});

test('garbage is passed over or ends its own connection only', async () => {
  const { center, terminal } = openSignedIn();
  await serve(center);
  const good = await connect();
  const bad = await connect();
  const nonsense = await connect();
  bad.write(Buffer.alloc(100, 0xff));
  await closed(bad);
  nonsense.write(Buffer.concat([framed(Buffer.alloc(40, 0xaa)), Buffer.from([0, 0]), framed(terminal.saleFrame())]));
  expect((await receive(nonsense, 100)).length).toBeGreaterThanOrEqual(100);
  const answer = receive(good, 100);
  good.write(framed(terminal.saleFrame()));
  expect((await answer).length).toBeGreaterThanOrEqual(100);
});

test('a late answer comes when its time has come, and never on a closed connection', async () => {
  const { center, terminal } = openSignedIn();
  const timers = await serve(center);
  const socket = await connect();
  center.setFault('*', 'late', 2);
  socket.write(framed(terminal.saleFrame()));
  while (!timers.delays().includes(75_000)) await new Promise(setImmediate);
  const answer = receive(socket, 100);
  timers.run(75_000);
  expect((await answer).length).toBeGreaterThanOrEqual(100);
  socket.write(framed(terminal.saleFrame()));
  while (!timers.delays().includes(75_000)) await new Promise(setImmediate);
  socket.destroy();
  while ((server?.connectionCount() ?? 0) > 0) await new Promise(setImmediate);
  expect(timers.delays()).toEqual([]);
});

test('a center that closes, closes', async () => {
  const { center, terminal } = openSignedIn();
  await serve(center);
  const socket = await connect();
  socket.resume();
  center.setFault('*', 'close');
  socket.write(framed(terminal.saleFrame()));
  await closed(socket);
});

test('a peer that never finishes a frame is closed in the end, single bytes or not', async () => {
  const { center, terminal } = openSignedIn();
  const timers = await serve(center);
  const socket = await connect();
  const answer = receive(socket, 100);
  socket.write(framed(terminal.saleFrame()));
  await answer;
  expect(timers.delays()).toEqual([IDLE_MS]);
  socket.write(framed(terminal.saleFrame()).subarray(0, 20));
  timers.run(IDLE_MS);
  await closed(socket);
});

test('a peer that reads nothing does not fill the memory', async () => {
  const answer = Buffer.alloc(60_000);
  await serve({ handle: () => [{ frame: answer, delayMs: 0 }] });
  const socket = await connect();
  socket.pause();
  const request = framed(Buffer.alloc(30, 1));
  const flood = Buffer.concat(Array.from({ length: 2000 }, () => request));
  socket.write(flood);
  await closed(socket.resume());
});

test('a busy port and a foreign address are refused in one sentence', async () => {
  const { center } = openCenter();
  await serve(center);
  const port = server?.port ?? 0;
  await expect(startTcpServer(center, { port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  await expect(startTcpServer(center, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    '192.0.2.1 is no address of this machine',
  );
});
