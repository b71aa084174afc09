/** The texts: what the generator refuses, and that what is checked in is what it makes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { isSuccess } from '../../../firmware/line/judge';
import { answerClass, answerTextId, CLASS_APPROVED } from '../../../firmware/texts/answer-codes';
import { en } from '../../../firmware/texts/en';
import * as ids from '../../../firmware/texts/ids';
import { createTexts } from '../../../firmware/texts/text-table';
import { zhCn } from '../../../firmware/texts/zh-cn';
import type { Bytes } from '../../../hal/bytes';

const root = join(__dirname, '../../..');
const decoded = (bytes: Bytes): string => iconv.decode(Buffer.from(bytes, 'latin1'), 'gbk');

function generate(...args: string[]): { status: number | null; stderr: string } {
  const run = spawnSync(process.execPath, ['scripts/generate-texts.mjs', ...args], { cwd: root, encoding: 'utf8' });
  return { status: run.status, stderr: run.stderr };
}

/** What the generator says about one line of Chinese text. */
function verdictOn(line: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'texts-'));
  try {
    writeFileSync(join(folder, 'zh-CN.txt'), `${line}\n`);
    writeFileSync(join(folder, 'en.txt'), `${line.replace(/=.*/, '= X')}\n`);
    return generate('--folder', folder).stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('generated texts', () => {
  test('a changed text that was not generated again is noticed', () => {
    expect(generate('--check')).toEqual({ status: 0, stderr: '' });
  });

  test.each([
    ['a row of 17 columns', 'LCD_X = 一二三四五六七八9', /zh-CN\.txt:1: 17 columns, 16 at most/],
    ['Chinese on an odd column', 'LCD_X = A中', /begins on odd column 1/],
    ['a character outside GB2312 on the LCD', 'LCD_X = 鎔', /is not in GB2312/],
    ['a character no code page has', 'SLIP_X = 🙂', /is not in GBK/],
    ['a name of no device', 'PAPER_X = A', /begins with LCD_, ANSWER_ or SLIP_/],
    ['a line that is no text', 'LCD_X', /expected NAME = text/],
    ['a slip line of 33 columns', `SLIP_X = ${'A'.repeat(33)}`, /33 columns, 32 at most/],
    ['an answer of three rows', `ANSWER_X = ${'中'.repeat(20)}`, /24 columns, 16 at most/],
  ])('refuses %s', (_what, line, said) => {
    expect(verdictOn(line)).toMatch(said);
  });
});

test('every text of every language is what was authored', () => {
  for (const [file, table] of [
    ['zh-CN.txt', zhCn],
    ['en.txt', en],
  ] as const) {
    const text = createTexts(table);
    const source = readFileSync(join(root, 'firmware/texts', file), 'utf8');
    for (const line of source.split('\n').filter((each) => /^[A-Z]/.test(each))) {
      const [, name, authored] = /^(\w+) *=(.*)/.exec(line) ?? ['', '', ''];
      const shown = decoded(text((ids as Record<string, number>)[`T_${name}`]));
      expect(shown.replaceAll(/[ /]/g, '')).toBe(authored.replaceAll(/[ ^/"]/g, ''));
    }
    expect(text(Object.keys(ids).length)).toBe('');
  }
});

test('the arrow that says that a menu goes on has room in every language', () => {
  for (const table of [zhCn, en]) {
    const text = createTexts(table);
    const rows = Object.entries(ids)
      .filter(([name]) => /^T_LCD_(MENU|TEST)_/.test(name))
      .map(([, id]) => text(id));
    // The first and the last row of a page.
    const atEdge = rows.filter((row) => /^[346790]\./.test(row));
    expect(atEdge.length).toBeGreaterThan(15);
    expect(atEdge.filter((row) => row.length > 14)).toEqual([]);
  }
});

describe('answer codes', () => {
  test('a code finds its own text', () => {
    for (const name of Object.keys(ids).filter((each) => each.startsWith('T_ANSWER_') && each !== 'T_ANSWER_OTHER')) {
      expect(answerTextId(name.slice(-2))).toBe((ids as Record<string, number>)[name]);
    }
  });

  test('a code nobody knows is a decline with a text', () => {
    for (const code of ['', '0', ' 0', '000', 'ZZ', '0A', 'A ']) {
      expect([code, answerClass(code), answerTextId(code)]).toEqual([code, 'C', ids.T_ANSWER_OTHER]);
      expect(isSuccess(code)).toBe(false);
    }
  });

  test('a text of class "approved" is of a code that the judge approves, and the reverse', () => {
    for (let n = 0; n < 36 * 36; n++) {
      const code = n.toString(36).toUpperCase().padStart(2, '0');
      expect([code, answerClass(code) === CLASS_APPROVED]).toEqual([code, isSuccess(code)]);
    }
  });

  test('two rows fit the LCD and break at a character', () => {
    const text = createTexts(zhCn)(answerTextId('91'));
    expect(decoded(text.slice(0, 16)) + '|' + decoded(text.slice(16))).toBe('发卡方状态不正常|请稍后重试');
  });
});
