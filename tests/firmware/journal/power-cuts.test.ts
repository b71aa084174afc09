/**
 * Power cut at every flash operation of long random scripts: after it the journal is as before or as after the call,
 * never a mix; and it goes on working.
 */
import { createJournal } from '../../../firmware/journal/create-journal';
import type { Journal } from '../../../firmware/journal/journal';
import {
  RECORD_APPROVED,
  RECORD_CLEARED,
  RECORD_DECLINED,
  RECORD_REVERSED,
} from '../../../firmware/journal/transaction-record';
import { FAULT_JOURNAL_CORRUPT, FAULT_JOURNAL_FULL } from '../../../hal/fault';
import type { FlashOperation } from '../../../emulator/devices/spi-nor';
import { SeededRandom } from '../../../emulator/world/seeded-random';
import { FlashBench } from './flash-bench';
import { answered, describeJournal, saleRecord } from './journal-model';

type Done = (fault: number) => void;

function mount(bench: FlashBench): Journal {
  const journal = createJournal(bench.flash, bench.clock);
  const [fault] = bench.wait<[number, boolean]>((done) => journal.mount(done));
  if (fault) throw new Error(`mount gave fault ${fault}`);
  return journal;
}

function nextBatch(journal: Journal): string {
  return String(1 + (parseInt(journal.batch(), 10) % 999999)).padStart(6, '0');
}

/** One random call that the journal must accept in its present state. */
function randomCall(journal: Journal, random: SeededRandom, resets: boolean): (done: Done) => void {
  if (resets && random.below(40) === 0) return (done) => journal.reset(done);
  if (journal.batch() === '000000') return (done) => journal.openBatch('000001', done);
  const owed = journal.owed();
  const dice = random.below(12);
  if (owed) {
    const state = dice & 1 ? RECORD_APPROVED : RECORD_DECLINED;
    if (dice < 6) return (done) => journal.settle(answered(owed, state, dice & 1 ? '00' : '51'), done);
    if (dice < 8) return (done) => journal.owedTried('A0', owed.tries + 1, done);
    if (dice < 10) return (done) => journal.owedEnded(dice & 1 ? RECORD_REVERSED : RECORD_CLEARED, done);
    return (done) => journal.nextStan(done);
  }
  const last = journal.last();
  const stan = last ? Buffer.from(last.fields[11] as string, 'latin1').toString('hex') : '';
  if (dice < 5) return (done) => journal.begin(saleRecord(1 + random.below(99999), 7 + random.below(200)), done);
  if (dice < 7 && last) return (done) => journal.slipsDone(stan, 1 + (dice & 1), done);
  if (dice < 8) return (done) => journal.nextStan(done);
  if (dice < 9)
    return (done) =>
      journal.setSettings(
        [
          [1, `v${random.below(99)}`],
          [2, 'x'.repeat(random.below(200))],
        ],
        done,
      );
  if (dice < 10) return (done) => journal.markSignedIn(random.below(2) ? '20261125' : '', done);
  if (dice < 11 && random.below(6) === 0) {
    return (done) => journal.openBatch(nextBatch(journal), done);
  }
  return (done) => journal.markKeysStale(done);
}

interface Aftermath {
  readonly where: string;
  readonly description: string;
}

/** Boots a copy of the chip as the cut left it; returns what its journal shows, and makes sure that it still works. */
function bootCopy(parent: FlashBench, operation: FlashOperation, fraction: number, seed: number): string {
  const bench = new FlashBench(parent.chip.sizeBytes);
  bench.world.nowUs = parent.world.nowUs;
  bench.chip.restore(parent.chip.snapshot());
  bench.chip.applyTorn(operation, fraction, seed);
  const journal = mount(bench);
  const description = describeJournal(journal);
  const before = parseInt(journal.stan(), 10);
  const [fault, stan] = bench.wait<[number, string]>((done) => journal.nextStan(done));
  if (fault || parseInt(stan, 10) !== before + 1) throw new Error(`next STAN after the cut: fault ${fault}, ${stan}`);
  const owed = journal.owed();
  if (owed) bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
  const afterwards = describeJournal(journal);
  bench.boot();
  if (describeJournal(mount(bench)) !== afterwards) throw new Error('a second boot shows something else');
  return description;
}

