/** What `npm run build:mcu` makes of the firmware: the files, their names, the boot under every kind of damage, the maps. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Boot {
  printed: string[];
  said: string[];
  loaded: boolean;
  boots: number;
  waits: number;
}

interface Report {
  problems: string[];
  bytes: number;
  late: number;
  files: { name: string; module?: string; bytes: number; crc32: string; start: string }[];
  hex: string;
  stories: Record<string, Boot>;
  found: { source: string; line: number; column: number };
  leak: number[];
}

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'cupos-image-'));
let report: Report;
/** Where the Pico 2's Storage lies in its flash. */
const STORAGE = 0x10100000;

beforeAll(() => {
  const script = join(__dirname, 'run-image.mjs');
  const args = [script, '--sales', '100', '--files', folder];
  report = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 24 })) as Report;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a module is stored under its own checksum, tokenised, and small enough to be read at once', () => {
  expect(report.problems).toEqual([]);
  const modules = report.files.filter((file) => file.module !== undefined);
  expect(modules.length).toBeGreaterThan(100);
  for (const { name, crc32, bytes } of modules) {
    expect(name).toBe(`m${crc32}`);
    expect(bytes).toBeLessThan(8192);
  }
  expect(new Set(report.files.map((file) => file.name)).size).toBe(report.files.length);
  expect(report.bytes).toBeLessThanOrEqual(128 * 1024);
});

test('the manifest names every module and ends in its own checksum', () => {
  const text = readFileSync(join(folder, 'cupos.a'), 'latin1');
  expect(text).toMatch(/^CUPOS1 000001 [0-9a-f]{12},.*,[0-9a-f]{8}$/s);
  for (const { name, module } of report.files) if (module !== undefined) expect(text).toContain(`,${module}=${name},`);
});

test('a whole image boots, and the newer of two whole ones', () => {
  expect(report.stories.whole).toMatchObject({ boots: 1, loaded: true, said: [], waits: 0 });
  expect(report.stories.whole?.printed).toEqual([expect.stringMatching(/^Cupos 000001 [0-9a-f]{12}$/)]);
  expect(report.stories.newer?.printed).toEqual(['Cupos 000002 aaaaaaaaaaaa']);
});

test.each([
  ['torn', 'its manifest was cut off by a loss of power', 'damaged'],
  ['newerWithDamage', 'a module of it is damaged', 'm00000000 bad'],
])('%s: the newer one is refused because %s; LCD and console say so, the older one runs', (story, _why, reason) => {
  const { printed, said, loaded, waits } = report.stories[story];
  expect(printed).toEqual([`Cupos: cupos.b: ${reason}`, expect.stringMatching(/^Cupos 000001 /)]);
  expect(said).toEqual(['', '固件损坏', reason, '请重新下载']);
  expect(loaded).toBe(true);
  // It can be read before the firmware takes the LCD over.
  expect(waits).toBe(1);
});

test('a manifest of which nothing was written yet is none: the older one runs', () => {
  expect(report.stories.erased).toMatchObject({ boots: 1, said: [] });
});

test.each([
  ['damaged', / bad$/],
  ['gone', / gone$/],
  ['foreign', /^no manifest$/],
  ['empty', /^not there$/],
])('%s: no firmware runs; LCD and console say why and what to do', (story, reason) => {
  const { printed, said, loaded, boots } = report.stories[story];
  expect(loaded).toBe(false);
  expect(boots).toBe(0);
  expect(printed).toHaveLength(2);
  expect(printed[1]).toContain('flash it again (npm run flash)');
  expect(said).toEqual(['', '固件损坏', expect.stringMatching(reason), '请重新下载']);
});

test('one of the two boot files is enough', () => {
  expect(report.stories.onlySecondBootFile).toMatchObject({ boots: 1 });
});

test('a place in the tokens is found in the source', () => {
  const { source, line, column } = report.found;
  const text = readFileSync(join(root, source), 'utf8').split('\n')[line] ?? '';
  expect(text.slice(column)).toMatch(/^Int16Array/);
});

test('after each of a hundred sales the variables are what they were', () => {
  const { leak } = report;
  const first = leak[1] ?? 0;
  expect(leak).toHaveLength(101);
  // Larger numbers take a variable more: whoever keeps the number of an alarm does so from the 32,768th on.
  for (const count of leak.slice(1)) expect(Math.abs(count - first)).toBeLessThanOrEqual(40);
});

test('the Intel HEX is what the flashing tool itself makes of the same files', async () => {
  const board = { info: {}, chip: { saved_code: { address: STORAGE, page_size: 4096, pages: 768 } } };
  writeFileSync(join(folder, 'board.json'), JSON.stringify(board));
  const tool = join(root, 'node_modules/espruino/bin/espruino-cli.js');
  const storage = report.files.flatMap(({ name }) => ['--storage', `${name}:${join(folder, name)}`]);
  const out = join(folder, 'tool.hex');
  const args = [tool, '--no-ble', '-q', '--board', join(folder, 'board.json'), ...storage, '--ohex', out];
  const said = await new Promise<string>((resolve) =>
    execFile(process.execPath, args, { cwd: folder, timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );
  expect(said).not.toMatch(/error/i);
  // The tool puts a `.bootcde` of its own last.
  const last = report.files.at(-1) as { name: string; bytes: number };
  expect(last.name).toBe('.bootcde');
  const end = STORAGE + report.bytes - last.bytes - 32;
  const both = [bytesOf(readFileSync(out, 'latin1')), bytesOf(report.hex)].map((bytes) =>
    [...bytes].filter(([address]) => address < end - 4),
  );
  expect(both[0]?.length).toBeGreaterThan(90_000);
  expect(JSON.stringify(both[0])).toBe(JSON.stringify(both[1]));
}, 90_000);

/** Bytes by address, FF left out. */
function bytesOf(hex: string): Map<number, number> {
  const found = new Map<number, number>();
  let upper = 0;
  for (const line of hex.split(/\r?\n/)) {
    const record = Buffer.from(line.slice(1), 'hex');
    const [length = 0, high = 0, low = 0, type] = record;
    if (type === 4) upper = record.readUInt16BE(4) * 65536;
    if (type !== 0) continue;
    record.subarray(4, 4 + length).forEach((byte, index) => {
      if (byte !== 255) found.set(upper + high * 256 + low + index, byte);
    });
  }
  return found;
}
