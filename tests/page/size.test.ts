/** The page is light: everything but its fonts in 80 KB, compressed as a server sends it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildPageForTests } from '../support/page-build';

const LIMIT_BYTES = 80 * 1024;
const folder = resolve(__dirname, '../../dist/page');

beforeAll(buildPageForTests, 60_000);

test('scripts, styles and the document', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files
    // The description of the font's faces belongs to the font.
    .filter(({ name }) => /\.(?:js|css|html|svg|png)$/.test(name) && !/^400-/.test(name))
    .map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(LIMIT_BYTES);
});

test('nothing is loaded from elsewhere', () => {
  const outside = /(?:src|href)="https?:|url\(["']?https?:|import\(["']https?:/;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:js|css|html)$/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    expect([entry.name, outside.test(text)]).toEqual([entry.name, false]);
  }
});
