/** `npm run build:mcu` as a command: what it prints, what it writes, how it refuses. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const out = mkdtempSync(join(tmpdir(), 'cupos-build-'));

afterAll(() => rmSync(out, { recursive: true, force: true }));

function build(...args: string[]): { status: number | null; out: string; err: string } {
  const script = join(root, 'scripts/build-mcu.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

test('--json: one object alone on the standard output, with exactly the figures that are gated', () => {
  const { status, out: text, err } = build('--board', 'pico2', '--out', out, '--json');
  expect([status, err]).toEqual([0, '']);
  const report = JSON.parse(text) as {
    modules: { id: string; name: string; bytes: number; late: boolean }[];
    storageBytes: number;
    residentVars: number;
    peakVars: Record<string, number>;
    maxDepth: number;
  };
  expect(Object.keys(report)).toEqual(['modules', 'storageBytes', 'residentVars', 'peakVars', 'maxDepth']);
  expect(report.modules.find(({ id }) => id === 'firmware/terminal')).toMatchObject({ late: false });
  expect(report.modules.find(({ id }) => id === 'firmware/flows/sale')).toMatchObject({ late: true });
  expect(report.residentVars).toBeGreaterThan(1000);
  expect(report.peakVars['sale']).toBeGreaterThan(report.residentVars);
  expect(report.maxDepth).toBeGreaterThan(5);
  // What the figures are of is what was written.
  const files = readdirSync(join(out, 'pico2/files'));
  for (const { name, bytes } of report.modules) {
    expect(files).toContain(name);
    expect(readFileSync(join(out, 'pico2/files', name))).toHaveLength(bytes);
  }
  expect(readdirSync(join(out, 'pico2')).sort()).toEqual(['cupos.hex', 'files', 'image.json', 'maps']);
}, 120_000);

test.each([
  ['a board that does not exist', ['--board', 'pico9'], /^build:mcu: no board "pico9"; there are pico2 and esp32-s3/],
  ['an option that does not exist', ['--fast'], /^build:mcu: Unknown option '--fast'/],
  ['an argument', ['pico2'], /^build:mcu: Unexpected argument 'pico2'/],
])(
  '%s: one line, exit status 2',
  (_what, args, said) => {
    const { status, out: text, err } = build(...args);
    expect([status, text]).toEqual([2, '']);
    expect(err).toMatch(said);
    expect(err.trim().split('\n')).toHaveLength(1);
  },
  60_000,
);

test.each([
  ['a file is in the way', join(root, 'package.json'), /^build:mcu: cannot write .*package.json.pad-pico2 .*--out\n$/],
  ['a file system makes no directories', '/proc/x', /^build:mcu: cannot write .proc.x.pad-pico2 .*--out\n$/],
])(
  'a folder that cannot be written, because %s: one line, exit status 1',
  (_why, folder, said) => {
    const { status, err } = build('--board', 'pad-pico2', '--out', folder);
    expect([status, err]).toEqual([1, expect.stringMatching(said)]);
  },
  60_000,
);

test('a folder of something else is left alone', () => {
  const own = join(out, 'other/pad-pico2');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'mine'), 'mine');
  const { status, err } = build('--board', 'pad-pico2', '--out', join(out, 'other'));
  expect([status, err]).toEqual([1, expect.stringMatching(/holds something else than an image: .*--out\n$/)]);
  expect(readdirSync(own)).toEqual(['mine']);
}, 60_000);
