// What a person does with a board, on the emulated one, each by the command that the docs name: `cupos board`, `npm run flash`,
// `npm run hil`. `node scripts/board-in-ci.mjs [FILES…]`: these scenario files, by default the usual ones of `npm run hil`. Needs
// `npm run build` and `npm run build:mcu`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './lint/rooms.mjs';

const startMs = 60_000;
const folder = mkdtempSync(path.join(tmpdir(), 'cupos-ci-board-'));
const report = path.join(folder, 'hil.xml');

/** The emulated board, and where its console is. */
function startBoard() {
  const args = ['dist/cli/main.js', 'board', '--tcp', '0', '--port', '0', '--data', path.join(folder, 'state')];
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

const { board, where } = startBoard();
try {
  const port = await where;
  run('flash', '--port', port);
  run('hil', '--port', port, '--junit', report, ...process.argv.slice(2));
  if (!/<testsuites tests="[1-9]\d*" failures="0"/.test(readFileSync(report, 'utf8'))) {
    throw new Error('the JUnit report tells of no stories, or of failures');
  }
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  board.kill();
  rmSync(folder, { recursive: true, force: true });
}
