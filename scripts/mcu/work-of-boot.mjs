// A board's start over a journal of many sales, under the meter: how much there is to do in all, and in the longest of its
// callbacks, while which keys wait and the watchdog is not kicked. Nothing is timed.
import { loadSource } from './load-sources.mjs';
import { bootMetered, workOf } from './work-of-sale.mjs';

/** As many as a batch holds. */
export const fullJournalSales = 500;

/** A flash chip's sectors with a batch of so many sales on it, each with both slips, as a terminal writes them. */
function journalOf(sales) {
  const { startTerminal, cards } = loadSource('emulator/terminal');
  const { openFlashImage } = loadSource('emulator/flash-image');
  const terminal = startTerminal({ record: false });
  terminal.powerOn().signIn().sell('12.34', cards.debit).waitForIdle();
  const image = openFlashImage(terminal.inside.flash.state.sectors);
  const { journal, finish } = image;
  const settled = journal.last();
  // What only the answer brings: the request had none of them when it was written first.
  const answers = [12, 13, 14, 15, 32, 37, 38, 39, 44, 63];
  const call = (what) => {
    const fault = finish(what);
    if (fault) throw new Error(`the journal of ${sales} sales gave fault ${fault}`);
  };
  while (journal.count() < sales) {
    const fields = settled.fields.map((wire, n) => (n === 11 ? undefined : wire));
    const asked = {
      ...settled,
      fields: fields.map((wire, n) => (answers.includes(n) ? undefined : wire)),
      slipsDone: 0,
    };
    call((done) => journal.begin(asked, done));
    fields[11] = asked.fields[11];
    call((done) => journal.settle({ ...settled, fields, slipsDone: 0 }, done));
    for (const slips of [1, 2]) call((done) => journal.slipsDone(journal.stan(), slips, done));
  }
  return image.sectors;
}

/** A bus whose callbacks are counted one by one: `each(counts)`. */
function countedBus(bus, take, each) {
  const around = (callback) => () => {
    take();
    callback();
    each(take());
  };
  return { ...bus, clock: { ...bus.clock, alarm: (delayMs, callback) => bus.clock.alarm(delayMs, around(callback)) } };
}

/**
 * From power on to the question for the clerk's number, over a journal of so many sales. Gives microseconds: `all`, `longest`
 * callback; and how many sectors the journal takes.
 */
export function workOfBoot(image, sales) {
  const { startTerminal } = loadSource('emulator/terminal');
  const counts = [];
  let meter = null;
  const take = () => meter?.take() ?? new Map();
  const firmware = (bus) => {
    meter = bootMetered(
      image,
      countedBus(bus, take, (found) => counts.push(found)),
    );
    counts.push(take());
  };
  const terminal = startTerminal({ firmware, record: false });
  if (sales > 0) terminal.inside.flash.state.sectors = journalOf(sales);
  const sectors = terminal.inside.flash.state.sectors.filter((sector) => sector.indexOf('CUJ1') === 0).length;
  terminal.powerOn().waitFor('操作员号');
  const each = counts.map((found) => workOf([{ counts: found }]));
  // The first is the boot file, which brings in the firmware: nobody can have pressed a key yet.
  return { all: each.reduce((sum, us) => sum + us, 0), longest: Math.max(...each.slice(1)), sectors };
}

/** As rows of `npm run bench:mcu -- --json`. */
export const bootReport = ({ all, longest }) => ({ 'work.boot.full': all, 'work.boot.full.longest': longest });