function sweep(seed: number, calls: number, cutEvery: number, resets: boolean) {
  const size = 1 << 16;
  const bench = new FlashBench(size);
  const random = new SeededRandom(seed);
  let journal = mount(bench);
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  const fractions = [0, 0.03, 0.35, 0.8, 0.999, 1];
  let aftermaths: Aftermath[] = [];
  let cuts = 0;
  let fullBatches = 0;
  let erases = 0;
  bench.chip.onMutation = (operation) => {
    if (operation.kind === 'erase') erases++;
    if (cuts++ % cutEvery !== 0) return;
    for (const fraction of fractions) {
      const where = `seed ${seed}, mutation ${cuts - 1} (${operation.kind} at ${operation.address}), ${fraction} of it`;
      try {
        aftermaths.push({ where, description: bootCopy(bench, operation, fraction, cuts) });
      } catch (error) {
        throw new Error(`${where}: ${(error as Error).message}`);
      }
    }
  };
  for (let call = 0; call < calls; call++) {
    const before = describeJournal(journal);
    aftermaths = [];
    const [fault] = bench.wait<[number]>(randomCall(journal, random, resets));
    const after = describeJournal(journal);
    if (fault === FAULT_JOURNAL_FULL) {
      expect(after).toBe(before);
      fullBatches++;
      bench.wait<[number]>((done) => journal.openBatch(nextBatch(journal), done));
      continue;
    }
    expect(fault).toBe(0);
    for (const { where, description } of aftermaths) {
      if (description !== before && description !== after) {
        throw new Error(
          `${where}: neither before nor after\n${before}\n-- after --\n${after}\n-- cut --\n${description}`,
        );
      }
    }
    if (random.below(20) === 0) {
      bench.boot();
      journal = mount(bench);
      expect(describeJournal(journal)).toBe(after);
    }
  }
  return { cuts, fullBatches, erases };
}

test('a cut at every operation of a short life leaves the journal before or after the call', () => {
  expect(sweep(1, 60, 1, true).cuts).toBeGreaterThan(60);
  expect(sweep(2, 60, 1, true).cuts).toBeGreaterThan(60);
});

test('cuts in a long life, in which sectors are emptied and used again, leave it before or after the call', () => {
  const { fullBatches, erases } = sweep(3, 1200, 37, false);
  expect(fullBatches).toBeGreaterThan(0);
  expect(erases).toBeGreaterThan(40);
});

/** Calls `then` on chips as cuts at each flash operation of beginning a sale leave them. */
function cutSales(bench: FlashBench, then: (cut: FlashBench) => void): void {
  const journal = mount(bench);
  bench.chip.onMutation = (operation) => {
    for (const fraction of [0.02, 0.6, 0.999]) {
      const cut = new FlashBench(bench.chip.sizeBytes);
      cut.world.nowUs = bench.world.nowUs;
      cut.chip.restore(bench.chip.snapshot());
      cut.chip.applyTorn(operation, fraction, 3);
      cut.boot();
      then(cut);
    }
  };
  bench.wait<[number]>((done) => journal.begin(saleRecord(1, 90), done));
  bench.chip.onMutation = null;
}

test('the power goes twice in a row, each time while a sale is written: that is no damage, and no batch is given up', () => {
  const bench = new FlashBench(1 << 16);
  const journal = mount(bench);
  let cuts = 0;
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  bench.wait<[number]>((done) => journal.begin(saleRecord(1), done));
  bench.wait<[number]>((done) => journal.owedEnded(RECORD_REVERSED, done));
  // Records of one unit, so that the ends of pages come to lie everywhere in a sale's.
  for (let units = 0; units < 16; units++) {
    bench.wait<[number]>((done) => journal.slipsDone(journal.stan(), 1, done));
    const copy = new FlashBench(bench.chip.sizeBytes);
    copy.world.nowUs = bench.world.nowUs;
    copy.chip.restore(bench.chip.snapshot());
    copy.boot();
    cutSales(copy, (once) => {
      cutSales(once, (twice) => {
        cuts++;
        expect(mount(twice).batch()).toBe('000001');
      });
    });
  }
  expect(cuts).toBeGreaterThan(300);
});

test.each([0.02, 0.6, 0.999])('what was written behind a torn record (%s of it) rots: that is told', (fraction) => {
  const bench = new FlashBench(1 << 16);
  const journal = mount(bench);
  bench.wait<[number]>((done) => journal.openBatch('000001', done));
  let torn = 0;
  bench.chip.onMutation = (operation) => {
    if (torn++ > 0) return;
    const cut = new FlashBench(bench.chip.sizeBytes);
    cut.world.nowUs = bench.world.nowUs;
    cut.chip.restore(bench.chip.snapshot());
    cut.chip.applyTorn(operation, fraction, 3);
    cut.boot();
    const after = mount(cut);
    expect(cut.wait<[number]>((done) => after.begin(saleRecord(4711), done))).toEqual([0]);
    const at = Buffer.from(cut.chip.image()).lastIndexOf(Buffer.from('622848*', 'latin1'));
    cut.world.fault('flash', 'flip', at * 8);
    cut.boot();
    const { flash, clock } = cut;
    expect(cut.wait<[number, boolean]>((done) => createJournal(flash, clock).mount(done))).toEqual([
      FAULT_JOURNAL_CORRUPT,
      true,
    ]);
  };
  bench.wait<[number]>((done) => journal.begin(saleRecord(1), done));
  expect(torn).toBeGreaterThan(0);
});
