// `ESPRUINO=/path npm run bench:engine [-- --json] [-- --runs N]`: how long the firmware computes in each step of a stripe
// sale on a real engine, waiting excluded. The engine is a Linux build of Espruino with its Storage in memory; without one
// nothing is measured. Each figure is the least of all runs and sales: what else the machine does only adds.
import { accessSync, constants, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildImage } from './mcu/board-image.mjs';
import { codecProgram } from './mcu/tape-codec.mjs';
import { check, isEngine, play, storageFile } from './mcu/tape-runner.mjs';
import { record, saleRequest, saleStory } from './mcu/tape.mjs';

const SALES = 3;
const stop = (message) => {
  process.stderr.write(`bench:engine: ${message}\n`);
  process.exit(2);
};
const options = { json: { type: 'boolean' }, runs: { type: 'string' } };
let values;
try {
  ({ values } = parseArgs({ options }));
} catch (error) {
  stop(error.message.split('\n')[0]);
}
const runs = values.runs === undefined ? 9 : Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) stop(`--runs ${values.runs}: a number from 1 on`);
const engine = process.env.ESPRUINO;
if (!engine) stop('no engine: ESPRUINO=/path names a Linux build of Espruino; nothing was measured');
try {
  accessSync(engine, constants.X_OK);
  if (!statSync(engine).isFile()) throw new Error('a folder');
} catch (error) {
  stop(`${engine}: ${error.code === 'ENOENT' ? 'there is no such program' : 'no program that can be run'}`);
}
if (!isEngine(engine)) stop(`${engine}: no Espruino, or one that does not run here`);

const image = await buildImage('pico2');
if (image.problems.length > 0) stop(image.problems[0]);
const tape = record(saleStory(SALES));
const storage = storageFile(image, tape, codecProgram(saleRequest(tape)));
check(engine, storage, tape);

const steps = new Map();
const units = new Map();
const least = (map, name, value) => map.set(name, Math.min(map.get(name) ?? Infinity, value));
for (let run = 0; run < runs; run++) {
  const stubs = [];
  const marks = [];
  for (const line of play(engine, storage, false)) {
    const [, kind, rest] = /^([LUPC]) (.*)$/.exec(line) ?? [];
    if (kind === 'L') least(units, 'loop', Number(rest));
    if (kind === 'C') least(units, rest.split(' ')[0], Number(rest.split(' ')[1]));
    if (kind === 'U') stubs.push(Number(rest.split(' ')[1]));
    if (kind === 'P') marks.push(rest.split('|'));
  }
  for (const [mark, ms, counts] of marks) {
    const ownUs = counts.split(' ').reduce((sum, count, index) => sum + Number(count) * stubs[index], 0);
    least(steps, mark.replace(/^\d+ /, ''), Number(ms) - ownUs / 1000);
  }
}
const sale = [...steps].filter(([name]) => name !== 'boot' && name !== 'sign in');
const total = sale.reduce((sum, [, ms]) => sum + ms, 0);
const rounded = (value) => Math.round(value * 1000) / 1000;
const report = {
  'engine.loop.us': rounded(units.get('loop')),
  'engine.pack.ms': rounded(units.get('pack')),
  'engine.index.ms': rounded(units.get('index')),
  'engine.sale.ms': rounded(total),
  ...Object.fromEntries([...steps].map(([name, ms]) => [`engine.${name.replaceAll(' ', '.')}.ms`, rounded(ms)])),
};
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else for (const [name, value] of Object.entries(report)) process.stdout.write(`${name.padEnd(28)}${value}\n`);
