/** Drivers of parts that the reference board does not carry: fit for the same engine. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

test('nothing in any driver is beyond the engine', () => {
  const root = join(__dirname, '../..');
  const entries = readdirSync(join(root, 'drivers'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `drivers/${file.slice(0, -3)}`);
  const script = `import { lower } from './scripts/mcu/lower.mjs';
    process.stdout.write(JSON.stringify((await lower(${JSON.stringify(entries)})).problems));`;
  const args = ['--input-type=module', '-e', script];
  expect(JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }))).toEqual([]);
}, 60_000);
