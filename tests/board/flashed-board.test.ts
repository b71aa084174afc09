/**
 * What was built for a board, on the emulated one: the tokenised image (not the source) signs in, sells, reverses and lives
 * through power cuts; the real flashing tool brings an image there; power cuts while it does.
 */
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync, cpSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EmulatedBoard } from '../../emulator/board/emulated-board';
import { cards } from '../../emulator/terminal';
import { boardOnDesk, flash, install, makeImages, serve } from './board-rig';

let images: string;
const image = (name: string): string => join(images, name);

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

describe('the flashed firmware', () => {
  test('signs in and sells: both slips come out', async () => {
    const { board, terminal } = await boardOnDesk();
    install(board, image('full'));
    terminal.powerOn().signIn();
    terminal.sell('12.34', cards.debit).waitForIdle();
    const slips = terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n'));
    expect(slips).toHaveLength(2);
    expect(slips[0]).toContain('持卡人存根');
    for (const slip of slips) expect(slip).toContain('RMB 12.34');
    expect(board.printed).toMatch(/^Cupos 000001 [0-9a-f]{12}\n$/);
  }, 60_000);

  test('reverses what was never answered, and what a power cut left open; the accounts say so', async () => {
    const { board, terminal } = await boardOnDesk();
    install(board, image('full'));
    terminal.powerOn().signIn();
    terminal.center.fail('silence', { mti: '0200' });
    terminal.sell('7.00', cards.debit).waitForIdle();
    terminal.press('1').type('9.00').press('confirm').swipe(cards.debit).press('confirm');
    terminal.pinpad.enter(cards.debit.pin).wait(200);
    terminal.powerCut().wait(1000);
    expect(board.isOn()).toBe(false);
    terminal.powerOn().signIn();
    terminal.sell('1.00', cards.debit).waitForIdle();
    const account = terminal.inside.center.accounts().find((one) => one.card === cards.debit.id);
    expect(cards.debit.balanceFen - (account?.balanceFen ?? 0)).toBe(100);
  }, 60_000);

  test('a damaged module: nothing runs, console and LCD say why, and the console stays ready', async () => {
    const { board, terminal } = await boardOnDesk();
    install(board, image('full'));
    const { files } = JSON.parse(readFileSync(join(image('full'), 'image.json'), 'utf8')) as {
      files: { name: string }[];
    };
    const name = files[5].name;
    const found = Buffer.from(board.flash.bytes).indexOf(name, 0, 'latin1');
    board.flash.program(found + 28 + 40, new Uint8Array(1));
    board.plug({ onData: () => undefined, onGone: () => undefined });
    terminal.wait(500);
    expect(board.printed).toContain(`cupos.a: ${name} bad`);
    expect(board.printed).toContain('No firmware runs');
    expect(terminal.lcd.rows().join('\n')).toContain('固件损坏');
    let heard = '';
    board.plug({ onData: (bytes) => (heard += bytes), onGone: () => undefined });
    board.receive('1+1\n');
    expect(heard).toContain('=2');
  }, 60_000);

  test('the other board, wired otherwise, needs its own image: this one stops with an error', async () => {
    const { board, terminal } = await boardOnDesk({ board: 'esp32-s3' });
    install(board, image('full'));
    terminal.inside.power.switchOn();
    terminal.wait(1000);
    expect(terminal.lcd.rows().join('')).not.toContain('操作员号');
  }, 60_000);
});

