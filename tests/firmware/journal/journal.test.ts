/** What the journal promises the transactions: order, limits, refusals, and what it never writes. */
import { FAULT_BAD_REQUEST, FAULT_BUSY, FAULT_JOURNAL_FULL } from '../../../hal/fault';
import { createJournal } from '../../../firmware/journal/create-journal';
import type { Journal } from '../../../firmware/journal/journal';
import { emptyState, encodeState } from '../../../firmware/journal/state-codec';
import { createKeyIndex } from '../../../firmware/journal/key-index';
import { createRecordLog } from '../../../firmware/journal/record-log';
import { RECORD_APPROVED, RECORD_OWED, RECORD_REVERSED } from '../../../firmware/journal/transaction-record';
import { FlashBench } from './flash-bench';
import { answered, describeJournal, saleRecord } from './journal-model';

function mount(bench: FlashBench): Journal {
  const journal = createJournal(bench.flash, bench.clock);
  expect(bench.wait<[number, boolean]>((done) => journal.mount(done))[0]).toBe(0);
  return journal;
}

function opened(sizeBytes = 1 << 16): { bench: FlashBench; journal: Journal } {
  const bench = new FlashBench(sizeBytes);
  const journal = mount(bench);
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  return { bench, journal };
}

function sell(bench: FlashBench, journal: Journal, amount: number): number {
  const record = saleRecord(amount);
  const [fault] = bench.wait<[number]>((done) => journal.begin(record, done));
  if (fault) return fault;
  return bench.wait<[number]>((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done))[0];
}

test('a new journal knows no batch and begins nothing', () => {
  const bench = new FlashBench();
  const journal = createJournal(bench.flash, bench.clock);
  expect(bench.wait<[number, boolean]>((done) => journal.mount(done))).toEqual([0, true]);
  expect(journal.batch()).toBe('000000');
  expect(bench.wait<[number]>((done) => journal.begin(saleRecord(1), done))).toEqual([FAULT_BAD_REQUEST]);
  expect(bench.wait<[number, string]>((done) => journal.nextStan(done))).toEqual([0, '000001']);
});

test('a second transaction is refused while a reversal is owed', () => {
  const { bench, journal } = opened();
  bench.wait<[number]>((done) => journal.begin(saleRecord(1), done));
  expect(bench.wait<[number]>((done) => journal.begin(saleRecord(2), done))).toEqual([FAULT_BUSY]);
  expect(journal.owed()?.state).toBe(RECORD_OWED);
  bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
  expect(journal.owed()).toBeNull();
  expect(journal.last()?.state).toBe(RECORD_REVERSED);
  expect(bench.wait<[number]>((done) => journal.begin(saleRecord(2), done))).toEqual([0]);
});

test('an outcome settles only the transaction that is owed', () => {
  const { bench, journal } = opened();
  sell(bench, journal, 1);
  const record = saleRecord(2);
  bench.wait<[number]>((done) => journal.begin(record, done));
  const other = answered(record, RECORD_APPROVED, '00');
  other.fields[11] = '\x00\x00\x01';
  expect(bench.wait<[number]>((done) => journal.settle(other, done))).toEqual([FAULT_BAD_REQUEST]);
  expect(bench.wait<[number]>((done) => journal.settle({ ...record, state: RECORD_OWED }, done))[0]).toBe(
    FAULT_BAD_REQUEST,
  );
  expect(journal.owed()).not.toBeNull();
});

test('a STAN is never given twice, be it taken by a request or a transaction', () => {
  const { bench, journal } = opened();
  const [, first] = bench.wait<[number, string]>((done) => journal.nextStan(done));
  const taken = saleRecord(1);
  taken.fields[11] = '\x00\x00\x01';
  expect(bench.wait<[number]>((done) => journal.begin(taken, done))).toEqual([0]);
  bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
  const again = saleRecord(1);
  again.fields[11] = '\x00\x00\x01';
  expect(bench.wait<[number]>((done) => journal.begin(again, done))).toEqual([FAULT_BAD_REQUEST]);
  expect([first, journal.upcomingStan()]).toEqual(['000001', '000002']);
});

