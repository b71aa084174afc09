// `npm run hil -- --port PORT [--junit FILE] [FILES…]`: scenario files against a board whose firmware was flashed
// (docs/hil.md). PORT: /dev/ttyACM0, COM3, a pseudo terminal or tcp://host:port.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lint/rooms.mjs';

const require = createRequire(import.meta.url);
const usage =
  'npm run hil -- --port PORT [--board pico2|esp32-s3] [--any-board] [--pinpad-port PORT] [--printer-port PORT] ' +
  '[--modem-port PORT] [--junit FILE] [--json] [--quiet] [FILES…]';
const boards = ['pico2', 'esp32-s3'];
/** The speeds that the board file gives to its UARTs. */
const wires = { pinpad: 19_200, printer: 115_200, modem: 115_200 };
const longestBytes = 1_000_000;

/** A few minutes on a board: money, each device, power that goes at the worst moments. */
const usualStories = [
  ...['first-sale', 'wrong-pin', 'lost-answer', 'balance', 'menu-and-reprint', 'unreadable-in-sale'],
  ...['paper-out-in-slip', 'connection-breaks', 'management', 'devices-tested', 'power-cut-in-sign-in'],
  ...['power-cut-at-pin', 'power-cut-while-sending', 'power-cut-while-printing'],
].map((name) => path.join(root, 'tests/scenarios', `${name}.yaml`));

class HilError extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

function readOptions() {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  const ports = Object.fromEntries(Object.keys(wires).map((name) => [`${name}-port`, text]));
  const flags = { 'any-board': flag, json: flag, quiet: flag, help: flag };
  const options = { port: text, board: text, junit: text, ...flags, ...ports };
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new HilError(`${error.message.split(/\n|\. To /)[0].replace(/\.?$/, '.')} Usage: ${usage}`, 2);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(
      `Usage: ${usage}\nTells scenario files to a flashed board over its console's cable: docs/hil.md\n`,
    );
    process.exit(0);
  }
  if (values.port === undefined) throw new HilError(`say which port: ${usage}`, 2);
  if (values.board !== undefined && !boards.includes(values.board)) {
    throw new HilError(`there is no board "${values.board.slice(0, 40)}": ${boards.join(', ')}`, 2);
  }
  for (const name of ['port', ...Object.keys(ports)]) {
    if (values[name]?.includes('://') && !/^tcp:\/\/[^:/]+:\d{1,5}$/.test(values[name])) {
      throw new HilError(`${values[name]}: a port is /dev/…, COM3 or tcp://host:port`, 2);
    }
  }
  return { values, files: positionals.length > 0 ? positionals : usualStories };
}

function readStory(file, { parseScenario, ScenarioError }) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HilError(`cannot read ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.code}`, 2);
  }
  if (text.length > longestBytes) throw new HilError(`${file}:1: too long for a scenario: split it`, 2);
  try {
    return parseScenario(text, path.relative(process.cwd(), path.resolve(file)));
  } catch (error) {
    throw error instanceof ScenarioError ? new HilError(error.message, 2) : error;
  }
}

/** Before the stories, not behind them: they take minutes. */
function checkWritable(file) {
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new HilError(`cannot write ${file} (${error.code}): name another file with --junit`, 2);
  }
}

function build() {
  const script = path.join(root, 'scripts/build.mjs');
  const { status } = spawnSync(process.execPath, [script, '--if-stale'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new HilError('the package does not build: npm run build');
}

async function main() {
  const { values, files } = readOptions();
  build();
  const part = (name) => require(path.join(root, 'dist/emulator', name));
  const { Bridge } = part('bridge/bridge.js');
  const { BridgeError } = part('bridge/cable.js');
  const { PortCable } = part('bridge/port-cable.js');
  const { runHil } = part('bridge/run-hil.js');
  const { junitOf, textOf } = part('scenario/report.js');
  const stories = files.map((file) => readStory(file, part('scenario/parse-scenario.js')));
  if (values.junit !== undefined) checkWritable(values.junit);
  const out = values.json ? process.stderr : process.stdout;
  const say = (line) => out.write(`${line}\n`);
  const cables = [];
  const open = (port, baud) => {
    const cable = PortCable.open(port, baud);
    cables.push(cable);
    return cable;
  };
  try {
    const cable = open(values.port, 115_200);
    const wired = {};
    for (const [name, baud] of Object.entries(wires)) {
      if (values[`${name}-port`] !== undefined) wired[name] = open(values[`${name}-port`], baud);
    }
    const bridge = new Bridge(cable, {
      board: values.board,
      anyBoard: values['any-board'],
      wired,
      onLine: (line) => !values.quiet && say(`board: ${line}`),
    });
    const beganAt = Date.now();
    bridge.check();
    const { engine, version, build: number } = bridge.identity;
    say(`hil: ${engine} with Espruino ${version} at ${values.port}, firmware ${number}`);
    const { results, lost } = runHil(bridge, stories, (result) => say(textOf(result)));
    if (values.junit !== undefined) writeFileSync(values.junit, junitOf(results));
    const ran = results.filter((result) => !result.skipped);
    const failed = ran.filter((result) => !result.passed).length;
    const seconds = Number(((Date.now() - beganAt) / 1000).toFixed(1));
    const sum = { passed: ran.length - failed, failed, skipped: results.length - ran.length };
    const { repeats, starts } = bridge;
    const carried = Object.fromEntries(
      Object.entries(wired).map(([name, { written, taken }]) => [name, { toBoard: written, fromBoard: taken }]),
    );
    for (const [name, { toBoard, fromBoard }] of Object.entries(carried)) {
      say(`hil: ${values[`${name}-port`]}: ${toBoard} bytes to the board's UART of the ${name}, ${fromBoard} from it`);
    }
    say(
      `hil: ${sum.passed} passed, ${failed} failed, ${sum.skipped} skipped in ${seconds} s; ` +
        `the firmware was started ${starts === 1 ? 'once' : `${starts} times`}, ${repeats} frames were repeated`,
    );
    if (values.json) {
      process.stdout.write(
        `${JSON.stringify({ engine, version, build: number, ...sum, seconds, starts, repeats, carried, lost, results })}\n`,
      );
    }
    if (lost !== '') throw new HilError(lost);
    if (failed > 0 || ran.length === 0) process.exitCode = 1;
  } catch (error) {
    throw error instanceof BridgeError ? new HilError(error.message) : error;
  } finally {
    for (const cable of cables) await cable.close();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof HilError)) throw error;
  process.stderr.write(`hil: ${error.message}\n`);
  process.exitCode = error.status;
}
