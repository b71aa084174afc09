// Takes the pictures of the page anew: the README's and those that its tests compare with. Look at them before you commit
// them. Needs Chromium, as the tests do.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installChromium } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const chromium = installChromium();
if (!chromium) {
  process.stderr.write('cupos: no Chromium found: install it, or name it by CUPOS_CHROMIUM\n');
  process.exit(1);
}
const jest = `${root}/node_modules/jest/bin/jest.js`;
const { status } = spawnSync(process.execPath, [jest, 'tests/page/pictures', '-w', '1'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CUPOS_PICTURES: 'take', CUPOS_BROWSER: 'required', CUPOS_CHROMIUM: chromium },
});
process.exitCode = status ?? 1;