/** A chip whose terminal is in batch 7, which began after STAN `before`, and has used the STANs up to `last`. */
function farOn(before: number, last: number): FlashBench {
  const bench = new FlashBench();
  const log = createRecordLog(bench.flash, bench.clock, 16, createKeyIndex(10));
  bench.wait<[boolean]>((done) => log.mount(() => undefined, undefined, done));
  const state = { ...emptyState(), batch: '000007', stanBefore: before, stan: last };
  bench.wait<[number]>((done) => log.put(1, 0, encodeState(state), false, done));
  bench.boot();
  return bench;
}

test('999999 is followed by 000001, and the order of the batch is kept through a boot', () => {
  const bench = farOn(999_990, 999_997);
  let journal = mount(bench);
  for (let i = 1; i <= 4; i++) sell(bench, journal, i);
  bench.boot();
  journal = mount(bench);
  expect([journal.stan(), journal.count()]).toEqual(['000002', 4]);
  const stans: string[] = [];
  journal.forEach((record) => void stans.push(Buffer.from(record.fields[11] as string, 'latin1').toString('hex')));
  expect(stans).toEqual(['999998', '999999', '000001', '000002']);
  expect(journal.last()?.fields[4]).toBe('\x00\x00\x00\x00\x00\x04');
});

test('a batch that has used every STAN gives none a second time', () => {
  const bench = farOn(500, 499);
  const journal = mount(bench);
  expect(journal.upcomingStan()).toBe('');
  expect(bench.wait<[number, string]>((done) => journal.nextStan(done))).toEqual([FAULT_JOURNAL_FULL, '']);
  expect(bench.wait<[number]>((done) => journal.begin(saleRecord(1), done))).toEqual([FAULT_JOURNAL_FULL]);
  bench.wait<[number]>((done) => journal.openBatch('000008', done));
  expect(journal.upcomingStan()).toBe('000500');
});

test('calls made while one runs are done in order, and too many are refused', () => {
  const { bench, journal } = opened();
  const seen: string[] = [];
  for (let i = 0; i < 12; i++) journal.nextStan((fault, stan) => seen.push(fault ? `fault ${fault}` : stan));
  bench.world.run(1000);
  const stans = seen.filter((s) => !s.startsWith('fault'));
  expect(stans).toEqual(['000001', '000002', '000003', '000004', '000005', '000006', '000007', '000008', '000009']);
  expect(seen.filter((s) => s === `fault ${FAULT_BUSY}`)).toHaveLength(3);
});

test('a batch of 300 sales fits into 256 KB and is read again in order', () => {
  const { bench, journal } = opened(1 << 18);
  for (let i = 1; i <= 300; i++) expect(sell(bench, journal, i)).toBe(0);
  const shown = describeJournal(journal);
  bench.boot();
  const again = mount(bench);
  expect(describeJournal(again)).toBe(shown);
  const amounts: string[] = [];
  again.forEach((record) => void amounts.push(Buffer.from(record.fields[4] as string, 'latin1').toString('hex')));
  expect(amounts).toEqual(Array.from({ length: 300 }, (_, i) => String(i + 1).padStart(12, '0')));
  expect(again.find('000123')?.fields[39]).toBe('00');
});

test('a full batch is refused before anything is begun, and a new batch makes room', () => {
  const { bench, journal } = opened();
  let sold = 0;
  while (sell(bench, journal, sold) === 0) sold++;
  expect(sold).toBeGreaterThan(40);
  expect(journal.owed()).toBeNull();
  expect(bench.wait<[number]>((done) => journal.begin(saleRecord(1), done))).toEqual([FAULT_JOURNAL_FULL]);
  // What must always go on goes on.
  for (let i = 0; i < 300; i++) expect(bench.wait<[number, string]>((done) => journal.nextStan(done))[0]).toBe(0);
  expect(bench.wait<[number]>((done) => journal.openBatch('000002', done))).toEqual([0]);
  expect(journal.count()).toBe(0);
  expect(journal.last()?.state).toBe(RECORD_APPROVED);
  expect(sell(bench, journal, 1)).toBe(0);
});

test('wear is spread over all sectors', () => {
  const { bench, journal } = opened();
  const erases = new Array<number>(16).fill(0);
  bench.chip.onMutation = (operation) => {
    if (operation.kind === 'erase') erases[operation.address / 4096]++;
  };
  for (let i = 0; i < 2000; i++) {
    if (sell(bench, journal, i))
      bench.wait<[number]>((done) => journal.openBatch(String(i + 2).padStart(6, '0'), done));
  }
  expect(Math.max(...erases)).toBeGreaterThan(5);
  expect(Math.max(...erases) - Math.min(...erases)).toBeLessThanOrEqual(1);
});

