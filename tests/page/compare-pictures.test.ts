/** The comparison itself: what it must see, and what it must not mind. */
import { PNG } from 'pngjs';
import { differingBlocks } from '../support/compare-pictures';

function picture(width: number, height: number, paint: (x: number, y: number) => number): Buffer {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      png.data.fill(paint(x, y), at, at + 3);
      png.data[at + 3] = 255;
    }
  }
  return PNG.sync.write(png);
}

const white = picture(240, 240, () => 255);

test('the same picture, and one whose thin lines lie a pixel further', () => {
  const lines = picture(240, 240, (x) => (x % 12 === 3 ? 0 : 255));
  const moved = picture(240, 240, (x) => (x % 12 === 4 ? 0 : 255));
  expect(differingBlocks(lines, lines)).toBe(0);
  expect(differingBlocks(lines, moved)).toBe(0);
});

test('a thing that is gone, unless it stands where nobody looks', () => {
  const thing = picture(240, 240, (x, y) => (x >= 48 && x < 96 && y >= 48 && y < 96 ? 40 : 255));
  expect(differingBlocks(white, thing)).toBe(40);
  expect(differingBlocks(white, thing, [{ x: 48, y: 48, width: 48, height: 48 }])).toBe(0);
});

test('another size', () => {
  expect(
    differingBlocks(
      white,
      picture(240, 228, () => 255),
    ),
  ).toBe(Infinity);
});
