// A stripe sale with PIN by a board's image under the meter, step by step: from the first key to the idle screen after the
// second slip. Waiting costs nothing; the same image gives the same counts everywhere.
import { createEngineShim } from './engine-shim.mjs';
import { bootNames } from './image.mjs';
import { loadSource } from './load-sources.mjs';
import { createMeter } from './meter.mjs';
import { saleStory } from './tape.mjs';
import { untokenise } from './untokenise.mjs';
import { emptyCounts, priceOf } from './work-kinds.mjs';

/** An image booted from its stored bytes under the meter, over a bus of the World. */
export function bootMetered(image, bus) {
  const storage = new Map(image.files.map(({ name, bytes }) => [name, bytes]));
  const code = image.files
    .filter(({ name, id }) => id !== undefined || name === bootNames[0])
    .map(({ name, bytes }) => ({ id: name, code: untokenise(bytes) }));
  const { globals, Storage } = createEngineShim(image.board, bus, storage);
  const meter = createMeter(code, { globals, native: () => Storage });
  globals.Modules = { getCached: () => meter.require.names(), removeCached: (name) => meter.require.unload(name) };
  meter.run(bootNames[0]);
  return meter;
}

/** Steps before the sale begins. */
const before = ['boot', 'sign in'];

/**
 * Gives [{ step, isSale, counts }]: for each step of the story that `npm run bench:engine` times too, in the order in which they
 * came, a Map of `name#token` → row of counts, as of the meter.
 */
export function workOfSale(image) {
  const { startTerminal } = loadSource('emulator/terminal');
  const steps = [];
  let meter = null;
  const firmware = (bus) => {
    meter = bootMetered(image, bus);
  };
  const mark = (name) => {
    const counts = meter?.take() ?? new Map();
    if (steps.length > 0) steps.at(-1).counts = counts;
    const step = name.replace(/^\d+ /, '');
    steps.push({ step, isSale: !before.includes(step), counts: new Map() });
  };
  const terminal = startTerminal({ firmware, record: false });
  saleStory(1)(terminal, mark);
  const slips = terminal.paper.slips().length;
  if (slips !== 2) throw new Error(`the sale printed ${slips} slips`);
  return steps.slice(0, -1);
}

/** Rows of counts added up by what `keyOf` makes of their places: [[key, row, nanoseconds]], the dearest first. */
export function gather(steps, keyOf) {
  const found = new Map();
  for (const { counts } of steps) {
    for (const [place, row] of counts) {
      const key = keyOf(place);
      if (!found.has(key)) found.set(key, emptyCounts());
      row.forEach((count, kind) => (found.get(key)[kind] += count));
    }
  }
  return [...found].map(([key, row]) => [key, row, priceOf(row)]).sort((a, b) => b[2] - a[2]);
}

/** Microseconds of some steps. */
export const workOf = (steps) => Math.round(gather(steps, () => '').reduce((sum, [, , ns]) => sum + ns, 0) / 1000);

/** One flat object: each step, and the whole sale. */
export function reportOf(steps) {
  const report = steps.map((step) => [`work.${step.step.replaceAll(' ', '.')}`, workOf([step])]);
  return { ...Object.fromEntries(report), 'work.sale': workOf(steps.filter(({ isSale }) => isSale)) };
}
