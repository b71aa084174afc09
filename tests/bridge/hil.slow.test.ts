/**
 * `npm run hil` as a person uses it, at the wall's speed: the firmware by the real flashing tool onto the emulated board (TCP, a
 * pseudo terminal) and onto a real Espruino where `ESPRUINO` names one; then stories, JUnit and every exit status.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPty } from '../../cli/devices/device-ports';
import { boardOnDesk, flash, install, makeImages, serve } from '../board/board-rig';

const root = join(__dirname, '../..');
const scenarios = join(root, 'tests/scenarios');
let images: string;
let folder: string;

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run hil` with these arguments. */
function hil(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, 'scripts/hil.mjs'), ...args], { cwd: folder }, (error, out, err) =>
      done({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const story = (name: string): string => join(scenarios, `${name}.yaml`);

/** The World of an emulated board goes at the wall's speed until told to stop. */
function run(terminal: Awaited<ReturnType<typeof boardOnDesk>>['terminal']): () => void {
  let lastMs = Date.now();
  const timer = setInterval(() => {
    terminal.wait(Date.now() - lastMs);
    lastMs = Date.now();
  }, 5);
  return () => clearInterval(timer);
}

beforeAll(async () => {
  images = await makeImages();
  folder = mkdtempSync(join(tmpdir(), 'cupos-hil-'));
}, 300_000);

afterAll(() => {
  for (const path of [images, folder]) rmSync(path, { recursive: true, force: true });
});

test('flashed by the real tool, told two stories, one of them with a power cut; JUnit says so', async () => {
  const { board, terminal } = await boardOnDesk();
  const port = await serve(board);
  const stop = run(terminal);
  const where = `tcp://${port.where}`;
  try {
    expect((await flash('--port', where, '--image', join(images, 'full'))).status).toBe(0);
    const junit = join(folder, 'hil.xml');
    const stories = [story('first-sale'), story('power-cut-while-sending'), story('dial-up-sale')];
    const { status, out, err } = await hil('--port', where, '--board', 'pico2', '--junit', junit, ...stories);
    expect([status, err]).toEqual([0, expect.not.stringContaining('hil:')]);
    expect(out).toMatch(/hil: RP2350_PICO2 with Espruino 2v29 at tcp:.*, firmware [0-9a-f]{12}/);
    expect(out).toMatch(/hil: 2 passed, 0 failed, 1 skipped in [0-9.]+ s; the firmware was started 3 times/);
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('tests="3" failures="0" errors="0" skipped="1"');
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    // The flashed firmware runs again by itself.
    await new Promise((done) => setTimeout(done, 8000));
    expect(terminal.lcd.text()).toContain('操作员号');
  } finally {
    stop();
    await port.close();
  }
}, 600_000);

test('a story that goes otherwise is exit status 1 with its line, a port without anybody one sentence', async () => {
  const { board, terminal } = await boardOnDesk();
  install(board, join(images, 'full'));
  const port = await serve(board);
  const stop = run(terminal);
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(wrong, 'name: never\nsteps:\n  - power on\n  - expect: { screen: 没有 }\n');
  const where = `tcp://${port.where}`;
  const failed = await hil('--port', where, wrong);
  expect(failed.status).toBe(1);
  expect(failed.out).toContain('wrong.yaml:4: expect: the screen does not say "没有"');
  stop();
  await port.close();
  const nobody = await hil('--port', where, wrong);
  expect([nobody.status, nobody.err.trim()]).toEqual([1, `hil: ${where}: nobody listens there`]);
  const missing = await hil('--port', '/dev/no-such-port', wrong);
  expect([missing.status, missing.err.trim()]).toEqual([
    1,
    'hil: there is no port /dev/no-such-port: is its cable plugged in?',
  ]);
}, 300_000);

test('wrong use is exit status 2', async () => {
  const said = async (...args: string[]): Promise<string> => {
    const { status, err } = await hil(...args);
    return `${status} ${err.trim()}`;
  };
  expect(await said()).toMatch(/^2 hil: say which port: npm run hil/);
  expect(await said('--port', 'http://x')).toBe('2 hil: http://x: a port is /dev/…, COM3 or tcp://host:port');
  expect(await said('--port', 'tcp://127.0.0.1:1', '--board', 'puck')).toContain('2 hil: there is no board "puck"');
  expect(await said('--port', 'tcp://127.0.0.1:1', 'no-such.yaml')).toContain('2 hil: cannot read no-such.yaml');
  expect(await said('--port', 'tcp://127.0.0.1:1', '--what')).toMatch(
    /^2 hil: Unknown option '--what'\. Usage: npm run/,
  );
  // Before a board is asked for anything.
  expect(await said('--port', 'tcp://127.0.0.1:1', '--junit', '/no/such/folder.xml')).toBe(
    '2 hil: cannot write /no/such/folder.xml (ENOENT): name another file with --junit',
  );
  expect(await hil('--help')).toMatchObject({ status: 0, err: '' });
}, 120_000);

const hasSocat = ['/usr/bin/socat', '/bin/socat'].some((path) => existsSync(path));
if (!hasSocat) console.warn('no socat: hil on pseudo terminals is not tested');

(hasSocat ? test : test.skip)(
  'over a pseudo terminal',
  async () => {
    const { board, terminal } = await boardOnDesk();
    install(board, join(images, 'full'));
    const path = join(folder, 'board');
    const pty = await openPty(path, (bytes) => board.receive(bytes.toString('latin1')));
    board.plug({ onData: (bytes) => pty.write(Buffer.from(bytes, 'latin1')), onGone: () => undefined });
    const stop = run(terminal);
    try {
      const { status, out } = await hil('--port', path, story('first-sale'));
      expect([status, out]).toEqual([0, expect.stringContaining('hil: 1 passed')]);
    } finally {
      stop();
      await pty.close();
    }
  },
  300_000,
);

const engine = process.env.ESPRUINO;
if (engine === undefined) console.warn('ESPRUINO names no engine: hil on a real one is not tested');

/** An engine has a session of its own, so it does not end with socat; its Storage makes it live in this folder. */
function killAllIn(place: string): void {
  for (const entry of readdirSync('/proc')) {
    try {
      if (/^\d+$/.test(entry) && readlinkSync(join('/proc', entry, 'cwd')) === place)
        process.kill(Number(entry), 'SIGKILL');
    } catch {
      // It has ended by itself, or is somebody else's.
    }
  }
}

(engine !== undefined && hasSocat ? test : test.skip)(
  'a real Espruino: flashed, signs in, sells, and reverses after a power cut',
  async () => {
    const port = await new Promise<number>((done) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => done(typeof address === 'object' && address ? address.port : 0));
      });
    });
    const listener = `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`;
    const command = `EXEC:${engine},pty,raw,echo=0,setsid,ctty,stderr`;
    const socat: ChildProcess = spawn('socat', [listener, command], { cwd: folder, stdio: 'ignore', detached: true });
    try {
      await new Promise((done) => setTimeout(done, 1000));
      const where = `tcp://127.0.0.1:${port}`;
      // That it does not start in time on a PC, which has none of its wires, is no matter.
      await flash('--port', where, '--any-board', '--image', join(images, 'full'));
      const stories = [story('first-sale'), story('power-cut-while-sending')];
      const { status, out } = await hil('--port', where, '--any-board', ...stories);
      expect([status, out]).toEqual([0, expect.stringContaining('hil: 2 passed')]);
    } finally {
      if (socat.pid !== undefined) process.kill(-socat.pid, 'SIGKILL');
      killAllIn(folder);
    }
  },
  600_000,
);
