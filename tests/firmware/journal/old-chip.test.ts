/** A chip at the end of its life under a journal that goes on as long as it can, and a page that rots under a terminal. */
import { createJournal } from '../../../firmware/journal/create-journal';
import type { Journal } from '../../../firmware/journal/journal';
import { RECORD_APPROVED, RECORD_REVERSED, type TransactionRecord } from '../../../firmware/journal/transaction-record';
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';
import { FAULT_FLASH } from '../../../hal/fault';
import type { FlashDevice } from '../../../hal/devices';
import { FlashBench } from './flash-bench';
import { saleRecord } from './journal-model';

const ENDURANCE = 6;

function mounted(bench: FlashBench): Journal {
  const journal = createJournal(bench.flash, bench.clock);
  bench.wait<[number, boolean]>((done) => journal.mount(done));
  return journal;
}

test('every sector wears out in its time: each record is durable or refused, and the last good one is read at boot', () => {
  const bench = new FlashBench(1 << 16);
  bench.world.fault('flash', 'endurance', ENDURANCE);
  let journal = mounted(bench);
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  let durable = '';
  let refused = 0;
  for (let day = 0; day < 30_000 && refused < 5; day++) {
    bench.wait<[number, string]>((done) =>
      journal.nextStan((fault, stan) => {
        if (fault) refused++;
        else durable = stan;
        done(fault, stan);
      }),
    );
    if (day % 1000 === 0) {
      bench.boot();
      journal = mounted(bench);
      expect(journal.stan()).toBe(durable);
    }
  }
  expect(refused).toBe(5);
  expect(bench.chip.worn()).toBeGreaterThanOrEqual(4);
  const { erases } = bench.chip.state;
  expect(Math.min(...erases)).toBeGreaterThanOrEqual(ENDURANCE - 2);
  bench.boot();
  journal = mounted(bench);
  expect(journal.batch()).toBe('000001');
  expect(parseInt(journal.stan(), 10)).toBeGreaterThanOrEqual(parseInt(durable, 10));
});

test('longer programs fail for a while, short ones do not: that takes a few sectors, not all of them, and is over when it is', () => {
  const bench = new FlashBench(1 << 18);
  let isFailing = false;
  let erases = 0;
  const flash: FlashDevice = {
    ...bench.flash,
    program: (at, bytes, done) => {
      if (isFailing && bytes.length > 16) bench.clock.alarm(1, () => done(FAULT_FLASH));
      else bench.flash.program(at, bytes, done);
    },
    erase: (at, done) => {
      erases++;
      bench.flash.erase(at, done);
    },
  };
  const journal = createJournal(flash, bench.clock);
  const begin = (): number => bench.wait<[number]>((done) => journal.begin(saleRecord(1), done))[0];
  bench.wait<[number, boolean]>((done) => journal.mount(done));
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  for (let sale = 0; sale < 20; sale++) {
    expect(begin()).toBe(0);
    bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
  }
  isFailing = true;
  erases = 0;
  expect(begin()).toBe(FAULT_FLASH);
  expect(erases).toBeLessThan(6);
  isFailing = false;
  expect(begin()).toBe(0);
});

test('a chip is late to say that a sector is opened: the next start finds all there is, what is owed too', () => {
  const bench = new FlashBench(1 << 16);
  let late = 0;
  const flash: FlashDevice = {
    ...bench.flash,
    program: (at, bytes, done) =>
      bench.flash.program(at, bytes, (fault) => {
        const isLate = late === 0 && at > 0 && bytes.startsWith('CUJ1');
        if (isLate) late = at;
        done(isLate ? FAULT_FLASH : fault);
      }),
  };
  const journal = createJournal(flash, bench.clock);
  bench.wait<[number, boolean]>((done) => journal.mount(done));
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  while (late === 0) {
    expect(bench.wait<[number]>((done) => journal.begin(saleRecord(1), done))).toEqual([0]);
    if (late === 0) bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
  }
  if (!journal.owed()) bench.wait<[number]>((done) => journal.begin(saleRecord(2), done));
  const count = journal.count();
  bench.boot();
  const again = createJournal(bench.flash, bench.clock);
  expect(bench.wait<[number, boolean]>((done) => again.mount(done))).toEqual([0, false]);
  expect([again.count(), again.owed()?.fields[4]]).toEqual([count, journal.owed()?.fields[4]]);
});

/** What the journal says of the first sales: state and amount; null where it does not know. */
function salesOf(records: readonly (TransactionRecord | null)[]): (string | null)[] {
  return records.map((record) => record && `${record.state} ${record.fields[4]}`);
}

function afterRestart(terminal: Terminal): { told: boolean } {
  terminal.powerCut().wait(1000).powerOn().wait(3000);
  return { told: terminal.lcd.text().includes('流水文件已损坏') };
}

function journalOf(terminal: Terminal): Journal {
  const bench = new FlashBench(1 << 20);
  bench.chip.load(terminal.inside.flash.image());
  bench.boot();
  return mounted(bench);
}

test('one page rots, forty different ones: told after the next start, or nothing shown has changed; then it sells', () => {
  const base = startTerminal({ record: false });
  base.powerOn().signIn();
  for (const amount of ['1.00', '2.00', '3.00', '4.00']) base.sell(amount, cards.credit);
  const image = base.inside.flash.image();
  const stans = base.center.exchanges().map((row) => row.stan);
  const before = salesOf(stans.map((stan) => journalOf(base).find(stan)));
  expect(before.filter((sale) => sale?.startsWith(String(RECORD_APPROVED)))).toHaveLength(4);
  let lost = 0;
  for (let seed = 1; seed <= 40; seed++) {
    base.inside.flash.load(image);
    base.fault('flash', 'rot', seed);
    const slips = base.paper.slips().length;
    const postings = base.center.ledger().length;
    const { told } = afterRestart(base);
    if (told) lost++;
    else expect(salesOf(stans.map((stan) => journalOf(base).find(stan)))).toEqual(before);
    base.wait(10_000);
    // A sale whose outcome rotted may be reversed, to be on the safe side; the paper says so, and that of another never.
    const reversed = base.center.ledger().slice(postings);
    expect(base.paper.slips().length - slips).toBe(reversed.length);
    for (const posting of reversed) {
      expect([posting.kind, posting.stan]).toEqual(['reversal', stans[3]]);
      expect(base.paper.lastSlip()).toContain('冲正');
      expect(base.paper.lastSlip()).toContain('RMB 4.00');
    }
    // What is still there is what it was.
    salesOf(stans.map((stan) => journalOf(base).find(stan))).forEach((sale, i) => {
      if (i < 3 || reversed.length === 0) expect([null, before[i]]).toContain(sale);
    });
    base.signIn().sell('5.00', cards.credit);
    expect(base.paper.lastSlip()).toContain('RMB 5.00');
  }
  expect(lost).toBeGreaterThan(10);
  base.close();
}, 60_000);
