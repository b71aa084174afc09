/**
 * The pictures of paper in the documentation are of this build: a sale is made and its slip compared, dot by dot.
 * `CUPOS_PICTURES=take npx jest tests/emulator/slip-pictures` takes them anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { cards, startTerminal } from '../../emulator/terminal';
import { readCode } from '../support/code-reader';

const folder = join(__dirname, '../../docs/images');

function slipOf(settings: Parameters<typeof startTerminal>[0]): Buffer {
  const terminal = startTerminal(settings);
  terminal.powerOn().signIn().sell('12.34', cards.debit);
  return terminal.inside.printer.png(0);
}

test.each([
  ['slip.png', {}],
  [
    'slip-qr.png',
    { settings: { slipQr: true, slipAdvert: '\xbb\xb6\xd3\xad\xd4\xd9\xb4\xce\xb9\xe2\xc1\xd9', printDensity: 6 } },
  ],
])('docs/images/%s', (file, options) => {
  const path = join(folder, file);
  const png = slipOf(options);
  if (process.env['CUPOS_PICTURES'] === 'take') writeFileSync(path, png);
  expect(existsSync(path)).toBe(true);
  const [made, kept] = [png, readFileSync(path)].map((picture) => PNG.sync.read(picture));
  expect([kept.width, kept.height]).toEqual([made.width, made.height]);
  // Another processor may round the edge of a glyph otherwise.
  const other = made.data.filter((byte, i) => Math.abs(byte - kept.data[i]) > 64).length;
  expect(other / made.data.length).toBeLessThan(0.002);
});

test('the QR code of a real slip is read, through the whole terminal', () => {
  expect(readCode(slipOf({ settings: { slipQr: true } })).text).toMatch(/^T10000001 B\d{6} V\d{6} R\d{12}$/);
});
