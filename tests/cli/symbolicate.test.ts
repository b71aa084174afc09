/** `cupos symbolicate`: what Espruino 2v29 prints for an error in a stored, tokenised module, in terms of the sources. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main';

const folder = mkdtempSync(join(tmpdir(), 'cupos-symbolicate-'));
const trace = join(folder, 'trace.txt');
/** Taken from the engine: names, places, a piece of the tokens, a caret. */
const engineTrace = [
  'Uncaught ReferenceError: "nosuch" is not defined\r',
  '    at inner (m0badcafe:1:25)\r',
  'v n;\xac inner(a){n=a;\r',
  '           ^\r',
  '    at outer (m0badcafe:3:8)\r',
  '\r',
  '                     ^\r',
  '    at :1:21\r',
  '>',
].join('\n');

let out: string;
let err: string;

beforeAll(() => {
  // Column 18 of the first line is line 5, column 3 of a.ts; column 6 of the third is line 6, column 1.
  const map = { version: 3, file: '', sources: ['firmware/a.ts'], names: [], mappings: 'iBAIE;;KACF' };
  writeFileSync(join(folder, 'm0badcafe.map'), JSON.stringify(map));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  out = '';
  err = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((err += String(text))));
});

afterEach(() => jest.restoreAllMocks());

function run(text: string, maps = folder): Promise<number> {
  writeFileSync(trace, text);
  return main(['symbolicate', trace, '--maps', maps]);
}

test('each frame gets its source, line and column; pieces of tokens go', async () => {
  expect(await run(engineTrace)).toBe(0);
  expect(out.trim().split('\n')).toEqual([
    'Uncaught ReferenceError: "nosuch" is not defined',
    '    at inner (firmware/a.ts:5:3)',
    '    at outer (firmware/a.ts:6:1)',
    '    at :1:21',
  ]);
});

test('what came while the prompt stood: the wiped prompt is no part of the frame', async () => {
  expect(await run('>\r\x1b[J    at inner (m0badcafe:1:25)\r\n\r\n          ^\r\n    at :1:130\r\n>')).toBe(0);
  expect(out).toContain('    at inner (firmware/a.ts:5:3)\n');
  expect(out).not.toContain('\x1b');
});

test('a first line that the engine does not count: its places are of line 0, those of the next one may be of either', async () => {
  // Column 18 of the first line is line 5, column 3 of a.ts; column 6 of the second is line 6, column 1.
  const map = { version: 3, file: '', sources: ['firmware/a.ts'], names: [], mappings: 'iBAIE;KACF', x_uncounted: 20 };
  writeFileSync(join(folder, 'm0000feed.map'), JSON.stringify(map));
  const frames = ['0:25', '1:19', '1:25'].map((place) => `    at f (m0000feed:${place})\n`);
  expect(await run(frames.join(''))).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual(['at f (firmware/a.ts:5:3)', 'at f (firmware/a.ts:5:3 or firmware/a.ts:6:1)', 'at f (firmware/a.ts:6:1)']);
});

test('a trace of another build is said to be one', async () => {
  expect(await run('    at f (m12345678:1:9)\n')).toBe(1);
  expect(out).toBe('    at f (m12345678:1:9, not in this build)\n');
  expect(err).toBe('cupos: 1 of 1 frames are of another build\n');
});

test.each([
  ['no trace at all', 'hello\n', 'no stack trace of a board in this'],
  ['places beyond all bounds', '    at f (m0badcafe:99999999:1)\n', 'no stack trace of a board in this'],
  ['more than anybody prints', 'x'.repeat(1_100_000), 'more than a megabyte is no stack trace'],
])('%s: one line, exit status 1', async (_what, text, said) => {
  expect(await run(text)).toBe(1);
  expect(err).toContain(said);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('a map that is none is named', async () => {
  writeFileSync(join(folder, 'm00000001.map'), '{');
  expect(await run('    at f (m00000001:1:9)\n')).toBe(1);
  expect(err).toContain('m00000001.map is no source map');
});

test('no maps, no trace: what to do', async () => {
  expect(await run('', join(folder, 'nowhere'))).toBe(2);
  expect(err).toContain('npm run build:mcu');
  expect(await main(['symbolicate', join(folder, 'nothing.txt'), '--maps', folder])).toBe(2);
  expect(err).toContain('cannot read');
});
