// `npm run build:mcu [-- --board BOARD] [--out DIR] [--json]`: the firmware for the boards, from TypeScript
// to the files of their Storage, into dist-mcu/<board>:
//   files/        what goes into the Storage, under its names there
//   image.json    name, module, size and hashes of each, what must be known of the board
//   cupos.hex     the whole Storage as Intel HEX
//   maps/         source maps, for `cupos symbolicate`
// `--json` prints one object: the first board's modules and sizes, and what a terminal's firmware needs of the engine, which takes
// a while (null for a PIN pad's).
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lint/rooms.mjs';
import { boards, buildImage, describeFile } from './mcu/board-image.mjs';
import { intelHex, storageImage } from './mcu/intel-hex.mjs';
import { loadSource } from './mcu/load-sources.mjs';
import { Refused } from './mcu/transpile.mjs';

const { makeDirectory } = loadSource('host/make-directory');

const fail = (message, status = 2) => {
  process.stderr.write(`build:mcu: ${message}\n`);
  process.exit(status);
};

function readOptions() {
  const flag = { type: 'boolean' };
  const options = { board: { type: 'string', multiple: true }, json: flag, out: { type: 'string' }, help: flag };
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      process.stdout.write(
        `Usage: npm run build:mcu -- [--board ${Object.keys(boards).join('|')}]… [--out DIR] [--json]\n`,
      );
      process.exit(0);
    }
    const wanted = values.board ?? Object.keys(boards);
    const unknown = wanted.find((board) => !Object.hasOwn(boards, board));
    if (unknown !== undefined) fail(`no board "${unknown}"; there are ${Object.keys(boards).join(' and ')}`);
    return { wanted, json: values.json ?? false, out: path.resolve(values.out ?? path.join(root, 'dist-mcu')) };
  } catch (error) {
    return fail(error.message.split('\n')[0]);
  }
}

function write(folder, image) {
  const { board, build, lcd, files, maps } = image;
  // Only what an earlier build made is thrown away.
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(path.join(folder, 'image.json'))) {
    fail(`${folder} holds something else than an image: name another folder with --out`, 1);
  }
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['files', 'maps']) makeDirectory(path.join(folder, name));
  for (const { name, bytes } of files) writeFileSync(path.join(folder, 'files', name), bytes, 'latin1');
  for (const [name, map] of maps) {
    writeFileSync(path.join(folder, 'maps', `${name}.map`), JSON.stringify({ ...map, file: name }));
  }
  const description = { board, ...boards[board], build, lcd, bytes: image.bytes, files: files.map(describeFile) };
  writeFileSync(path.join(folder, 'image.json'), `${JSON.stringify(description, null, 1)}\n`);
  writeFileSync(path.join(folder, 'cupos.hex'), intelHex(storageImage(files), boards[board].storageAddress));
}

/** What the firmware needs of the engine: variables and depth. */
async function census(image) {
  const { highest, runUnderCensus } = await import('./mcu/run-terminal.mjs');
  const { runPadUnderCensus } = await import('./mcu/pad-census.mjs');
  const { idle, peaks, deepestCalls } = (image.isPad ? runPadUnderCensus : runUnderCensus)(image);
  const { sale, ...others } = Object.fromEntries(Object.entries(peaks).map(([job, { total }]) => [job, total]));
  const peakVars = { sale, ...others, everything: highest(peaks).total };
  return { residentVars: idle.total, peakVars, maxDepth: deepestCalls.length };
}

/** The line of `--json`. */
async function report(image) {
  const late = new Set(image.late.flatMap(({ group }) => group));
  const modules = image.files
    .filter(({ id }) => id !== undefined)
    .map(({ id, name, bytes }) => ({ id, name, bytes: bytes.length, late: late.has(id) }));
  return { modules, storageBytes: image.bytes, ...(await census(image)) };
}

/** A source of which nothing can be made is told like any other problem. */
async function build(board) {
  try {
    return await buildImage(board);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { problems: [error.message] };
  }
}

const { wanted, json, out } = readOptions();
let problems = 0;
let first = null;
for (const board of wanted) {
  const image = await build(board);
  for (const problem of image.problems) process.stderr.write(`build:mcu: ${problem}\n`);
  problems += image.problems.length;
  if (image.problems.length > 0) continue;
  const folder = path.join(out, board);
  try {
    write(folder, image);
  } catch (error) {
    if (error.code === undefined) throw error;
    fail(`cannot write ${folder} (${error.code}): name another folder with --out`, 1);
  }
  first ??= image;
  if (!json) {
    const bytes = image.bytes.toLocaleString('en');
    process.stdout.write(`${board}: ${image.files.length} files, ${bytes} bytes, build ${image.build}, in ${folder}\n`);
  }
}
if (problems > 0) process.exitCode = 1;
else if (json) process.stdout.write(`${JSON.stringify(await report(first))}\n`);
