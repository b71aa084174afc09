/** The sweep of out-of-memory.test.ts, closely: hundreds of places in a sale. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeImages } from './board-rig';
import { starveThroughASale, throwThroughASale } from './memory-rig';

let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 300_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

test('memory goes at 120 calls of a sale: the money rules hold at each', async () => {
  const { wrong, restarts, fallen } = await starveThroughASale(join(images, 'full'), 120);
  expect(wrong).toEqual([]);
  // It falls in clusters: the same piece of memory is wanted at one call after the other.
  expect(fallen).toBeLessThan(20);
  expect(restarts).toBeGreaterThan(60);
}, 900_000);

test('60 calls of a sale throw: the money rules hold at each', async () => {
  const { wrong, restarts } = await throwThroughASale(join(images, 'full'), 60);
  expect(wrong).toEqual([]);
  expect(restarts).toBeGreaterThan(50);
}, 900_000);
