/**
 * The PIN pad's own board, as it was built: the tokenised image is the pad of a terminal that signs in, asks for PINs, sells and
 * reverses; its keys survive the power and not the opening of its case; the real flashing tool brings it there.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DES_THUMB } from '../../drivers/boards/espruino/des-thumb';
import { createPadBoard, EmulatedPinPad, type EmulatedPadBoard } from '../../emulator/board/emulated-pad';
import type { EmulatedBoardOptions } from '../../emulator/board/emulated-board';
import { loaderFrame, loadTmk } from '../../emulator/devices/key-loader';
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';
import type { TerminalWorldOptions } from '../../emulator/terminal-world';
import { byte, fromHex, toHex, type Bytes } from '../../hal/bytes';
import { KEY_CONFIRM } from '../../hal/devices';
import {
  MAC_FIRST,
  MAC_LAST,
  MAC_MODE_SHIFT,
  MAC_MODE_SM4,
  PAD_ALGORITHM_SM4,
  PAD_ANSWER,
  PAD_CARD,
  PAD_LOAD_KEYS,
  PAD_MAC,
  PAD_TRACKS,
} from '../../hal/pad-commands';
import { TEST_TERMINAL } from '../../host/center/test-data';
import { sm4Example } from '../drivers/pad-rig';
import { flash, install, serve } from './board-rig';

const run = promisify(execFile);
const boards = ['pad-pico2', 'pad-esp32-s3', 'pico2'];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cupos-pad-'));
  const script = join(__dirname, '../../scripts/build-mcu.mjs');
  await run(process.execPath, [script, ...boards.flatMap((board) => ['--board', board]), '--out', folder]);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Desk {
  readonly board: EmulatedPadBoard;
  readonly pad: EmulatedPinPad;
  readonly terminal: Terminal;
}

/** A terminal whose PIN pad is the board; a TMK is loaded whenever the pad starts without one. */
async function deskWithPad(
  options: TerminalWorldOptions = {},
  isFlashed = true,
  name = 'pad-pico2',
  more: EmulatedBoardOptions = {},
): Promise<Desk> {
  const board = await createPadBoard({ board: name, ...more });
  if (isFlashed) install(board, join(folder, name));
  let pad: EmulatedPinPad | null = null;
  const terminal = startTerminal({
    ...options,
    pad: (world) => {
      pad = new EmulatedPinPad(world, board);
      return pad;
    },
  });
  if (!pad) throw new Error('no pad');
  const made: EmulatedPinPad = pad;
  made.onStarted = () => {
    if (made.battery.tmk === '' && !made.battery.tampered) loadTmk(made, { tmk: TEST_TERMINAL.tmk });
  };
  return { board, pad: made, terminal };
}

const spentFen = (terminal: Terminal): number => {
  const account = terminal.inside.center.accounts().find((one) => one.card === cards.debit.id);
  return cards.debit.balanceFen - (account?.balanceFen ?? 0);
};

const kinds = ['pad-pico2', 'pad-esp32-s3'];
test.each(kinds)(
  '%s: keys from loader and sign-in, a PIN on its own keys, a MAC: a sale comes out on paper',
  async (name) => {
    const { board, pad, terminal } = await deskWithPad({}, true, name);
    terminal.powerOn().signIn();
    expect(board.printed).toMatch(/^Cupos 000001 [0-9a-f]{12}\n$/);
    terminal.press('1').type('12.34').press('confirm').swipe(cards.debit).press('confirm');
    terminal.pinpad.waitFor();
    expect(terminal.pinpad.rows().map((row) => row.trim())).toEqual(['金额       12.34', '密码']);
    terminal.pinpad.press('1', '2').wait(400);
    expect(terminal.pinpad.rows()[1].trim()).toBe('密码**');
    terminal.pinpad.press('clear', 'clear').wait(400);
    terminal.pinpad.enter(cards.debit.pin).waitForIdle();
    expect(terminal.paper.slips()).toHaveLength(2);
    expect(spentFen(terminal)).toBe(1234);
    expect(pad.buzzer.count()).toBeGreaterThan(6);
  },
  60_000,
);