describe('npm run flash', () => {
  let board: EmulatedBoard;
  let port: Awaited<ReturnType<typeof serve>>;
  let where: string;

  beforeEach(async () => {
    board = (await boardOnDesk()).board;
    port = await serve(board);
    where = `tcp://${port.where}`;
  });
  afterEach(() => port.close());

  test('writes a firmware, then only what differs in the next one, then nothing', async () => {
    const first = await flash('--port', where, '--image', image('small-a'), '--json');
    expect(first.err).toContain('flash: 100 %');
    expect(JSON.parse(first.out)).toMatchObject({ written: 5, number: 1 });
    expect(board.printed).toContain('small a runs');
    const second = await flash('--port', where, '--image', image('small-b'), '--json');
    expect(JSON.parse(second.out)).toMatchObject({ written: 1, number: 2 });
    expect(board.printed).toContain('small b runs');
    const third = await flash('--port', where, '--image', image('small-b'), '--json');
    expect(JSON.parse(third.out)).toMatchObject({ written: 0, isThere: true, number: 2 });
    const fourth = await flash('--port', where, '--image', image('small-c'), '--json');
    expect(JSON.parse(fourth.out)).toMatchObject({ written: 1, number: 3, erased: 1 });
  }, 120_000);

  test('power gone in the middle: the old firmware is there, and the next try succeeds', async () => {
    expect((await flash('--port', where, '--image', image('small-a'))).status).toBe(0);
    board.flash.cutAt = board.flash.worked + 500;
    const cut = await flash('--port', where, '--image', image('small-b'));
    expect(cut).toMatchObject({ status: 1 });
    expect(cut.err).toMatch(/^flash: the board went away/);
    board.flash.cutAt = Infinity;
    await port.close();
    port = await serve(board);
    expect(board.printed).toContain('small a runs');
    expect((await flash('--port', `tcp://${port.where}`, '--image', image('small-b'))).status).toBe(0);
    expect(board.printed).toContain('small b runs');
  }, 120_000);

  test('both versions lack the same module: the new one runs, not the one that it makes whole', async () => {
    for (const name of ['small-a', 'small-b']) await flash('--port', where, '--image', image(name));
    const { files } = JSON.parse(readFileSync(join(image('small-b'), 'image.json'), 'utf8')) as {
      files: { name: string; module?: string }[];
    };
    board.storage.erase(files.find(({ module }) => module === 'firmware/settings')?.name ?? '');
    const mended = await flash('--port', where, '--image', image('small-c'), '--json');
    expect(mended.err).not.toContain('started build');
    expect(JSON.parse(mended.out)).toMatchObject({ number: 2 });
    expect(board.printed).toMatch(/small c runs\n$/);
  }, 120_000);

  test('another program in the Storage is not overwritten unless it is said', async () => {
    board.storage.write('.bootcde', Buffer.from('print("mine")'));
    const refused = await flash('--port', where, '--image', image('small-a'));
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.err).toMatch(/runs another program \(\.bootcde.*--erase/);
    expect((await flash('--port', where, '--image', image('small-a'), '--erase')).status).toBe(0);
    expect(board.printed).toContain('small a runs');
  }, 60_000);
});

