// Before `npm start`, `npm test` and the commands for boards: installs the packages of the lock file when some are missing or
// others than it names, so that a fresh clone needs no other command. Says what it does; silent when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Rows of a lock file by the package's folder; none where there is no such file. */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** Somebody gave this folder another one's packages: what is in there is his. */
function isBorrowed() {
  return lstatSync(`${root}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function reason() {
  // npm writes this file at the end of every installation.
  const there = packagesOf(`${root}node_modules/.package-lock.json`);
  if (Object.keys(there).length === 0) return 'packages are not installed yet';
  // An optional one is left out where the machine cannot use it.
  const isOther = ([place, { version, optional, link }]) =>
    place !== '' && !optional && !link && there[place]?.version !== version;
  const other = Object.entries(packagesOf(`${root}package-lock.json`)).find(isOther);
  return other ? `${other[0].replace(/.*node_modules\//, '')} is not the one of package-lock.json` : '';
}

const why = isBorrowed() ? '' : reason();
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