test.each(kinds)(
  '%s: keys for SM4 last through a power cut; its MAC and its track are those of the other pads',
  async (name) => {
    const { pad, terminal } = await deskWithPad({}, true, name);
    terminal.powerOn();
    loadTmk(pad, { tmk: sm4Example.tmk, kcv: sm4Example.tmkCheck, algorithm: PAD_ALGORITHM_SM4 });
    pad.onFault('restart');
    terminal.wait(2000);
    let heard = '';
    const wire = { send: (bytes: Bytes) => void (heard += bytes) };
    pad.connectMain(wire);
    let sequence = 50;
    /** What the pad answers behind status 0. */
    const ask = (command: number, data: Bytes): string => {
      heard = '';
      pad.onUart(loaderFrame(++sequence, command, data), wire);
      terminal.wait(50);
      pad.onUart(`\x06${byte(sequence)}`, wire);
      const at = heard.indexOf(byte(sequence) + byte(command | PAD_ANSWER));
      return heard.slice(at + 2, -2).replace(/^\0/, '');
    };
    expect(ask(PAD_LOAD_KEYS, sm4Example.f62)).toBe('\x1f');
    ask(PAD_CARD, '\x226225881234567890=27122010000012345\0');
    expect(toHex(ask(PAD_TRACKS, ''))).toBe('228ACF7C1A764A39486DBCD05F73CF0B274500');
    const whole = byte(MAC_FIRST | MAC_LAST | (MAC_MODE_SM4 << MAC_MODE_SHIFT));
    expect(ask(PAD_MAC, whole + fromHex('526896179B41D4B1FB7ECAC8F9643622'))).toBe('AC524D91');
    expect(ask(PAD_MAC, '\x03eight of')).toBe('\x08');
  },
  60_000,
);

test('X9.9 and X9.19 over the whole message, on the same board', async () => {
  for (const macMode of [1, 2]) {
    const { terminal } = await deskWithPad({ settings: { macMode } });
    terminal.powerOn().signIn();
    terminal.sell('1.00', cards.debit).waitForIdle();
    expect(spentFen(terminal)).toBe(100);
  }
}, 60_000);

test.each<[string, string, EmulatedBoardOptions, boolean]>([
  ['the Pico 2 computes by its machine code', 'pad-pico2', {}, true],
  ['an ESP32-S3 without', 'pad-esp32-s3', {}, false],
  [
    'the image of a Pico 2 on another engine does not run code that is not for it',
    'pad-pico2',
    { engine: 'LINUX' },
    false,
  ],
  ['an engine that lacks the call', 'pad-pico2', { missing: ['E.nativeCall'] }, false],
])(
  '%s; a sale and its answer have their MAC',
  async (_what, name, more, hasCode) => {
    const { board, terminal } = await deskWithPad({ settings: { macMode: 1 } }, true, name, more);
    let calls = 0;
    board.onCall = (call) => void (calls += call === 'native' ? 1 : 0);
    terminal.powerOn().signIn();
    terminal.sell('1.00', cards.debit).waitForIdle();
    expect(spentFen(terminal)).toBe(100);
    expect(calls > 10).toBe(hasCode);
    expect(calls === 0).toBe(!hasCode);
  },
  60_000,
);

test('where no array lies in one piece any more the pad computes without machine code', async () => {
  const { board, terminal } = await deskWithPad({}, true, 'pad-pico2', { isFragmented: true });
  let calls = 0;
  board.onCall = (call) => void (calls += call === 'native' ? 1 : 0);
  terminal.powerOn().signIn();
  terminal.sell('1.00', cards.debit).waitForIdle();
  expect([spentFen(terminal), calls]).toEqual([100, 0]);
}, 60_000);

test('machine code of which a bit has gone is refused like any other damaged module', async () => {
  const { board, terminal } = await deskWithPad();
  const { files } = JSON.parse(readFileSync(join(folder, 'pad-pico2/image.json'), 'utf8')) as {
    files: { name: string; module?: string }[];
  };
  const code = files.find(({ module }) => module === 'drivers/boards/espruino/des-thumb')?.name ?? '';
  const at = Buffer.from(board.flash.bytes).indexOf(DES_THUMB, 0, 'latin1');
  board.flash.program(at, Uint8Array.of(board.flash.bytes[at] & (board.flash.bytes[at] - 1)));
  terminal.powerOn().wait(3000);
  expect(board.printed).toContain(`Cupos: cupos.a: ${code} bad`);
  expect(board.printed).toContain('No firmware runs: flash it again');
}, 60_000);

