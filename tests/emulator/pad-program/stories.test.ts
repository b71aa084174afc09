/** Every story of tests/scenarios once more, with a PIN pad that runs the pad's own program. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { textOf } from '../../../emulator/scenario/report';
import { runScenario } from '../../../emulator/scenario/run-scenario';

const folder = join(__dirname, '../../scenarios');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

test.each(files)('%s', (file) => {
  const scenario = parseScenario(readFileSync(join(folder, file), 'utf8'), file);
  const result = runScenario({ ...scenario, parts: { ...scenario.parts, pad: 'firmware' } });
  if (!result.passed) throw new Error(textOf(result));
});
