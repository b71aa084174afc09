/**
 * Sectors that the next one sums up: what is read so is what reading record by record gives, whatever happened; rot is told, a
 * summary that lies does no harm, a journal without any is read as ever, and none of it is one long piece of work.
 */
import fc from 'fast-check';
import { FAULT_JOURNAL_CORRUPT } from '../../../hal/fault';
import { crc32, u32 } from '../../../hal/bytes';
import { createJournal } from '../../../firmware/journal/create-journal';
import type { Journal } from '../../../firmware/journal/journal';
import type { Memory } from '../../../firmware/journal/journal-state';
import { mountJournal } from '../../../firmware/journal/journal-upkeep';
import { createKeyIndex } from '../../../firmware/journal/key-index';
import { createRecordLog } from '../../../firmware/journal/record-log';
import type * as LogSummary from '../../../firmware/journal/log-summary';
import { RECORD_APPROVED, RECORD_DECLINED, RECORD_REVERSED } from '../../../firmware/journal/transaction-record';
import { SeededRandom } from '../../../emulator/world/seeded-random';
import { FlashBench } from './flash-bench';
import { answered, describeJournal, saleRecord } from './journal-model';

// In place of the module's exports, which cannot be watched.
jest.mock('../../../firmware/journal/log-summary', () => ({
  ...jest.requireActual<typeof LogSummary>('../../../firmware/journal/log-summary'),
}));
const logSummary = jest.requireMock<typeof LogSummary>('../../../firmware/journal/log-summary');

const SECTOR_BYTES = 4096;
const UNIT_BYTES = 16;

interface Mounted {
  readonly journal: Journal;
  readonly fault: number;
  readonly fresh: boolean;
}

function mount(bench: FlashBench): Mounted {
  const journal = createJournal(bench.flash, bench.clock);
  const [fault, fresh] = bench.wait<[number, boolean]>((done) => journal.mount(done));
  return { journal, fault, fresh };
}

function copyOf(image: Uint8Array): FlashBench {
  const bench = new FlashBench(image.length);
  bench.chip.load(image);
  bench.boot();
  return bench;
}

function sell(bench: FlashBench, journal: Journal, amount: number): void {
  const record = saleRecord(amount);
  expect(bench.wait<[number]>((done) => journal.begin(record, done))).toEqual([0]);
  expect(bench.wait<[number]>((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done))).toEqual([0]);
  for (const slips of [1, 2]) bench.wait<[number]>((done) => journal.slipsDone(journal.stan(), slips, done));
}

function ofSales(sales: number, sizeBytes = 1 << 18): { bench: FlashBench; journal: Journal } {
  const bench = new FlashBench(sizeBytes);
  const { journal } = mount(bench);
  bench.wait<[number]>((done) => journal.setSettings([[1, 'one']], done));
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  for (let i = 1; i <= sales; i++) sell(bench, journal, i);
  return { bench, journal };
}

/** Numbers of the sectors that begin with a summary of another. */
function summedUp(image: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at < image.length; at += SECTOR_BYTES)
    if (image[at] === 0x43 && image[at + 16] === 0x53) found.push(at / SECTOR_BYTES);
  return found;
}

/** Runs `body` on a firmware that writes no summary. */
function withoutSummaries<T>(body: () => T): T {
  const written = jest.spyOn(logSummary, 'summaryOf').mockReturnValue('');
  try {
    return body();
  } finally {
    written.mockRestore();
  }
}

/** The image with one bit of each summary's own checksum gone: every sector is read record by record, and none is missing. */
function unsummed(image: Uint8Array): Uint8Array {
  const copy = image.slice();
  for (const sector of summedUp(image)) {
    const at = sector * SECTOR_BYTES + 16;
    const length = (copy[at + 2] << 8) | copy[at + 3];
    copy[at + 10] ^= 1;
    const body = Buffer.from(copy.subarray(at, at + 10 + length)).toString('latin1');
    copy.set(Buffer.from(u32(crc32(body)), 'latin1'), at + 10 + length);
  }
  return copy;
}

/** What reading leaves in memory: the index, and how much room there is. */
function indexOf(image: Uint8Array): unknown {
  const bench = copyOf(image);
  const index = createKeyIndex(504);
  const log = createRecordLog(bench.flash, bench.clock, Math.min(128, image.length / SECTOR_BYTES), index);
  const memory = { clock: bench.clock, index, log, usable: true, read: () => null } as unknown as Memory;
  const [fault] = bench.wait<[number]>((done) => mountJournal(memory, undefined, undefined, done));
  let room = 0;
  for (let step = 1 << 20; step > 0; step >>= 1) if (log.hasRoom(room + step)) room += step;
  const count = index.count();
  return { fault, room, entries: [...index.entries.subarray(0, count)], units: [...index.units.subarray(0, count)] };
}

