/**
 * The packed package in somebody else's project: required and imported, its types under each way of resolving them, the
 * example project's own tests, many terminals at once in worker threads.
 */
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPacked, type Project } from '../support/packed-package';

const root = join(__dirname, '../..');
let project: Project;

beforeAll(() => {
  project = installPacked();
}, 180_000);

afterAll(() => project?.remove());

const file = (name: string, text: string): string => {
  writeFileSync(join(project.dir, name), text);
  return name;
};

const story = `
  const terminal = startTerminal({ seed: 7, record: false }).powerOn().signIn().sell('12.34', cards.debit);
  const told = runScenario(parseScenario('name: it runs\\nsteps:\\n  - power on\\n', 'story.yaml'));
  const store = openStore({ path: ':memory:' });
  seedTestData(createCenter(store));
  const message = decodeMessage(Buffer.from('0800000000000000000000', 'hex'));
  process.stdout.write(JSON.stringify([terminal.center.ledger().length, told.passed, typeof message, told.failure]));
  terminal.close();
  store.close();
`;
const names = {
  cupos: '{ cards, startTerminal }',
  'cupos/scenario': '{ parseScenario, runScenario }',
  'cupos/center': '{ createCenter, openStore, seedTestData }',
  'cupos/iso8583': '{ decodeMessage }',
};

test('required and imported, every entry does its work', () => {
  const cjs = Object.entries(names).map(([name, picked]) => `const ${picked} = require('${name}');`);
  const esm = Object.entries(names).map(([name, picked]) => `import ${picked} from '${name}';`);
  expect(project.node([file('story.cjs', cjs.join('\n') + story)])).toBe('[1,true,"object",null]');
  expect(project.node([file('story.mjs', esm.join('\n') + story)])).toBe('[1,true,"object",null]');
}, 60_000);

test('an entry that is none is refused, and the package holds no source, test or state', () => {
  const deep = file('deep.cjs', "require('cupos/dist/emulator/terminal-world')");
  expect(() => project.node([deep])).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  const top = readdirSync(join(project.dir, 'node_modules/cupos')).sort();
  expect(top).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'README.zh-CN.md',
    'bin',
    'dist',
    'docs',
    'package.json',
  ]);
  expect(readdirSync(join(project.dir, 'node_modules/cupos/docs'))).toEqual(['scenario.schema.json']);
  expect(project.node([join(project.dir, 'node_modules/cupos/bin/cupos.js'), '--version'])).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  );
});

test.each([
  ['node16', 'node16', 'mts'],
  ['node16', 'node16', 'cts'],
  ['bundler', 'esnext', 'ts'],
  ['node10', 'commonjs', 'ts'],
])(
  'types resolve: moduleResolution %s, module %s, a .%s file',
  (resolution, module, extension) => {
    const source = file(
      `typed-${resolution}.${extension}`,
      `import { cards, startTerminal, type Slip, type TerminalSettings } from 'cupos';
     import { createCenter, openStore, startHttpApi, type Center } from 'cupos/center';
     import { parseScenario, runScenario, type ScenarioResult } from 'cupos/scenario';
     import { decodeMessage, type DecodedMessage } from 'cupos/iso8583';
     const settings: Partial<TerminalSettings> = { macMode: 1 };
     const slips: readonly Slip[] = startTerminal({ settings }).sell('1.00', cards.debit).paper.slips();
     const center: Center = createCenter(openStore({ path: ':memory:' }));
     const result: ScenarioResult = runScenario(parseScenario('', 'x'));
     const message: DecodedMessage = decodeMessage(new Uint8Array(4));
     // @ts-expect-error: an amount is text
     startTerminal().sell(1, cards.debit);
     export const all = [slips, result.passed, message, startHttpApi(center, { port: 0 })];`,
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--module', module];
    expect(project.node([tsc, ...options, '--moduleResolution', resolution, source])).toBe('');
  },
  60_000,
);

test("the example project's own tests pass, in two Jest workers at once", () => {
  const example = join(project.dir, 'cash-register');
  cpSync(join(root, 'docs/examples/cash-register'), example, { recursive: true });
  cpSync(join(example, 'register.test.js'), join(example, 'again.test.js'));
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const report = JSON.parse(project.node([jest, '--rootDir', example, '--ci', '--json', '--maxWorkers', '2'])) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  expect(report).toMatchObject({ numFailedTests: 0 });
  expect(report.numPassedTests).toBeGreaterThan(12);
}, 120_000);

test('terminals in worker threads at the same time: each its own World, the same seed the same run', () => {
  const worker = file(
    'worker.cjs',
    `const { parentPort, workerData } = require('node:worker_threads');
     const { createHash } = require('node:crypto');
     const { cards, startTerminal } = require('cupos');
     const wire = createHash('sha256');
     const terminal = startTerminal({ seed: workerData.seed, record: false });
     terminal.world.timeline.listen((entry) => wire.update(entry.atUs + entry.wire + entry.direction + entry.bytes, 'latin1'));
     terminal.powerOn().signIn();
     for (let i = 1; i <= workerData.sales; i++) terminal.sell(String(i) + '.00', cards.debit);
     const { debitFen } = terminal.center.totals('10000001', terminal.center.terminals()[0].batch);
     parentPort.postMessage({ debitFen, wire: wire.digest('hex') });`,
  );
  const main = file(
    'workers.cjs',
    `const { Worker } = require('node:worker_threads');
     const plans = [{ seed: 1, sales: 3 }, { seed: 2, sales: 5 }, { seed: 1, sales: 3 }, { seed: 3, sales: 2 }];
     const run = (workerData) => new Promise((resolve, reject) => {
       const worker = new Worker('./${worker}', { workerData });
       worker.on('message', resolve).on('error', reject);
     });
     Promise.all(plans.map(run)).then((told) => process.stdout.write(JSON.stringify(told)));`,
  );
  const told = JSON.parse(project.node([main])) as { debitFen: number; wire: string }[];
  expect(told.map((one) => one.debitFen)).toEqual([600, 1500, 600, 300]);
  expect(told[0]?.wire).toBe(told[2]?.wire);
  expect(new Set(told.map((one) => one.wire)).size).toBe(3);
}, 60_000);

test('nothing is left beside the project: no state, no file of a test', () => {
  expect(existsSync(join(project.dir, '.cupos'))).toBe(false);
  expect(existsSync(join(project.dir, 'cash-register/.cupos'))).toBe(false);
});
