// Wire-level sales, power cuts and memory of the whole emulated terminal. A sale is everything from the first key to the
// second slip, every byte of every wire included; a cut is a fork of the World, boot, log-in, whatever is owed, one more
// sale and all money rules checked. Sales and cuts are measured in turns, so that their ratio is of one and the same run.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SALES_A_ROUND = 250;
const ROUNDS = 7;
const TERMINALS = 200;
/** A sale, and one whose answer is lost and that is reversed. */
const STORIES = ['a sale', 'a sale whose answer is lost, and its reversal'];

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function perSecond(count, run) {
  const startedAt = process.hrtime.bigint();
  run();
  return count / (Number(process.hrtime.bigint() - startedAt) / 1e9);
}

function freshTerminal(load) {
  const { startTerminal } = load('emulator/terminal.js');
  return startTerminal({ record: false }).powerOn().signIn();
}

function measureSales(load) {
  const { cards } = load('emulator/terminal.js');
  const terminal = freshTerminal(load);
  const rate = perSecond(SALES_A_ROUND, () => {
    // Not the same amount again so soon: the terminal would ask whether it is meant.
    for (let i = 0; i < SALES_A_ROUND; i++) terminal.sell(`${1 + (i % 8)}.00`, cards.debit);
  });
  terminal.inside.store.close();
  return rate;
}

function measureCuts(load) {
  const { sweepStory } = load('emulator/sweep/power-cut-sweep.js');
  const { stories } = load('emulator/sweep/stories.js');
  const chosen = stories.filter((story) => STORIES.includes(story.name));
  let cuts = 0;
  let cutsMs = 0;
  for (let i = 0; i < 3; i++) {
    for (const story of chosen) {
      const report = sweepStory(story);
      if (report.violations.length > 0) throw new Error(`${story.name}: ${report.violations[0].what[0]}`);
      cuts += report.cuts;
      cutsMs += report.cutsMs;
    }
  }
  // From fork to verdict: the story's own run, up to where it is cut, is no part of a cut, as sign-in is none of a sale.
  return (cuts * 1000) / cutsMs;
}

/** Memory (heap and buffers) that one more terminal holds, booted and signed in, all at one center. */
function measureMemory(load) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const { startTerminal } = load('emulator/terminal.js');
  const first = startTerminal({ record: false });
  const host = { center: first.inside.center, store: first.inside.store };
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const terminals = [];
  for (let i = 0; i < TERMINALS; i++) terminals.push(startTerminal({ record: false, host }).powerOn().signIn());
  const bytes = (used() - before) / terminals.length;
  host.store.close();
  return Math.round(bytes);
}

export function benchSales(dist) {
  const require = createRequire(import.meta.url);
  const load = (path) => require(join(dist, path));
  measureSales(load);
  measureCuts(load);
  const sales = [];
  const cuts = [];
  for (let round = 0; round < ROUNDS; round++) {
    sales.push(measureSales(load));
    cuts.push(measureCuts(load));
  }
  return {
    'sales.perSecond': Math.round(median(sales)),
    'cuts.perSecond': Math.round(median(cuts)),
    'terminal.bytes': measureMemory(load),
  };
}
