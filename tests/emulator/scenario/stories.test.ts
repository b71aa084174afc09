/** Every story of tests/scenarios, each in a World of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { textOf } from '../../../emulator/scenario/report';
import { runScenario } from '../../../emulator/scenario/run-scenario';

const folder = join(__dirname, '../../scenarios');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

test.each(files)('%s', (file) => {
  const result = runScenario(parseScenario(readFileSync(join(folder, file), 'utf8'), file));
  if (!result.passed) throw new Error(textOf(result));
});
