/** `npm run flash` on ports that are not alone: a pseudo terminal as a serial port, ports that others hold, bytes that go wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { openPty, type DevicePort } from '../../cli/devices/device-ports';
import type { EmulatedBoard } from '../../emulator/board/emulated-board';
import { describeWithTool } from '../support/foreign-tool';
import { boardOnDesk, flash, makeImages, serve } from './board-rig';

let images: string;
let board: EmulatedBoard;
let port: DevicePort;
let dir: string;
const image = (): string[] => ['--image', join(images, 'small-a')];

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

beforeEach(async () => {
  board = (await boardOnDesk()).board;
  dir = mkdtempSync(join(tmpdir(), 'cupos-flash-port-'));
});

afterEach(async () => {
  await port.close();
  rmSync(dir, { recursive: true, force: true });
});

test('a TCP port that another program has open', async () => {
  port = await serve(board);
  const [host, number] = port.where.split(':');
  const other = connect(Number(number), host);
  await new Promise((connected) => other.once('connect', connected));
  const { status, err } = await flash('--port', `tcp://${port.where}`, ...image());
  other.destroy();
  expect(status).toBe(1);
  expect(err).toBe(`flash: tcp://${port.where}: it closes at once; does another program have it open?\n`);
}, 60_000);

test('a byte that the Storage keeps wrong is written again; one that it always does is told, and what is there runs', async () => {
  port = await serve(board);
  const program = board.flash.program.bind(board.flash);
  let wrong = 1;
  board.flash.program = (at, data) => {
    const isBody = data.length > 100;
    program(at, isBody && wrong-- > 0 ? data.map((byte) => byte & 0xfe) : data);
  };
  const first = await flash('--port', `tcp://${port.where}`, ...image());
  expect([first.status, first.err]).toEqual([0, '']);
  wrong = Infinity;
  const second = await flash('--port', `tcp://${port.where}`, '--image', join(images, 'small-b'));
  expect(second.status).toBe(1);
  expect(second.err).toMatch(
    /^flash: m[0-9a-f]{8} does not read back as it was written.*; the old firmware runs again\n$/,
  );
  expect(board.printed).toContain('small a runs');
}, 90_000);

describeWithTool('a pseudo terminal as a serial port', 'socat', 'socat', () => {
  beforeEach(async () => {
    port = await openPty(join(dir, 'board'), (bytes) => board.receive(bytes.toString('latin1')));
    board.plug({ onData: (bytes) => port.write(Buffer.from(bytes, 'latin1')), onGone: () => undefined });
  });

  test('flashes like any other', async () => {
    const { status, out } = await flash('--port', port.where, ...image(), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ written: 5, number: 1 });
    expect(board.printed).toContain('small a runs');
  }, 60_000);

  test('held by another program it is said to be', async () => {
    const holder = await new Promise<SerialPort>((done, reject) => {
      const one: SerialPort = new SerialPort({ path: port.where, baudRate: 115_200 }, (error) =>
        error ? reject(error) : done(one),
      );
    });
    const { status, err } = await flash('--port', port.where, ...image());
    await new Promise<void>((closed) => holder.close(() => closed()));
    expect([status, err]).toEqual([1, `flash: ${port.where}: another program has it open\n`]);
  }, 60_000);
});
