/** The flashed image in QuickJS, token for token what a board runs: whatever a sale takes is given back, a hundred times. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cards } from '../../emulator/terminal';
import { boardOnDesk, install, makeImages } from './board-rig';

const SALES = 100;
/** A leak of one object a sale would be half a hundred between the halves of the day. */
const MOST_MORE = 12;

let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

test('a hundred sales leave nothing behind: the second fifty hold what the first fifty did', async () => {
  const { board, terminal } = await boardOnDesk();
  install(board, join(images, 'full'));
  terminal.powerOn().signIn();
  const objects: number[] = [];
  const strings: number[] = [];
  for (let sale = 0; sale < SALES; sale++) {
    terminal.sell('1.00', cards.debit).waitForIdle().wait(2000);
    objects.push(board.usage('obj_count'));
    strings.push(board.usage('str_count'));
  }
  expect(board.bites).toBe(0);
  // What refers to itself in a circle waits for the collector: the least is what is really held.
  for (const held of [objects, strings]) {
    const [first, second] = [held.slice(0, SALES / 2), held.slice(SALES / 2)].map((half) => Math.min(...half));
    expect(first).toBeGreaterThan(0);
    expect(Math.abs(second - first)).toBeLessThanOrEqual(MOST_MORE);
  }
}, 240_000);
