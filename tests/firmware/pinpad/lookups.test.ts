/** Look-ups, sums and products without a board's native calls do what Espruino documents of E.mapInPlace, E.sum and E.convolve. */
import { forgetSchedules, scheduleOf } from '../../../firmware/pinpad/des-schedule';
import { lookups } from '../../../firmware/pinpad/lookups';

const { array, lookUp, sum, dot } = lookups();

test('bytes are looked up one by one, or cut into bits, the highest first', () => {
  const from = array('\x12\x34\x56\x78');
  expect([...from]).toEqual([0x12, 0x34, 0x56, 0x78]);
  const nibbles = new Uint8Array(8);
  lookUp(from, nibbles, undefined, 4);
  expect([...nibbles]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const words = new Int32Array(8);
  lookUp(nibbles, words, new Int32Array([0, -1, -2, -3, -4, -5, -6, -7, -8]));
  expect([...words]).toEqual([-1, -2, -3, -4, -5, -6, -7, -8]);
  expect(sum(words)).toBe(-36);
  const bits = new Uint8Array(8);
  lookUp(array('\xa5'), bits, undefined, 1);
  expect([...bits]).toEqual([1, 0, 1, 0, 0, 1, 0, 1]);
});

test('a sum of products may begin further on', () => {
  expect(dot(new Uint8Array([1, 2, 3]), new Int32Array([9, 10, 100, 1000]), 1)).toBe(3210);
});

test('keys that are forgotten leave no round keys behind, and come again the same', () => {
  const { forward, backward } = scheduleOf('12345678');
  const before = [...forward];
  expect(scheduleOf('12345678').forward).toBe(forward);
  expect([...backward.subarray(0, 2)]).toEqual(before.slice(-2));
  forgetSchedules();
  expect([...forward, ...backward].every((word) => word === 0)).toBe(true);
  expect([...scheduleOf('12345678').forward]).toEqual(before);
});
