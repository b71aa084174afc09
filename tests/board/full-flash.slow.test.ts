/**
 * The whole firmware by the real flashing tool onto the emulated board, then a sale by it; and power cuts at every byte of an
 * update. Minutes: `npm run test:slow`.
 */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cards } from '../../emulator/terminal';
import { boardOnDesk, flash, makeImages, serve } from './board-rig';

let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

test('flashed as a whole, it signs in, sells and prints', async () => {
  const { board, terminal } = await boardOnDesk();
  const port = await serve(board);
  const { status, out, err } = await flash('--port', `tcp://${port.where}`, '--image', join(images, 'full'), '--json');
  await port.close();
  expect([status, err.includes('flash: 100 %')]).toEqual([0, true]);
  expect(JSON.parse(out)).toMatchObject({ number: 1, isThere: false });
  // The console's cable feeds the board: pulled out, the terminal is off until somebody holds the red key.
  board.plug(null);
  terminal.wait(100);
  if (terminal.isOn) terminal.powerCut().wait(100);
  terminal.powerOn().signIn();
  terminal.sell('12.34', cards.debit).waitForIdle();
  const slips = terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n'));
  expect(slips).toHaveLength(2);
  for (const slip of slips) expect(slip).toContain('RMB 12.34');
}, 300_000);

test.each(['b', 'c'])(
  'at every byte of an update to version %s: old or new, and the next try succeeds',
  async (to) => {
    const script = join(__dirname, 'run-sweep.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, images, to, '1', '0'], {
      maxBuffer: 1 << 24,
    });
    expect(JSON.parse(stdout)).toMatchObject({ problems: [], neither: [], notMended: [], new: 1 });
  },
  600_000,
);
