// Before `npm start` and `npm test`: installs the packages of the lock file when they are missing or older than it, so
// that a fresh clone needs no other command. Says what it does; silent when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}package-lock.json`;
// npm writes this file at the end of every installation.
const installed = `${root}node_modules/.package-lock.json`;

function reason() {
  if (!existsSync(installed)) return 'packages are not installed yet';
  if (statSync(lock).mtimeMs > statSync(installed).mtimeMs) return 'package-lock.json is newer than what is installed';
  return '';
}

const why = reason();
if (why) {
  process.stderr.write(`cupos: ${why}: running "npm ci" (once, a minute or two)\n`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write('cupos: "npm ci" failed; its own message is above\n');
    process.exitCode = 1;
  }
}
