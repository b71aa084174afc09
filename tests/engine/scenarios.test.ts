/**
 * The scenario files on a real Espruino, in lockstep with the World: the same stories, the same expectations. Those of other
 * settings and parts than the image's are told elsewhere.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario } from '../../emulator/scenario/parse-scenario';
import { textOf } from '../../emulator/scenario/report';
import { runScenario } from '../../emulator/scenario/run-scenario';
import { makeImages } from '../board/board-rig';
import { describeOnEngine, enginePath } from './espruino';
import { RealEngine } from './real-engine';

const folder = join(__dirname, '../scenarios');

/** The plug is pulled while a frame goes out: a board hands it to the modem in pieces, and what has not left never does. */
const otherwise = ['balance-power-cut.yaml', 'power-cut-as-request-leaves.yaml', 'power-cut-in-sign-in.yaml'];

const scenarios = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && !otherwise.includes(name))
  .map((name) => parseScenario(readFileSync(join(folder, name), 'utf8'), name))
  .filter(({ settings, parts, provisioned }) => {
    const plain = Object.keys(settings ?? {}).length === 0 && Object.keys(parts ?? {}).length === 0;
    return plain && provisioned !== false;
  });

describeOnEngine('scenarios on a real Espruino', () => {
  let images = '';
  let engine: RealEngine;

  beforeAll(async () => {
    images = await makeImages();
  }, 120_000);

  afterAll(() => rmSync(images, { recursive: true, force: true }));
  afterEach(() => engine.end());

  test.each(scenarios.map((scenario) => [scenario.file, scenario] as const))(
    '%s',
    (_file, scenario) => {
      engine = new RealEngine({ engine: enginePath, image: join(images, 'full') });
      const result = runScenario(scenario, {
        firmware: engine.firmware,
        watch: ({ inside }) => {
          engine.solderTo(inside);
          return () => undefined;
        },
      });
      expect(result.passed ? '' : textOf(result)).toBe('');
      expect(engine.printed()).not.toMatch(/Uncaught|MEMORY|Interrupted/);
    },
    120_000,
  );
});
