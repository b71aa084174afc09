/** `npm run bench:engine`: what is wrong is one line and status 2; with an engine (ESPRUINO=/path) every step has its time. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describeOnEngine, enginePath } from '../engine/espruino';

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function bench(engine: string, ...args: string[]): Promise<Ended> {
  const script = join(__dirname, '../../scripts/bench-engine.mjs');
  const env = { ...process.env, ESPRUINO: engine };
  return new Promise((done) => {
    execFile(process.execPath, [script, ...args], { env }, (error, out, err) =>
      done({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test.each([
  ['no engine', '', [], 'no engine: ESPRUINO=/path names a Linux build of Espruino; nothing was measured'],
  ['an engine that is not there', '/no/such/espruino', [], '/no/such/espruino: there is no such program'],
  ['an engine that is a folder', __dirname, [], `${__dirname}: no program that can be run`],
  [
    'a program that is no engine',
    '/bin/true',
    ['--runs', '1'],
    '/bin/true: no Espruino, or one that does not run here',
  ],
  ['an unknown option', '/bin/true', ['--fast'], "Unknown option '--fast'"],
  ['no runs', '/bin/true', ['--runs', '0'], '--runs 0: a number from 1 on'],
  ['runs that are no number', '/bin/true', ['--runs', 'many'], '--runs many: a number from 1 on'],
])(
  '%s',
  async (_what, engine, args, said) => {
    const { status, out, err } = await bench(engine, ...args);
    expect([status, out]).toEqual([2, '']);
    expect(err.trim().split('\n')).toEqual([expect.stringContaining(`bench:engine: ${said}`)]);
  },
  60_000,
);

describeOnEngine('on a real Espruino', () => {
  test('--json: each step of a sale, its sum, the codec, and a pass of an empty loop', async () => {
    const { status, out, err } = await bench(enginePath, '--json', '--runs', '1');
    expect([status, err]).toEqual([0, '']);
    const report = JSON.parse(out) as Record<string, number>;
    const others = ['engine.loop.us', 'engine.pack.ms', 'engine.index.ms', 'engine.boot.ms', 'engine.sign.in.ms'];
    const steps = Object.keys(report).filter((name) => name !== 'engine.sale.ms' && !others.includes(name));
    expect(Object.keys(report)).toEqual(expect.arrayContaining([...others, 'engine.sale.ms']));
    expect(steps).toHaveLength(9);
    for (const value of Object.values(report)) expect(value).toBeGreaterThan(0);
    const sum = steps.reduce((all, name) => all + report[name], 0);
    expect(sum).toBeCloseTo(report['engine.sale.ms'], 1);
  }, 300_000);
});
