// `npm run bench [-- --json]`: the figures of docs/performance.md that are times or memory, as one flat object of medians.
// Each part gets the built package and a way to tell the reader something, and returns its figures.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { benchCodec } from './bench/iso8583.mjs';
import { benchSales } from './bench/sales.mjs';
import { benchTerminals } from './bench/terminals.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const args = process.argv.slice(2);
const json = args.includes('--json');
const unknown = args.find((arg) => arg !== '--json');
if (unknown) {
  process.stderr.write(`bench: unknown option ${unknown}; use --json or nothing\n`);
  process.exit(2);
}

const note = (line) => process.stderr.write(`bench: ${line}\n`);

/** Four significant digits; whole numbers stay as they are. */
function rounded(value) {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

const build = spawnSync(process.execPath, [here('build.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
if (build.status !== 0) process.exit(1);

const figures = {};
for (const bench of [benchCodec, benchSales, benchTerminals]) {
  for (const [key, value] of Object.entries(await bench(here('../dist/'), note))) figures[key] = rounded(value);
}

if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else for (const [key, value] of Object.entries(figures)) process.stdout.write(`${key.padEnd(32)}${value}\n`);
