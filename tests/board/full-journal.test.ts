/**
 * A journal of hundreds of sales is what a small engine reads longest. At power-on it goes on from alarms, so that watchdog and
 * keys have their turn; what asks for all of a batch at once kicks the watchdog by the way. One that is not kicked would restart
 * the board in the middle of it, and again, for ever.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openFlashImage } from '../../emulator/flash-image';
import { cards } from '../../emulator/terminal';
import { keyNamed } from '../../emulator/key-names';
import { RECORD_REVERSED } from '../../firmware/journal/transaction-record';
import { boardOnDesk, install, makeImages, type Desk } from './board-rig';
import { fillJournal, SALES } from './fill-journal';

/** Of the red key, until the supply holds itself. */
const HOLD_MS = 2600;
/** Of the flash in one piece: a look at each of its sectors is the longest. */
const MOST_READS = 130;

let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

/** A board that has signed in and, after a day of sales, lost its power in the middle of the last one. */
async function boardWithFullJournal(): Promise<Desk> {
  const desk = await boardOnDesk();
  const { terminal } = desk;
  install(desk.board, join(images, 'full'));
  terminal.powerOn().signIn().sell('12.34', cards.debit).waitForIdle().powerCut().wait(1000);
  terminal.inside.flash.state.sectors = fillJournal(terminal.inside.flash.state.sectors);
  return desk;
}

const contentOf = ({ terminal }: Desk): string =>
  createHash('sha256').update(terminal.inside.flash.image()).digest('hex');

test('500 sales are read in pieces, the watchdog never bites, and the reversal that is owed goes out', async () => {
  const desk = await boardWithFullJournal();
  const { board, terminal } = desk;
  const before = contentOf(desk);
  const { state } = terminal.inside.flash;
  // Counted only where one could come to harm.
  state.readsToDisturb = 1e9;
  // The power goes again and again, each time further on: reading changes nothing.
  for (const place of [10, 130, 150, 180, 205]) {
    state.reads = 0;
    terminal.inside.keys.hold(keyNamed('cancel'), HOLD_MS);
    expect(terminal.world.runUntilReached(() => state.reads >= place, 10_000)).toBe(true);
    expect(state.reads - place).toBeLessThan(MOST_READS);
    terminal.powerCut().wait(10_000);
    expect(contentOf(desk)).toBe(before);
  }
  let longest = 0;
  let { reads } = state;
  terminal.inside.keys.hold(keyNamed('cancel'), HOLD_MS);
  const atLogIn = (): boolean => {
    longest = Math.max(longest, state.reads - reads);
    reads = state.reads;
    return terminal.lcd.text().includes('操作员号');
  };
  expect(terminal.world.runUntilReached(atLogIn, 120_000)).toBe(true);
  expect(longest).toBeLessThan(MOST_READS);
  expect(board.bites).toBe(0);
  // It reached the center, which knows nothing of the sale and said so: that ends it.
  const { journal } = openFlashImage(state.sectors);
  expect([journal.count(), journal.owed(), journal.last()?.state]).toEqual([SALES, null, RECORD_REVERSED]);
}, 120_000);

test('one rotten bit in the middle of 500 sales: told, and a new batch is asked for', async () => {
  const { board, terminal } = await boardWithFullJournal();
  const middle = terminal.inside.flash.state.sectors.findIndex((sector, at) => at > 15 && sector[0] === 0x43);
  terminal.fault('flash', 'flip', (middle * 4096 + 2000) * 8);
  terminal.powerOn().waitFor('流水文件已损坏').waitFor('打印可读交易').press('cancel').waitFor('请重新签到');
  expect(board.bites).toBe(0);
}, 120_000);
