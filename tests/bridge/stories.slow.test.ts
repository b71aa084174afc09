/** Every scenario that can be told to a board, over the bridge in virtual time: the built firmware on the emulated board. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runHil } from '../../emulator/bridge/run-hil';
import { parseScenario } from '../../emulator/scenario/parse-scenario';
import { textOf } from '../../emulator/scenario/report';
import { makeImages } from '../board/board-rig';
import { bridgeRig } from './bridge-rig';

const folder = join(__dirname, '../scenarios');
let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 300_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

test('all of them', async () => {
  const { bridge } = await bridgeRig(join(images, 'full'));
  const scenarios = readdirSync(folder).map((file) => parseScenario(readFileSync(join(folder, file), 'utf8'), file));
  const { results, lost } = runHil(bridge, scenarios, () => undefined);
  expect(lost).toBe('');
  expect(results.filter((result) => !result.passed).map(textOf)).toEqual([]);
  // Those with another modem or head, in English, or about an imagined processor.
  expect(results.filter((result) => result.skipped).length).toBeLessThan(12);
}, 600_000);
