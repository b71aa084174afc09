/**
 * Are two pictures of the page the same, to an eye that does not mind which machine's fonts drew a letter? Both are looked at
 * in blocks, each block by its mean colour.
 */
import { PNG } from 'pngjs';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const BLOCK = 12;
/** Of 255, mean of the three colours: text of another font stays below, a thing that is not there does not. */
const BLOCK_TOLERANCE = 26;

function blockMean(png: PNG, left: number, top: number): readonly [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = top; y < Math.min(top + BLOCK, png.height); y++) {
    for (let x = left; x < Math.min(left + BLOCK, png.width); x++) {
      const at = (y * png.width + x) * 4;
      for (let colour = 0; colour < 3; colour++) sum[colour] += png.data[at + colour];
      count++;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Blocks that differ, per 1,000; those that touch a box of `ignored` do not count. Infinity: not even the same size. */
export function differingBlocks(one: Buffer, other: Buffer, ignored: readonly Box[] = []): number {
  const a = PNG.sync.read(one);
  const b = PNG.sync.read(other);
  if (a.width !== b.width || a.height !== b.height) return Infinity;
  let blocks = 0;
  let differing = 0;
  for (let top = 0; top < a.height; top += BLOCK) {
    for (let left = 0; left < a.width; left += BLOCK) {
      const isIgnored = ignored.some(
        ({ x, y, width, height }) => left + BLOCK > x && left < x + width && top + BLOCK > y && top < y + height,
      );
      if (isIgnored) continue;
      blocks++;
      const first = blockMean(a, left, top);
      const second = blockMean(b, left, top);
      const distance = first.reduce((sum, value, i) => sum + Math.abs(value - second[i]), 0) / 3;
      if (distance > BLOCK_TOLERANCE) differing++;
    }
  }
  return (differing * 1000) / blocks;
}
