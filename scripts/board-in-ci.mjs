// What a person does with a board, on the emulated one, each by the command that the docs name: `cupos board`, `npm run flash`,
// `npm run hil`. `node scripts/board-in-ci.mjs [FILES…]`: these scenario files, by default the usual ones of `npm run hil`. With
// `--cables` the board's UARTs end at serial cables of their own, pairs of pseudo terminals by Debian's socat. Needs
// `npm run build` and `npm run build:mcu`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from './lint/rooms.mjs';

const startMs = 60_000;
const cableMs = 10_000;
const wires = ['pinpad', 'printer', 'modem'];
const folder = mkdtempSync(path.join(tmpdir(), 'cupos-ci-board-'));
const report = path.join(folder, 'hil.xml');
const { values, positionals: stories } = parseArgs({
  options: { cables: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** End of a cable: `board` is where the board's UART ends, `here` where the emulator's part is. */
function end(wire, at) {
  return path.join(folder, `${wire}-${at}`);
}

/** Pairs of pseudo terminals; null where there is no socat. */
async function plugCables() {
  if (spawnSync('socat', ['-V'], { stdio: 'ignore' }).error) return null;
  const cables = wires.map((wire) =>
    spawn(
      'socat',
      ['board', 'here'].map((at) => `PTY,rawer,link=${end(wire, at)}`),
      { stdio: 'ignore' },
    ),
  );
  const ends = wires.flatMap((wire) => [end(wire, 'board'), end(wire, 'here')]);
  for (const giveUpAt = Date.now() + cableMs; !ends.every((one) => existsSync(one)); await pause(20)) {
    if (Date.now() < giveUpAt) continue;
    for (const cable of cables) cable.kill();
    throw new Error('socat makes no pseudo terminals');
  }
  return cables;
}

/** The options of `cupos board` and of `npm run hil` alike. */
function portOptions(at) {
  return values.cables ? wires.flatMap((wire) => [`--${wire}-port`, end(wire, at)]) : [];
}

/** The emulated board, and where its console is. */
function startBoard() {
  const places = ['--tcp', '0', '--port', '0', '--data', path.join(folder, 'state')];
  const args = ['dist/cli/main.js', 'board', ...places, ...portOptions('board')];
  const board = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const where = new Promise((done, reject) => {
    let said = '';
    board.stdout.on('data', (text) => {
      said += text;
      const found = /console at (tcp:\/\/\S+)/.exec(said);
      if (found) done(found[1]);
    });
    board.once('exit', () => reject(new Error('cupos board ended')));
    setTimeout(() => reject(new Error('cupos board does not start')), startMs).unref();
  });
  return { board, where };
}

function run(script, ...args) {
  const { status } = spawnSync('npm', ['run', '--silent', script, '--', ...args], {
    cwd: root,
    stdio: ['ignore', 1, 2],
  });
  if (status !== 0) throw new Error(`npm run ${script} ended with status ${status}`);
}

/** Stories over the bridge, and over the cables where the board has some. */
async function tell() {
  const { board, where } = startBoard();
  try {
    const port = await where;
    run('flash', '--port', port);
    run('hil', '--port', port, '--junit', report, ...portOptions('here'), ...stories);
    if (!/<testsuites tests="[1-9]\d*" failures="0"/.test(readFileSync(report, 'utf8'))) {
      throw new Error('the JUnit report tells of no stories, or of failures');
    }
  } finally {
    board.kill();
  }
}

let cables = [];
try {
  cables = values.cables ? await plugCables() : [];
  if (cables) await tell();
  else process.stdout.write('SKIPPED: a board on serial cables: no socat found (apt-get install socat)\n');
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  for (const cable of cables ?? []) cable.kill();
  rmSync(folder, { recursive: true, force: true });
}
