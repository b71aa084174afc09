/** The test of a wired board at its console: the built image on the emulated board, a person at the prompt. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmulatedBoard } from '../../emulator/board/emulated-board';
import { cards, startTerminal } from '../../emulator/terminal';

const out = mkdtempSync(join(tmpdir(), 'cupos-self-test-'));

afterAll(() => rmSync(out, { recursive: true, force: true }));

test('every part answers, the firmware keeps its hands off meanwhile, load() starts it again', async () => {
  const script = join(__dirname, '../../scripts/build-mcu.mjs');
  execFileSync(process.execPath, [script, '--board', 'pico2', '--out', out]);
  const folder = join(out, 'pico2');
  const { files } = JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8')) as { files: { name: string }[] };
  const board = await EmulatedBoard.create({ board: 'pico2' });
  const terminal = startTerminal({ firmware: board.firmware });
  board.solderTo(terminal.inside);
  for (const { name } of files) board.storage.write(name, readFileSync(join(folder, 'files', name)));
  let said = '';
  terminal.powerOn().signIn();
  board.plug({ onData: (bytes) => (said += bytes), onGone: () => undefined });
  const type = (line: string, waitMs: number): string => {
    said = '';
    board.receive(`${line}\n`);
    terminal.wait(waitMs);
    return said;
  };

  expect(type('var test = require("test")', 500)).toContain('The firmware has stopped. test.lcd()');
  const all = type('test.all()', 5000);
  for (const part of ['lcd', 'beeper', 'flash', 'battery', 'clock', 'pinpad', 'printer', 'modem', 'keys']) {
    expect(all).toContain(`${part}: ok`);
  }
  expect(all).not.toContain('fault');
  expect(terminal.lcd.rows()[1]).toBe('0123456789ABCDEF');
  expect(terminal.paper.lastSlip()).toContain('Cupos');
  type('test.stripe()', 100);
  said = '';
  terminal.swipe(cards.debit).wait(1000).press('5').wait(500);
  expect(said).toContain('stripe: ok, characters of the tracks: 49 37 104');
  expect(said).toContain('key 5\r');
  expect(said).not.toContain(cards.debit.pan);
  // The firmware would have begun a sale.
  expect(terminal.lcd.rows()[1]).toBe('0123456789ABCDEF');

  // What is wrong stands there in words.
  terminal.fault('printer', 'paper');
  expect(type('test.printer()', 5000)).toContain('printer: fault 10 (no paper), three lines');
  terminal.fault('pinpad', 'silent');
  expect(type('test.pinpad()', 5000)).toMatch(/pinpad: fault \d+ \([a-z ,]+\)/);
  expect(type('test.help()', 500)).toContain('test.lcd() test.keys()');

  type('load()', 3000);
  terminal.waitFor('操作员号');
}, 120_000);
