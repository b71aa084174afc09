// Finds the browser that the page's tests use, and can install Debian's. `node scripts/chromium.mjs` prints its path.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of an installed Chromium, `CUPOS_CHROMIUM` first; '' when there is none. */
export function findChromium() {
  const named = process.env.CUPOS_CHROMIUM;
  if (named) return isExecutable(named) ? named : '';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (folder && isExecutable(join(folder, name))) return join(folder, name);
  }
  return '';
}

function apt(args) {
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  return spawnSync('apt-get', ['-q', '-y', ...args], options).status === 0;
}

/** As `findChromium`, but installs Debian's package where there is none and we may. */
export function installChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return '';
  process.stderr.write('cupos: installing chromium by apt-get for the browser tests\n');
  const packages = ['install', '--no-install-recommends', 'chromium'];
  if (apt(packages) || (apt(['update']) && apt(packages))) return findChromium();
  return '';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = process.argv.includes('--install') ? installChromium() : findChromium();
  process.stdout.write(`${path || 'no Chromium found'}\n`);
  process.exitCode = path ? 0 : 1;
}
