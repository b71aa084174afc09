/**
 * `cupos board` whose UARTs end at serial cables of their own, pairs of pseudo terminals, and `npm run hil` at the other ends:
 * what is wired does not cross the bridge, and what is wrong with a cable is said.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flash, makeImages } from '../board/board-rig';
import { Cable } from '../support/cable';
import { describeWithTool } from '../support/foreign-tool';

const root = join(__dirname, '../..');
const firstSale = join(root, 'tests/scenarios/first-sale.yaml');
const wires = ['pinpad', 'printer', 'modem'] as const;
const LIMIT_MS = 60_000;

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

interface Carried {
  readonly carried: Readonly<Record<string, { readonly toBoard: number; readonly fromBoard: number }>>;
}

jest.setTimeout(300_000);

describeWithTool('a board on serial cables', 'socat', 'socat', () => {
  let folder: string;
  let images: string;
  let cables: Record<(typeof wires)[number], Cable>;
  let board: ChildProcess;
  let said: string;
  let where: string;

  function options(names: readonly (typeof wires)[number][], end: 'near' | 'far'): string[] {
    return names.flatMap((name) => [`--${name}-port`, cables[name][end]]);
  }

  async function until(what: RegExp): Promise<RegExpExecArray> {
    for (const endMs = Date.now() + LIMIT_MS; Date.now() < endMs;) {
      const found = what.exec(said);
      if (found) return found;
      await new Promise((again) => setTimeout(again, 20));
    }
    throw new Error(`the board never said ${what.source}, but: ${said}`);
  }

  /** The board with these UARTs on cables; what was flashed stays. */
  async function startBoard(wired: readonly (typeof wires)[number][]): Promise<void> {
    said = '';
    const place = ['--tcp', '0', '--port', '0', '--data', join(folder, 'state')];
    board = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'board', ...place, ...options(wired, 'near')]);
    const hear = (text: unknown): void => void (said += String(text));
    board.stdout?.on('data', hear);
    board.stderr?.on('data', hear);
    [, where] = await until(/console at (tcp:\S+)/);
    await until(/the terminal is at/);
  }

  /** `begun` is called when all ports are open and the board has answered. */
  function hil(args: readonly string[], begun: () => void = () => undefined): Promise<Ended> {
    const all = [join(root, 'scripts/hil.mjs'), '--port', where, ...args];
    return new Promise((done) => {
      const child = execFile(process.execPath, all, { cwd: folder }, (error, out, err) =>
        done({ status: error ? Number(error.code) : 0, out, err }),
      );
      child.stdout?.once('data', begun);
    });
  }

  beforeAll(async () => {
    // `npm run hil` would build what is stale under the board that runs.
    expect(
      spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { stdio: 'ignore' }).status,
    ).toBe(0);
    images = await makeImages();
    folder = mkdtempSync(join(tmpdir(), 'cupos-cables-'));
    cables = Object.fromEntries(wires.map((name) => [name, new Cable(folder, name)])) as typeof cables;
    for (const cable of Object.values(cables)) await cable.plug();
    await startBoard([]);
    expect(await flash('--port', where, '--image', join(images, 'full'))).toMatchObject({ status: 0 });
    await stopBoard();
  });

  async function stopBoard(): Promise<void> {
    if (board.exitCode !== null) return;
    const ended = new Promise((exited) => board.once('exit', exited));
    board.kill();
    await ended;
  }

  afterEach(stopBoard);

  afterAll(async () => {
    board.kill('SIGKILL');
    for (const cable of Object.values(cables)) await cable.remove();
    for (const path of [images, folder]) rmSync(path, { recursive: true, force: true });
  });

  test('PIN pad, printer and modem by their own cables, the rest over the bridge: a sale, and JUnit says so', async () => {
    await startBoard(wires);
    await until(/the UART of the PIN pad ends at .*\n.*the UART of the printer ends at .*\n.*the UART of the modem/);
    const junit = join(folder, 'hil.xml');
    const { status, out, err } = await hil([...options(wires, 'far'), '--json', '--junit', junit, firstSale]);
    expect([status, err]).toEqual([0, expect.stringContaining('hil: 1 passed, 0 failed, 0 skipped')]);
    expect(readFileSync(junit, 'utf8')).toContain('tests="1" failures="0" errors="0"');
    // Two slips, frames for keys, PIN, MACs and tracks, and a day's beginning by AT commands.
    const { carried } = JSON.parse(out) as Carried;
    for (const [name, toBoard, fromBoard] of [
      ['pinpad', 150, 150],
      ['printer', 5, 1000],
      ['modem', 300, 300],
    ] as const) {
      expect(carried[name].toBoard).toBeGreaterThan(toBoard);
      expect(carried[name].fromBoard).toBeGreaterThan(fromBoard);
    }
  });

  test('a cable that ends at nothing: no byte comes, and the story fails with its line', async () => {
    const story = join(folder, 'sign-in.yaml');
    const asks = 'expect: { screen: 请输入金额 }';
    writeFileSync(
      story,
      `name: no pad\nsteps:\n${['power on', 'sign in', 'press: 1', 'wait: 2s', asks].map((step) => `  - ${step}\n`).join('')}`,
    );
    await startBoard(['printer', 'modem']);
    const { status, out } = await hil([...options(['pinpad'], 'far'), story]);
    expect(status).toBe(1);
    expect(out).toContain('sign-in.yaml:7: expect: the screen does not say "请输入金额"');
    expect(out).toContain('hil: 0 passed, 1 failed');
    expect(out).toMatch(/pinpad-far: \d+ bytes to the board's UART of the pinpad, 0 from it/);
  });

  test('a cable pulled out in the middle: hil ends with a sentence, the board says so too and goes on', async () => {
    await startBoard(wires);
    const pulled = { cable: Promise.resolve() };
    const { status, err } = await hil([...options(wires, 'far'), firstSale], () => {
      pulled.cable = cables.printer.pull();
    });
    await pulled.cable;
    expect([status, err.trim()]).toEqual([
      1,
      `hil: ${cables.printer.far}: the connection was lost: its cable was pulled out`,
    ]);
    await until(/the port .*printer-near is gone/);
    await cables.printer.plug();
    await until(/the port .*printer-near is back/);
    expect(board.exitCode).toBeNull();
  });

  test('a port that two programs would read: the second is refused', async () => {
    await startBoard(wires);
    const { status, err } = await hil(['--pinpad-port', cables.pinpad.near, firstSale]);
    expect([status, err.trim()]).toEqual([1, `hil: the port ${cables.pinpad.near} is in use by another program`]);
  });
});