test('a full journal is read from its summaries, and says the same as without them', () => {
  const { bench, journal } = ofSales(150);
  const image = bench.chip.image();
  expect(summedUp(image).length).toBeGreaterThan(8);
  const shown = describeJournal(journal);
  const taken = jest.spyOn(logSummary, 'takeSummary');
  const again = mount(copyOf(image));
  expect([again.fault, describeJournal(again.journal)]).toEqual([0, shown]);
  expect(taken.mock.calls.length).toBe(summedUp(image).length);
  taken.mockClear();
  const plain = mount(copyOf(unsummed(image)));
  expect([plain.fault, describeJournal(plain.journal), taken.mock.calls]).toEqual([0, shown, []]);
  taken.mockRestore();
  expect(indexOf(image)).toEqual(indexOf(unsummed(image)));
});

test('a journal written without summaries is read, and gets them from then on', () => {
  const { bench, journal } = withoutSummaries(() => ofSales(60));
  expect(summedUp(bench.chip.image())).toEqual([]);
  const shown = describeJournal(journal);
  bench.boot();
  const again = mount(bench);
  expect([again.fault, describeJournal(again.journal)]).toEqual([0, shown]);
  for (let i = 0; i < 40; i++) sell(bench, again.journal, 1000 + i);
  expect(summedUp(bench.chip.image()).length).toBeGreaterThan(1);
  expect(indexOf(bench.chip.image())).toEqual(indexOf(unsummed(bench.chip.image())));
});

/** A life of batches, reversals, resets and boots; calls `each` now and then. */
function live(seed: number, calls: number, each: (bench: FlashBench, journal: Journal) => void): void {
  const bench = new FlashBench(1 << 16);
  const random = new SeededRandom(seed);
  let { journal } = mount(bench);
  let batch = 0;
  for (let call = 0; call < calls; call++) {
    const owed = journal.owed();
    const dice = random.below(60);
    const wait = (start: (done: (fault: number) => void) => void): number => bench.wait<[number]>(start)[0];
    const full = ((): boolean => {
      if (journal.batch() === '000000' || dice === 0)
        return wait((done) => journal.openBatch(String(++batch).padStart(6, '0'), done)) !== 0;
      if (dice === 1 && random.below(8) === 0) return wait((done) => journal.reset(done)) !== 0;
      if (dice < 4) return wait((done) => journal.nextStan(done)) !== 0;
      if (dice < 6) return wait((done) => journal.setSettings([[dice, 'x'.repeat(random.below(200))]], done)) !== 0;
      if (dice < 8) return wait((done) => journal.markSignedIn('20261125', done)) !== 0;
      if (owed && dice < 12) return wait((done) => journal.owedTried('98', owed.tries + 1, done)) !== 0;
      if (owed && dice < 20) return wait((done) => journal.owedEnded(RECORD_REVERSED, done)) !== 0;
      if (owed)
        return (
          wait((done) => journal.settle(answered(owed, dice & 1 ? RECORD_APPROVED : RECORD_DECLINED, '00'), done)) !== 0
        );
      if (dice < 25 && journal.last()) {
        const last = Buffer.from(journal.last()?.fields[11] ?? '', 'latin1').toString('hex');
        return wait((done) => journal.slipsDone(last, 1 + (dice & 1), done)) !== 0;
      }
      return wait((done) => journal.begin(saleRecord(call, 7 + random.below(120)), done)) !== 0;
    })();
    if (full) wait((done) => journal.openBatch(String(++batch).padStart(6, '0'), done));
    if (call % 60 !== 0) continue;
    each(bench, journal);
    if (random.below(3) === 0) {
      bench.boot();
      journal = mount(bench).journal;
    }
  }
}

test.each([1, 2, 3, 4, 5, 6])('life %i: what is read from summaries is what the records say', (seed) => {
  let compared = 0;
  live(seed, 2500, (bench, journal) => {
    const image = bench.chip.image();
    if (summedUp(image).length > 0) compared++;
    const shown = describeJournal(journal);
    for (const one of [image, unsummed(image)]) {
      const read = mount(copyOf(one));
      expect([read.fault, describeJournal(read.journal)]).toEqual([0, shown]);
    }
    expect(indexOf(image)).toEqual(indexOf(unsummed(image)));
  });
  expect(compared).toBeGreaterThan(20);
});

