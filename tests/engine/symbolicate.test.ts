/** What a real Espruino prints for errors in the stored, tokenised image, told by `cupos symbolicate` in lines of the sources. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main';
import { describeOnEngine, enginePath } from './espruino';
import { flashOf, imageFiles } from './real-engine';

const root = join(__dirname, '../..');
const tried = ['hal/bytes', 'firmware/iso8583/message', 'firmware/line/envelope', 'firmware/flows/card'];

describeOnEngine('a stack trace of a real Espruino', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cupos-trace-'));
  const image = join(folder, 'pico2');

  beforeAll(() => {
    const build = [join(root, 'scripts/build-mcu.mjs'), '--board', 'pico2', '--out', folder];
    execFileSync(process.execPath, build, { stdio: 'ignore' });
    writeFileSync(join(folder, 'espruino.flash'), flashOf(imageFiles(image)));
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => jest.restoreAllMocks());

  /** The sources' lines in the frames of what this program prints. */
  async function tellOf(program: string): Promise<{ readonly status: number; readonly lines: string[] }> {
    writeFileSync(join(folder, 'fail.js'), `${program}\nquit();\n`);
    const options = { cwd: folder, encoding: 'latin1', timeout: 60_000, input: '' } as const;
    const { stdout } = spawnSync(enginePath, ['fail.js'], options);
    writeFileSync(join(folder, 'trace.txt'), stdout, 'latin1');
    let out = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
    const status = await main(['symbolicate', join(folder, 'trace.txt'), '--maps', join(image, 'maps')]);
    jest.restoreAllMocks();
    return { status, lines: out.split('\n') };
  }

  const fileOf = (id: string): string => {
    const { files } = JSON.parse(readFileSync(join(image, 'image.json'), 'utf8')) as {
      files: { name: string; module: string }[];
    };
    const found = files.find(({ module }) => module === id);
    if (!found) throw new Error(`no ${id} in the image`);
    return found.name;
  };

  /** A build with its Storage mapped into a PC's memory does not know what file it reads; the stock one does, as boards do. */
  function namesFiles(lines: readonly string[]): boolean {
    if (lines.some((line) => /\bm[0-9a-f]{8}:|\.ts:/.test(line))) return true;
    console.warn(`SKIPPED: ${enginePath} names no files in its stack traces`);
    return false;
  }

  test.each(tried)('%s: each of its functions called without anything fails where the engine says', async (id) => {
    const name = fileOf(id);
    const call = 'try{m[k]()}catch(e){print(e.toString()+"\\n"+e.stack)}';
    const { status, lines } = await tellOf(`var m=require("${name}");Object.keys(m).forEach(function(k){${call}});`);
    if (!namesFiles(lines)) return;
    expect(status).toBe(0);
    const text = readFileSync(join(root, `${id}.ts`), 'latin1');
    const source = text.split('\n');
    const frames = lines.map((line) => /\((\S+)\.ts:(\d+):(\d+)\)/.exec(line));
    const own = frames.filter((frame) => frame?.[1] === id);
    expect(own.length).toBeGreaterThan(0);
    lines.forEach((line, at) => {
      const property = /Can't read property '(\w+)' of undefined/.exec(line)?.[1] ?? '';
      const frame = frames[at + 1];
      // Properties of ours have other names there.
      if (property === '' || frame?.[1] !== id || !text.includes(`.${property}`)) return;
      expect(`${frame[2]}: ${source[Number(frame[2]) - 1]}`).toContain(`.${property}`);
    });
  });
});
