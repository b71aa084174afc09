/** Flash that lies: rotten bits, garbage, worn sectors, a dead chip. The journal says so, or shows what was true. */
import fc from 'fast-check';
import { FAULT_FLASH, FAULT_JOURNAL_CORRUPT, FAULT_JOURNAL_FULL } from '../../../hal/fault';
import { createJournal } from '../../../firmware/journal/create-journal';
import type { Journal } from '../../../firmware/journal/journal';
import { placeOfSetting } from '../../../firmware/journal/journal-state';
import { decodeState, withSetting } from '../../../firmware/journal/state-codec';
import { decodeRecord } from '../../../firmware/journal/record-codec';
import { RECORD_APPROVED, RECORD_REVERSED } from '../../../firmware/journal/transaction-record';
import { SeededRandom } from '../../../emulator/world/seeded-random';
import { FlashBench } from './flash-bench';
import { answered, describeJournal, saleRecord } from './journal-model';

function mount(bench: FlashBench): { journal: Journal; fault: number; fresh: boolean } {
  const journal = createJournal(bench.flash, bench.clock);
  const [fault, fresh] = bench.wait<[number, boolean]>((done) => journal.mount(done));
  return { journal, fault, fresh };
}

function sell(bench: FlashBench, journal: Journal, amount: number): void {
  const record = saleRecord(amount);
  expect(bench.wait<[number]>((done) => journal.begin(record, done))).toEqual([0]);
  expect(bench.wait<[number]>((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done))).toEqual([0]);
}

/** A day: settings, batch, some sales, and a reversal owed at the end where `owing`. */
function aDay(sales: number, owing: boolean, sizeBytes = 1 << 16): { bench: FlashBench; journal: Journal } {
  const bench = new FlashBench(sizeBytes);
  const { journal, fresh } = mount(bench);
  expect(fresh).toBe(true);
  bench.wait<[number]>((done) => journal.setSettings([[1, 'one'], [2, 'two']], done)); // prettier-ignore
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  bench.wait<[number]>((done) => journal.markSignedIn('20261125', done));
  for (let i = 0; i < sales; i++) sell(bench, journal, i);
  if (owing) bench.wait<[number]>((done) => journal.begin(saleRecord(777), done));
  return { bench, journal };
}

/** After whatever happened the terminal signs in and sells again. */
function expectWorks(bench: FlashBench, journal: Journal): void {
  if (journal.owed()) expect(bench.wait<[number]>((done) => journal.owedEnded(4, done))).toEqual([0]);
  if (journal.batch() === '000000') {
    expect(bench.wait<[number]>((done) => journal.openBatch('000044', done))).toEqual([0]);
  }
  sell(bench, journal, 5);
  const shown = describeJournal(journal);
  bench.boot();
  const again = mount(bench);
  expect(again.fault).toBe(0);
  expect(describeJournal(again.journal)).toBe(shown);
}

test('a rotten bit anywhere is reported, or changes nothing that is shown', () => {
  const { bench, journal } = aDay(60, true);
  const image = bench.chip.image();
  const shown = describeJournal(journal);
  const random = new SeededRandom(7);
  const silent: number[] = [];
  let reported = 0;
  for (let address = 0; address < image.length; address += 1 + random.below(59)) {
    if (image[address] === 0xff) continue;
    const copy = new FlashBench();
    copy.chip.load(image);
    copy.world.fault('flash', 'flip', address * 8 + random.below(8));
    const { journal: read, fault, fresh } = mount(copy);
    if (fault === FAULT_JOURNAL_CORRUPT) {
      expect(fresh).toBe(true);
      reported++;
    } else if (fault !== 0 || describeJournal(read) !== shown) silent.push(address);
  }
  expect(reported).toBeGreaterThan(300);
  expect(silent).toEqual([]);
});

test('after records were lost an owed reversal that can be read is still owed', () => {
  const { bench } = aDay(60, true);
  const image = bench.chip.image();
  bench.world.fault('flash', 'flip', 8 * 300);
  bench.boot();
  const { journal, fault, fresh } = mount(bench);
  expect([fault, fresh]).toEqual([FAULT_JOURNAL_CORRUPT, true]);
  expect(journal.owed()?.fields[4]).toBe('\x00\x00\x00\x00\x07\x77');
  expect(journal.setting(2)).toBe('two');
  expect(parseInt(journal.stan(), 10)).toBeGreaterThanOrEqual(61);
  expectWorks(bench, journal);
  expect(image.length).toBe(1 << 16);
});

test('garbage anywhere on the chip never stops the journal from mounting, and it works afterwards', () => {
  const { bench } = aDay(40, false);
  const image = bench.chip.image();
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(65535), bytes: fc.uint8Array({ minLength: 1, maxLength: 6000 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      (patches) => {
        const damaged = image.slice();
        for (const { at, bytes } of patches) damaged.set(bytes.subarray(0, damaged.length - at), at);
        const copy = new FlashBench();
        copy.chip.load(damaged);
        const { journal, fault } = mount(copy);
        expect([0, FAULT_JOURNAL_CORRUPT]).toContain(fault);
        expectWorks(copy, journal);
      },
    ),
    { numRuns: 60 },
  );
});