test('a bit that rots in a sector that was summed up is told, or changes nothing', () => {
  const { bench, journal } = ofSales(80);
  const image = bench.chip.image();
  const shown = describeJournal(journal);
  const random = new SeededRandom(11);
  let told = 0;
  for (let n = 0; n < 150; n++) {
    const at = random.below(8 * SECTOR_BYTES);
    if (image[at] === 0xff) continue;
    const copy = copyOf(image);
    copy.world.fault('flash', 'flip', at * 8 + random.below(8));
    const read = mount(copy);
    if (read.fault === FAULT_JOURNAL_CORRUPT) told++;
    else expect([read.fault, describeJournal(read.journal)]).toEqual([0, shown]);
  }
  expect(told).toBeGreaterThan(60);
});

test('a record that rotted before its sector was full is not summed up: the next start tells', () => {
  const { bench, journal } = ofSales(3);
  const image = bench.chip.image();
  const at = Buffer.from(image).lastIndexOf(Buffer.from('012345678901', 'latin1'));
  bench.world.fault('flash', 'flip', at * 8);
  for (let i = 0; i < 20; i++) sell(bench, journal, 100 + i);
  bench.boot();
  expect(mount(bench).fault).toBe(FAULT_JOURNAL_CORRUPT);
});

test('a record torn in the middle of a full journal, and all that came after it, are read', () => {
  const { bench } = ofSales(40);
  const torn: unknown[] = [];
  const { journal } = mount(copyOf(bench.chip.image()));
  expect(journal.count()).toBe(40);
  bench.chip.onMutation = (operation) => {
    if (torn.length > 0) return;
    const other = new FlashBench(1 << 18);
    other.world.nowUs = bench.world.nowUs;
    other.chip.restore(bench.chip.snapshot());
    other.chip.applyTorn(operation, 0.4, 3);
    torn.push(other.chip.snapshot());
  };
  bench.boot();
  const before = mount(bench);
  bench.wait<[number]>((done) => before.journal.begin(saleRecord(1), done));
  const cut = new FlashBench(1 << 18);
  cut.world.nowUs = bench.world.nowUs;
  cut.chip.restore(torn[0]);
  cut.boot();
  const { journal: after } = mount(cut);
  expect([after.count(), after.owed()]).toEqual([40, null]);
  for (let i = 0; i < 40; i++) sell(cut, after, i);
  const shown = describeJournal(after);
  const image = cut.chip.image();
  const again = mount(copyOf(image));
  expect([again.fault, describeJournal(again.journal)]).toEqual([0, shown]);
  expect(indexOf(image)).toEqual(indexOf(unsummed(image)));
});

/** Calls `then` on a chip as a cut at each flash operation of `work` leaves it. */
function cutEverywhere(bench: FlashBench, work: () => void, then: (cut: FlashBench) => void): void {
  bench.chip.onMutation = (operation) => {
    for (const fraction of [0, 0.5, 1]) {
      const cut = new FlashBench(bench.chip.sizeBytes);
      cut.world.nowUs = bench.world.nowUs;
      cut.chip.restore(bench.chip.snapshot());
      cut.chip.applyTorn(operation, fraction, 5);
      cut.boot();
      then(cut);
    }
  };
  work();
  bench.chip.onMutation = null;
}

test('records were lost and the power goes while the terminal gives them up: they are never passed over in silence', () => {
  const { bench, journal } = ofSales(20, 1 << 16);
  const head = summedUp(bench.chip.image()).at(-1) as number;
  const isFull = (): boolean => bench.chip.image()[(head + 1) * SECTOR_BYTES - UNIT_BYTES] !== 0xff;
  // Nothing more goes into the sector that the damage is in: the state that gives the batch up opens the next one.
  while (!isFull()) bench.wait<[number]>((done) => journal.slipsDone(journal.stan(), 2, done));
  const at = Buffer.from(bench.chip.image()).lastIndexOf(Buffer.from('012345678901', 'latin1'));
  expect(Math.floor(at / SECTOR_BYTES)).toBe(head);
  bench.world.fault('flash', 'flip', at * 8);
  bench.boot();
  cutEverywhere(
    bench,
    () => expect(mount(bench).fault).toBe(FAULT_JOURNAL_CORRUPT),
    (cut) => {
      const { journal: after, fault } = mount(cut);
      if (fault !== FAULT_JOURNAL_CORRUPT) expect([fault, after.batch()]).toEqual([0, '000000']);
    },
  );
});