describe('npm run flash says what is wrong', () => {
  test('another board, another engine', async () => {
    const { board } = await boardOnDesk({ board: 'esp32-s3' });
    const port = await serve(board);
    const { status, err } = await flash('--port', `tcp://${port.where}`, '--image', image('small-a'));
    await port.close();
    expect(status).toBe(1);
    expect(err).toMatch(/^flash: the board is a ESP32S3_IDF4, the image is for Raspberry Pi Pico 2/);
  }, 60_000);

  test('a Storage that is too small', async () => {
    const { board } = await boardOnDesk({ storageBytes: 8192 });
    const port = await serve(board);
    const { status, err } = await flash('--port', `tcp://${port.where}`, '--image', image('full'));
    await port.close();
    expect(status).toBe(1);
    expect(err).toMatch(/^flash: the Storage is too small: [\d,]+ bytes are wanted, 8,192 of its 8,192 bytes are free/);
  }, 60_000);

  test('a Storage that is full: refused on the LCD too, and the old firmware runs again', async () => {
    const { board, terminal } = await boardOnDesk({ storageBytes: 8192 });
    const port = await serve(board);
    const where = ['--port', `tcp://${port.where}`, '--image'];
    expect((await flash(...where, image('small-a'))).err).toBe('');
    const runsNow = board.printed.length;
    const { status, err } = await flash(...where, image('small-c'));
    await port.close();
    expect(status).toBe(1);
    expect(err).toMatch(
      /^flash: the Storage is too small: .*it is too small for two versions; the old firmware runs again\n$/,
    );
    expect(board.printed.slice(runsNow)).toMatch(/Cupos 000001 [^]*small a runs/);
    expect(terminal.lcd.rows().map((row) => row.trim())).toEqual(['', '固件未更新', 'Storage full', '原固件继续运行']);
  }, 60_000);

  test('another program on a board that is too full for this one: it goes on', async () => {
    const { board } = await boardOnDesk();
    const port = await serve(board);
    board.storage.write('.bootcde', Buffer.from('print("mine " + "runs")'));
    const { err } = await flash('--port', `tcp://${port.where}`, '--image', image('small-a'));
    await port.close();
    expect(err).toContain('runs another program');
    expect(board.printed).toContain('mine runs');
  }, 60_000);

  test('no such port, nobody there, nobody who answers', async () => {
    const small = ['--image', image('small-a')];
    expect((await flash('--port', '/dev/no-such-port', ...small)).err).toBe(
      'flash: /dev/no-such-port: there is no such port\n',
    );
    expect((await flash('--port', 'ftp://x', ...small)).status).toBe(2);
    expect(await flash('--port', 'tcp://127.0.0.1:99999', ...small)).toMatchObject({
      status: 2,
      err: 'flash: tcp://127.0.0.1:99999: TCP ports go up to 65535\n',
    });
    expect((await flash('--port', images, ...small)).err).toBe(`flash: ${images}: that is no serial port\n`);
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as AddressInfo;
    const mute = await flash('--port', `tcp://127.0.0.1:${port}`, ...small);
    silent.close();
    expect(mute.err).toContain('no Espruino answers there');
    const refused = await flash('--port', `tcp://127.0.0.1:${port}`, ...small);
    expect(refused.err).toContain('nobody listens there');
  }, 60_000);

  test('an image that is not there, or not whole', async () => {
    expect((await flash('--port', 'tcp://127.0.0.1:1', '--image', image('none'))).err).toContain('npm run build:mcu');
    cpSync(image('small-a'), image('broken'), { recursive: true });
    writeFileSync(join(image('broken'), 'files', '.bootcde'), 'else');
    const { status, err } = await flash('--port', 'tcp://127.0.0.1:1', '--image', image('broken'));
    expect(status).toBe(1);
    expect(err).toContain('the file .bootcde is not what it should be');
    expect((await flash()).status).toBe(2);
    expect(await flash('--port', 'tcp://127.0.0.1:1', '--board', 'nano')).toMatchObject({
      status: 2,
      err: 'flash: no board "nano"; there are pico2, esp32-s3, pad-pico2, pad-esp32-s3\n',
    });
  }, 60_000);
});

describe('power cuts while the Storage changes', () => {
  const run = promisify(execFile);

  test.each(['b', 'c'])(
    'at bytes all over an update to version %s: old or new, and the next try succeeds',
    async (to) => {
      const script = join(__dirname, 'run-sweep.mjs');
      const { stdout } = await run(process.execPath, [script, images, to, '61', '12']);
      const found = JSON.parse(stdout) as Record<string, unknown>;
      expect(found).toMatchObject({ problems: [], neither: [], notMended: [] });
      expect(found['old']).toBeGreaterThan(20);
      expect(found['new']).toBeGreaterThan(0);
    },
    120_000,
  );

  test('while the engine tidies its Storage up: the old, the new or none, which LCD or prompt say, and the next try succeeds', async () => {
    const script = join(__dirname, 'run-sweep.mjs');
    const { stdout } = await run(process.execPath, [script, images, 'b', '499', '4', 'compact']);
    const found = JSON.parse(stdout) as { old: number; neither: { printed: string }[] } & Record<string, unknown>;
    expect(found).toMatchObject({ problems: [], notMended: [] });
    expect(found.old).toBeGreaterThan(5);
    for (const { printed } of found.neither) expect(printed).toMatch(/No firmware runs|Espruino|espruino|is no token/);
  }, 120_000);
});
