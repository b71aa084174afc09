/** The mark on slips: what the generator refuses, and that what is checked in is what it makes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logo } from '../../../firmware/slips/logo';

const root = join(__dirname, '../../..');

function generate(...args: string[]): { status: number | null; stderr: string } {
  const run = spawnSync(process.execPath, ['scripts/generate-logo.mjs', ...args], { cwd: root, encoding: 'utf8' });
  return { status: run.status, stderr: run.stderr };
}

/** What the generator makes of a picture, and what it says about it. */
function made(picture: string): { stderr: string; source: string } {
  const folder = mkdtempSync(join(tmpdir(), 'logo-'));
  try {
    writeFileSync(join(folder, 'logo.pbm'), picture);
    const { status, stderr } = generate('--folder', folder);
    return { stderr, source: status === 0 ? readFileSync(join(folder, 'logo.ts'), 'utf8') : '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a changed picture that was not generated again is noticed', () => {
  expect(generate('--check')).toEqual({ status: 0, stderr: '' });
});

test('no byte of it is missing, and no part of it is more than a printer waits for', () => {
  const [, width, height] =
    /^P1\n(?:#.*\n)?(\d+) (\d+)/.exec(readFileSync(join(root, 'firmware/slips/logo.pbm'), 'utf8')) ?? [];
  let rows = 0;
  for (let at = 0; at < logo.length;) {
    expect(logo.substr(at, 2)).toBe('\x03\x05');
    const [rowBytes, count] = [logo.charCodeAt(at + 2), logo.charCodeAt(at + 3)];
    expect(rowBytes).toBe(Math.ceil(Number(width) / 8));
    expect(rowBytes * count).toBeLessThan(1000);
    rows += count;
    at += 4 + rowBytes * count;
    expect(logo.charAt(at++)).toBe('\n');
  }
  expect(rows).toBe(Number(height));
});

test('a small picture, with a comment, dots together or apart', () => {
  expect(made('P1\n# nothing\n8 2\n1 0 0 0 0 0 0 1\n01111110\n').source).toContain(String.raw`'\x03\x05\x01\x02' +`);
  expect(made('P1 8 2 10000001 01111110').source).toContain(String.raw`'\x81' +`);
});

test.each([
  ['P4\n8 1\n\xff', 'expected a plain bitmap'],
  ['', 'expected a plain bitmap'],
  ['P1\n400 1\n0', '400 dots wide'],
  ['P1\n8 1000\n0', '1000 dots high'],
  ['P1\n8 2\n1111111100', 'expected 16 dots'],
  ['P1\n8 1\n1111111x', 'expected 8 dots'],
  ['P1\n16 1\n0001000000000100', 'like a real-time command'],
])('refused: %j', (picture, words) => {
  const { stderr, source } = made(picture);
  expect(stderr).toMatch(/^firmware\/slips\/logo\.pbm: /);
  expect(stderr).toContain(words);
  expect(source).toBe('');
});
