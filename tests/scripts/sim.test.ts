/** `npm run sim`: what it refuses. That it runs, and its last line, is CI's own step. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { headNames, modemNames } from '../../emulator/parts';

const script = join(__dirname, '../../scripts/sim.mjs');

test.each([
  [['--seeds', '0'], '--seeds must be a whole number from 1 to 1000000, not "0"'],
  [['--seeds', '1e3'], '--seeds must be a whole number from 1 to 1000000, not "1e3"'],
  [['--from', '-1'], "Option '--from' argument is ambiguous"],
  [['--from', '4294967295'], '--from must be a whole number from 0 to'],
  [['--storms'], "Unknown option '--storms'"],
  [['--modem', 'fax'], `--modem must be one of ${modemNames.join(', ')}, not "fax"`],
  [['--head', ''], `--head must be one of ${headNames.join(', ')}, not ""`],
  [['17'], "Unexpected argument '17'"],
])('%s: refused with what would be right', (args, message) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(stderr).toContain(
    'use: npm run sim -- [--seeds N] [--from SEED] [--cuts] [--modem NAME] [--head NAME] [--pad NAME] [--json]',
  );
});
