/** A clone in which nothing is installed or built: the commands that are named first install, or say what to do. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(__dirname, '../..');
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'cupos-clone-'));
  for (const folder of ['bin', 'scripts']) mkdirSync(join(clone, folder));
  for (const file of ['bin/cupos.js', 'scripts/ensure-installed.mjs', 'package-lock.json'])
    copyFileSync(join(root, file), join(clone, file));
  // An npm that only says how it was called.
  writeFileSync(join(clone, 'npm'), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 });
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

const run = (script: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(clone, script)], {
    encoding: 'utf8',
    env: { ...process.env, PATH: clone + delimiter + process.env['PATH'] },
  });

function install(change: (text: string) => string): void {
  mkdirSync(join(clone, 'node_modules'));
  const text = readFileSync(join(clone, 'package-lock.json'), 'utf8');
  writeFileSync(join(clone, 'node_modules/.package-lock.json'), change(text));
}

test('nothing installed: npm ci is called, and why', () => {
  const { status, stdout, stderr } = run('scripts/ensure-installed.mjs');
  expect([status, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/^cupos: packages are not installed yet: running "npm ci".*\nnpm ci /);
});

test('another version of a package: npm ci is called, and for which one', () => {
  install((text) => text.replace(/("node_modules\/commander": \{\s+"version": )"[^"]+"/, '$1"0.0.1"'));
  expect(run('scripts/ensure-installed.mjs').stderr).toContain('commander is not the one of package-lock.json');
});

test('all there, or the packages of another clone behind a link: not a word, nothing is touched', () => {
  install((text) => text);
  expect(run('scripts/ensure-installed.mjs')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  rmSync(join(clone, 'node_modules'), { recursive: true });
  mkdirSync(join(clone, 'elsewhere'));
  symlinkSync(join(clone, 'elsewhere'), join(clone, 'node_modules'));
  expect(run('scripts/ensure-installed.mjs')).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test('the commands that the README names for a board install first', () => {
  const { scripts, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
    bin: Record<string, string>;
  };
  for (const name of ['start', 'test', 'build:mcu', 'flash', 'hil', 'bench:mcu', 'report:engine'])
    expect(scripts[`pre${name}`]).toBe('node scripts/ensure-installed.mjs');
  // A file that is there before anything is built: npx keeps its link to what it found the first time.
  expect(bin['cupos']).toBe('bin/cupos.js');
});

test('cupos before it is built: one line with the remedy', () => {
  expect(run('bin/cupos.js')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: 'cupos: not built yet: "npm ci" installs and builds it (once, a minute or two)\n',
  });
});
