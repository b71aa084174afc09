/**
 * A journal of hundreds of sales takes a small engine many seconds to read, at power-on and for the totals, and all of it is one
 * piece of work: a watchdog that is not kicked meanwhile restarts the board in the middle of it, and again, for ever.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '../../firmware/journal/create-journal';
import { RECORD_APPROVED } from '../../firmware/journal/transaction-record';
import { FlashBench } from '../firmware/journal/flash-bench';
import { answered, saleRecord } from '../firmware/journal/journal-model';
import { boardOnDesk, install, makeImages } from './board-rig';

const SALES = 200;
/** A screen is drawn by fewer; to read so many sales takes thousands. */
const MOST_CALLS = 120;

let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

function journalOfManySales(): Buffer[] {
  const bench = new FlashBench(1 << 20);
  const journal = createJournal(bench.flash, bench.clock);
  bench.wait((done) => journal.mount(done));
  bench.wait((done) => journal.openBatch('000001', done));
  for (let n = 1; n <= SALES; n++) {
    const record = saleRecord(n);
    bench.wait((done) => journal.begin(record, done));
    bench.wait((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done));
    bench.wait((done) => journal.slipsDone(journal.stan(), 2, done));
  }
  expect(journal.count()).toBe(SALES);
  return bench.chip.state.sectors;
}

test('the watchdog is kicked while the journal is read', async () => {
  const { board, terminal } = await boardOnDesk();
  install(board, join(images, 'full'));
  terminal.inside.flash.state.sectors = journalOfManySales();
  let calls = 0;
  let wires = 0;
  let longest = 0;
  board.onCall = (name) => {
    if (name === 'kick') calls = 0;
    if (name !== 'spi') return;
    wires++;
    longest = Math.max(longest, ++calls);
  };
  terminal.powerOn();
  expect(wires).toBeGreaterThan(2000);
  expect(longest).toBeLessThan(MOST_CALLS);
  expect(board.bites).toBe(0);
}, 60_000);
