// `npm run sim -- [--seeds N] [--from SEED] [--cuts] [--modem NAME] [--head NAME] [--pad NAME] [--json]`: the
// random storm (docs/storm.md) over the built package, then over every broken build. The last line is `{"seeds","cuts","violations","cutsPerSecond","mutants":{"total","caught"}}`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const HIGHEST_SEED = 4_294_967_295;
const MOST_SEEDS = 1_000_000;
/** A broken build has so many days to show itself. */
const MUTANT_SEEDS = 1000;
/** Those of emulator/parts.ts: what is no name is refused before anything is built. */
const MODEMS = ['sim800', 'ec20', 'pstn'];
const HEADS = ['shiftOut', 'edges'];
const PADS = ['openssl', 'firmware'];
const STORIES = '.cupos/storm';

function refuse(message) {
  process.stderr.write(
    `sim: ${message}\nuse: npm run sim -- [--seeds N] [--from SEED] [--cuts] [--modem NAME] [--head NAME] [--pad NAME] [--json]\n`,
  );
  process.exit(2);
}

function readOptions() {
  try {
    const text = { type: 'string' };
    const flag = { type: 'boolean', default: false };
    const options = { seeds: text, from: text, cuts: flag, modem: text, head: text, pad: text, json: flag };
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(error.message.split('. ')[0]);
  }
}

function whole(text, name, otherwise, lowest, highest) {
  if (text === undefined) return otherwise;
  const value = /^\d{1,10}$/.test(text) ? parseInt(text, 10) : -1;
  if (value >= lowest && value <= highest) return value;
  return refuse(`--${name} must be a whole number from ${lowest} to ${highest}, not "${text.slice(0, 40)}"`);
}

function oneOf(text, name, names) {
  if (text === undefined || names.includes(text)) return text;
  return refuse(`--${name} must be one of ${names.join(', ')}, not "${text.slice(0, 40)}"`);
}

/** Version, and what the compiled rooms really are. */
function buildName() {
  const hash = createHash('sha256');
  for (const room of ['hal', 'drivers', 'firmware', 'host', 'emulator']) {
    const files = readdirSync(join(root, 'dist', room), { recursive: true }).filter((file) => file.endsWith('.js'));
    for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, 'dist', room, file)));
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}

const { seeds: seedsText, from: fromText, cuts, modem: modemText, head: headText, pad: padText, json } = readOptions();
const seeds = whole(seedsText, 'seeds', 1000, 1, MOST_SEEDS);
const modem = oneOf(modemText, 'modem', MODEMS);
const head = oneOf(headText, 'head', HEADS);
const pad = oneOf(padText, 'pad', PADS);
const parts = {
  ...(modem !== undefined && { modem }),
  ...(head !== undefined && { head }),
  ...(pad !== undefined && { pad }),
};
const board = Object.values(parts)
  .map((part) => `, ${part}`)
  .join('');
const from = whole(fromText, 'from', 1, 0, HIGHEST_SEED - Math.max(seeds, MUTANT_SEEDS));

const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], {
  stdio: ['ignore', 2, 2],
});
if (built.status !== 0) process.exit(1);

const brokenBuilds = require(join(root, 'dist/emulator/sweep/broken-builds.js')).brokenBuilds.filter(
  ({ onlyBySweep }) => !onlyBySweep,
);
const { catchBrokenBuild, runStorm } = require(join(root, 'dist/emulator/storm/run-storm.js'));
const build = buildName();
const say = (line) => process.stdout.write(`${line}\n`);
const tell = (line) => {
  if (!json) say(line);
};
const stories = new Map();

/** Where this violation's scenario was written, from the project's root. */
function keep({ seed, scenario }) {
  const count = (stories.get(seed) ?? 0) + 1;
  stories.set(seed, count);
  const file = `${STORIES}/seed-${seed}${count > 1 ? `-${count}` : ''}.yaml`;
  mkdirSync(join(root, STORIES), { recursive: true });
  writeFileSync(join(root, file), scenario);
  return file;
}

tell(`storm: ${seeds} seeds from ${from}${cuts ? ', with power cuts' : ''}${board}, build ${build}`);
const startedAtMs = Date.now();
const result = runStorm({ seeds, from, cuts, build, parts }, (violation) => {
  const { seed, place, what } = violation;
  const scenario = keep(violation);
  if (json) say(JSON.stringify({ seed, build, place, what, scenario }));
  else say(`VIOLATION seed ${seed}, build ${build}, ${place}: ${what.join('; ')}\n  told in ${scenario}`);
});
tell(`storm: ${result.violations} violations, ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);

let caught = 0;
for (const broken of brokenBuilds) {
  const { name, seed, what } = catchBrokenBuild(broken, from, MUTANT_SEEDS, parts);
  if (seed !== null) caught++;
  tell(seed === null ? `MISSED: ${name}` : `found out by seed ${seed}: ${name}: ${what}`);
}

say(
  JSON.stringify({
    seeds,
    cuts: result.cuts,
    violations: result.violations,
    cutsPerSecond: result.cuts > 0 ? Math.round((result.cuts * 1000) / result.cutsMs) : 0,
    mutants: { total: brokenBuilds.length, caught },
  }),
);
process.exitCode = result.violations === 0 && caught === brokenBuilds.length ? 0 : 1;