test('keys are there after a power cut; a sale cut off while the customer keys the PIN is sold anew', async () => {
  const { terminal, pad } = await deskWithPad();
  terminal.powerOn().signIn();
  terminal.press('1').type('9.00').press('confirm').swipe(cards.debit).press('confirm');
  terminal.pinpad.waitFor().pinpad.press('1', '2');
  terminal.powerCut().wait(1000);
  expect(pad.isAsking()).toBe(false);
  expect(pad.battery.pik).not.toBe('');
  terminal.powerOn().signIn();
  terminal.sell('1.00', cards.debit).waitForIdle();
  expect(spentFen(terminal)).toBe(100);
}, 60_000);

test('an opened case: keys go, also from the Storage that nobody reads any more, and the pad says so', async () => {
  const { board, terminal, pad } = await deskWithPad();
  terminal.powerOn().signIn();
  const { pik, tmk } = pad.battery;
  const isThere = (key: string): boolean => Buffer.from(board.flash.bytes).includes(Buffer.from(key, 'latin1'));
  expect([pik, tmk].map(isThere)).toEqual([true, true]);
  pad.onFault('tamper');
  terminal.wait(2000);
  expect([pik, tmk].map(isThere)).toEqual([false, false]);
  expect(pad.battery).toMatchObject({ tampered: true, tmk: '', pik: '', storageKey: '' });
  expect(terminal.pinpad.rows().map((row) => row.trim())).toEqual(['密码键盘', '已被拆机自毁']);
}, 60_000);

test('a pad without firmware is a pad that does not answer; flashed over its own cable it sells', async () => {
  const { board, pad, terminal } = await deskWithPad({}, false);
  const port = await serve(board);
  try {
    const done = await flash('--port', `tcp://${port.where}`, '--image', join(folder, 'pad-pico2'));
    expect(done.err).toBe('');
    expect(done.status).toBe(0);
    pad.world.run(pad.world.nowUs + 1_000_000);
    const other = await flash('--port', `tcp://${port.where}`, '--image', join(folder, 'pico2'));
    expect(other.status).toBe(1);
    expect(other.err).toContain('runs the firmware of a pad-pico2, the image is for a pico2: --erase');
    terminal.powerOn().signIn();
    terminal.sell('2.00', cards.debit).waitForIdle();
    expect(spentFen(terminal)).toBe(200);
  } finally {
    await port.close();
  }
}, 120_000);

test('the self-test at its console: parts answer, keys print, DES is right; load() starts the program again', async () => {
  const { board, terminal, pad } = await deskWithPad();
  terminal.powerOn().signIn();
  let said = '';
  board.plug({ onData: (bytes) => (said += bytes), onGone: () => undefined });
  const type = (line: string, waitMs: number): string => {
    said = '';
    board.receive(`${line}\n`);
    terminal.wait(waitMs);
    return said;
  };
  expect(type('var test = require("test")', 500)).toContain('The program has stopped. test.lcd()');
  const all = type('test.all()', 1000);
  for (const part of ['lcd', 'beeper', 'lid', 'store', 'random', 'crypto', 'keys'])
    expect(all).toContain(`${part}: ok`);
  expect(all).toContain('lid: ok, closed');
  expect(all).toContain('crypto: ok, DES of 20 blocks by machine code in ');
  expect(pad.lcd.row(1)).toBe('啊阿埃0123456789');
  said = '';
  pad.pressKey('5'.charCodeAt(0));
  pad.pressKey(KEY_CONFIRM);
  terminal.wait(1000);
  expect(said).toContain('key 5\r');
  expect(said).toContain('key confirm\r');
  type('load()', 1000);
  terminal.sell('1.00', cards.debit).waitForIdle();
  expect(spentFen(terminal)).toBe(100);
}, 60_000);