test('a sale costs few flash operations', () => {
  const { bench, journal } = opened(1 << 20);
  sell(bench, journal, 1);
  const before = bench.chip.mutations;
  for (let i = 0; i < 100; i++) {
    sell(bench, journal, i);
    bench.wait<[number]>((done) => journal.slipsDone(journal.stan(), 1, done));
    bench.wait<[number]>((done) => journal.slipsDone(journal.stan(), 2, done));
  }
  expect((bench.chip.mutations - before) / 100).toBeLessThan(6);
});

test('slips finished on paper are remembered without writing the transaction again', () => {
  const { bench, journal } = opened();
  sell(bench, journal, 1);
  bench.wait<[number]>((done) => journal.slipsDone('000001', 1, done));
  const before = bench.chip.mutations;
  bench.wait<[number]>((done) => journal.slipsDone('000001', 2, done));
  expect(bench.chip.mutations - before).toBe(1);
  bench.boot();
  expect(mount(bench).last()?.slipsDone).toBe(2);
});

test('tracks, PIN block, PAN, chip data and MAC never reach the chip, whatever the caller leaves in the record', () => {
  const { bench, journal } = opened();
  const record = saleRecord(1);
  for (const n of [2, 35, 36, 52, 53, 55, 64]) record.fields[n] = `SECRET${n}`;
  bench.wait<[number]>((done) => journal.begin(record, done));
  bench.wait<[number]>((done) => journal.settle(answered(record, RECORD_APPROVED, '00'), done));
  expect(Buffer.from(bench.chip.image()).includes('SECRET')).toBe(false);
});

test('settings are set all or none, and an empty one is gone', () => {
  const { bench, journal } = opened();
  bench.wait<[number]>((done) => journal.setSettings([[1, 'a'], [7, 'b']], done)); // prettier-ignore
  bench.wait<[number]>((done) => journal.setSettings([[1, '']], done));
  const long = Array.from({ length: 9 }, (_, i) => [i, 'x'.repeat(250)] as [number, string]);
  expect(bench.wait<[number]>((done) => journal.setSettings(long, done))).toEqual([FAULT_JOURNAL_FULL]);
  expect(bench.wait<[number]>((done) => journal.setSettings([[1, 'c'], [256, 'd']], done))).toEqual([FAULT_BAD_REQUEST]); // prettier-ignore
  bench.boot();
  const again = mount(bench);
  expect([again.setting(1), again.setting(7)]).toEqual(['', 'b']);
});

test('a reset forgets everything', () => {
  const { bench, journal } = opened();
  for (let i = 0; i < 50; i++) sell(bench, journal, i);
  bench.wait<[number]>((done) => journal.setSettings([[1, 'a']], done));
  bench.wait<[number]>((done) => journal.begin(saleRecord(1), done));
  expect(bench.wait<[number]>((done) => journal.reset(done))).toEqual([0]);
  const shown = describeJournal(journal);
  expect([journal.batch(), journal.stan(), journal.owed(), journal.last(), journal.setting(1)]).toEqual([
    '000000',
    '000000',
    null,
    null,
    '',
  ]);
  bench.boot();
  const fresh = createJournal(bench.flash, bench.clock);
  expect(bench.wait<[number, boolean]>((done) => fresh.mount(done))).toEqual([0, true]);
  expect(describeJournal(fresh)).toBe(shown);
});

test('after a new batch the last transaction stays readable until the next one', () => {
  const { bench, journal } = opened();
  sell(bench, journal, 11);
  sell(bench, journal, 22);
  bench.wait<[number]>((done) => journal.openBatch('000002', done));
  bench.boot();
  let again = mount(bench);
  expect([again.count(), again.last()?.fields[4]]).toEqual([0, '\x00\x00\x00\x00\x00\x22']);
  sell(bench, again, 33);
  bench.boot();
  again = mount(bench);
  expect([again.count(), again.last()?.fields[4]]).toEqual([1, '\x00\x00\x00\x00\x00\x33']);
  expect(again.find('000002')).toBeNull();
});