test('a chip full of noise is a new journal, read in linear time', () => {
  const bench = new FlashBench(1 << 20);
  const random = new SeededRandom(3);
  const noise = new Uint8Array(1 << 20);
  for (let i = 0; i < noise.length; i++) noise[i] = random.word();
  bench.chip.load(noise);
  const { journal, fresh } = mount(bench);
  expect(fresh).toBe(true);
  expectWorks(bench, journal);
});

test('a worn sector is left aside and nothing is lost', () => {
  const { bench, journal } = aDay(5, false);
  for (const sector of [1, 2, 5]) bench.world.fault('flash', 'wear', sector);
  for (let i = 0; i < 60; i++) sell(bench, journal, 100 + i);
  expect(journal.count()).toBe(65);
  const shown = describeJournal(journal);
  bench.boot();
  const { journal: again, fault } = mount(bench);
  expect(fault).toBe(0);
  expect(describeJournal(again)).toBe(shown);
});

test.each([0, 1, 2, 3])('with %i worn sectors a transaction that was begun finds room to its end', (worn) => {
  const { bench, journal } = aDay(0, false);
  for (let i = 0; i < worn; i++) bench.world.fault('flash', 'wear', 15 - i);
  for (let sales = 0; ; sales++) {
    const record = saleRecord(100 + sales);
    const [full] = bench.wait<[number]>((done) => journal.begin(record, done));
    if (full) {
      expect([full, sales > 100]).toEqual([FAULT_JOURNAL_FULL, true]);
      return;
    }
    const faults = [1, 2, 3].map((tries) => bench.wait<[number]>((done) => journal.owedTried('98', tries, done))[0]);
    faults.push(bench.wait<[number]>((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done))[0]);
    const stan = journal.stan();
    for (const slips of [1, 2]) faults.push(bench.wait<[number]>((done) => journal.slipsDone(stan, slips, done))[0]);
    expect([sales, ...faults]).toEqual([sales, 0, 0, 0, 0, 0, 0]);
  }
});

test('a sector that wears out under the head costs its last record nothing', () => {
  const { bench, journal } = aDay(5, false);
  bench.world.fault('flash', 'wear', 0);
  sell(bench, journal, 4242);
  const shown = describeJournal(journal);
  bench.boot();
  expect(describeJournal(mount(bench).journal)).toBe(shown);
});

test('a chip that does not answer gives one clear fault, again and again', () => {
  const bench = new FlashBench();
  bench.world.fault('flash', 'stuckBusy', 1);
  bench.boot();
  const { journal, fault, fresh } = mount(bench);
  expect([fault, fresh]).toEqual([FAULT_FLASH, true]);
  expect(bench.wait<[number]>((done) => journal.openBatch('000001', done))).toEqual([FAULT_FLASH]);
  expect(bench.wait<[number]>((done) => journal.begin(saleRecord(1), done))).toEqual([FAULT_FLASH]);
  expect(bench.wait<[number, string]>((done) => journal.nextStan(done))).toEqual([FAULT_FLASH, '']);
  expect(journal.last()).toBeNull();
});

test.each([1, 2, 3, 4])(
  'write %i of a sale is done, but the chip hangs over it: gone on without it, and read so',
  (write) => {
    const { bench, journal } = aDay(2, false);
    const day = describeJournal(journal);
    let writes = 0;
    bench.chip.onMutation = () => {
      if (++writes === write) bench.world.fault('flash', 'stuckBusy', 1);
    };
    const record = saleRecord(1);
    bench.wait<[number]>((done) => journal.begin(record, done));
    bench.wait<[number]>((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done));
    bench.wait<[number]>((done) => journal.slipsDone(journal.stan(), 1, done));
    expect(writes).toBeGreaterThanOrEqual(write);
    bench.chip.onMutation = null;
    bench.world.fault('flash', 'stuckBusy', 0);
    if (journal.owed()) {
      expect(bench.wait<[number]>((done) => journal.owedTried('98', 0, done))).toEqual([0]);
      expect(bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done))).toEqual([0]);
    }
    sell(bench, journal, 4242);
    const shown = describeJournal(journal);
    expect(shown).not.toBe(day);
    bench.boot();
    const { journal: again, fault } = mount(bench);
    expect(fault).toBe(0);
    expect(describeJournal(again)).toBe(shown);
  },
);

test('a chip that hangs in the middle of a sale is told from a full one, soon, and works on when it is back', () => {
  const { bench, journal } = aDay(2, false);
  bench.world.fault('flash', 'stuckBusy', 1);
  const before = bench.clock.nowMs();
  const [fault] = bench.wait<[number]>((done) => journal.begin(saleRecord(1), done));
  expect(fault).toBe(FAULT_FLASH);
  expect(bench.clock.nowMs() - before).toBeLessThan(5_000);
  expect(journal.owed()).toBeNull();
  bench.world.fault('flash', 'stuckBusy', 0);
  sell(bench, journal, 2);
  const shown = describeJournal(journal);
  bench.boot();
  expect(describeJournal(mount(bench).journal)).toBe(shown);
});

test('no bytes make the decoders of records, state or settings throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (array) => {
      const bytes = Buffer.from(array).toString('latin1');
      decodeRecord(bytes, 0);
      decodeState(bytes);
      expect(placeOfSetting(bytes, 7)).toBeLessThanOrEqual(bytes.length);
      const changed = withSetting(bytes, 7, 'new');
      expect(changed.substr(placeOfSetting(changed, 7), 5)).toBe('\x07\x03new');
    }),
  );
});