test('a reset that the power cuts off, and a day after it: what was reset stays so', () => {
  const { bench, journal } = ofSales(30, 1 << 16);
  cutEverywhere(
    bench,
    () => void bench.wait<[number]>((done) => journal.reset(done)),
    (cut) => {
      const { journal: after } = mount(cut);
      if (after.batch() !== '000000') return;
      cut.wait<[number]>((done) => after.openBatch('000007', done));
      for (let i = 0; i < 30; i++) sell(cut, after, i);
      const shown = describeJournal(after);
      const image = cut.chip.image();
      const again = mount(copyOf(image));
      expect([again.fault, describeJournal(again.journal)]).toEqual([0, shown]);
      expect(indexOf(image)).toEqual(indexOf(unsummed(image)));
    },
  );
});

test('a summary that lies is told as damage, or believed as a record that lies would be; nothing hangs or throws', () => {
  const { bench } = ofSales(60);
  const image = bench.chip.image();
  const sectors = summedUp(image);
  fc.assert(
    fc.property(
      fc.nat(sectors.length - 1),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 12 }),
      fc.option(fc.nat(512)),
      (which, changes, newLength) => {
        const copy = image.slice();
        const at = sectors[which] * SECTOR_BYTES + 16;
        const length = newLength ?? (copy[at + 2] << 8) | copy[at + 3];
        copy.set([length >> 8, length & 255], at + 2);
        // All but the checksum of the sector that it describes.
        for (const [offset, value] of changes) if (offset + 4 < length) copy[at + 14 + offset] = value;
        const sum = copy.subarray(at, at + 9).reduce((all, byte) => all + byte, 0);
        copy[at + 9] = sum & 255;
        const body = Buffer.from(copy.subarray(at, at + 10 + length)).toString('latin1');
        copy.set(Buffer.from(u32(crc32(body)), 'latin1'), at + 10 + length);
        const lying = copyOf(copy);
        const { journal, fault, fresh } = mount(lying);
        expect([0, FAULT_JOURNAL_CORRUPT]).toContain(fault);
        expect(fresh).toBe(fault !== 0);
        describeJournal(journal);
        if (journal.owed()) lying.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
        lying.wait<[number]>((done) => journal.openBatch('000777', done));
        lying.wait<[number]>((done) => journal.begin(saleRecord(1), done));
      },
    ),
    { numRuns: 150 },
  );
});

test.each([16, 4711, 0x00ffffff, 0x01000000, 0x010f4240, 0x02000001, 0x81000001, 0xffffffff])(
  'a record of key %i, which is none, is nobody else: it is left out',
  (key) => {
    const bench = new FlashBench();
    const { journal } = mount(bench);
    bench.wait<[number]>((done) => journal.openBatch('000001', done));
    sell(bench, journal, 1);
    const shown = describeJournal(journal);
    bench.boot();
    const log = createRecordLog(bench.flash, bench.clock, 16, createKeyIndex(504));
    bench.wait<[boolean]>((done) => log.mount(() => undefined, undefined, done));
    bench.wait<[number]>((done) => log.put(key, 7, 'nobody knows it', false, done));
    bench.boot();
    const again = mount(bench);
    expect([again.fault, describeJournal(again.journal)]).toEqual([0, shown]);
  },
);

test('no step of the scan reads more than a few sectors, and progress is told up to the end', () => {
  const { bench } = ofSales(300, 1 << 19);
  const told: number[] = [];
  let bytes = 0;
  let most = 0;
  const steps = {
    ...bench.clock,
    alarm: (ms: number, callback: () => void) =>
      bench.clock.alarm(ms, () => {
        bytes = 0;
        callback();
        most = Math.max(most, bytes);
      }),
  };
  const flash = {
    ...bench.flash,
    read: (at: number, length: number) => {
      bytes += length;
      return bench.flash.read(at, length);
    },
  };
  const journal = createJournal(flash, steps);
  bench.wait<[number, boolean]>((done) => journal.mount(done, undefined, (percent) => told.push(percent)));
  expect(journal.count()).toBe(300);
  expect(most).toBeLessThan(6 * SECTOR_BYTES);
  expect(told.length).toBeGreaterThan(5);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  expect(told.at(-1)).toBe(100);
});
