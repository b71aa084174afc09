/** The sweep and the storm with a PIN pad that runs its own program: it loses its supply with the terminal, and its memory. */
import { runDay } from '../../../emulator/storm/storm';
import { sweepStory, sweepWires, type Story } from '../../../emulator/sweep/power-cut-sweep';
import { stories } from '../../../emulator/sweep/stories';

const names = ['a sale', 'a sale whose answer is lost, and its reversal', 'a first sign-in'];
const withPad = stories
  .filter(({ name }) => names.includes(name))
  .map((story): Story => ({ ...story, options: { ...story.options, parts: { pad: 'firmware' } } }));

describe.each(withPad)('$name', (story) => {
  test('every power cut at a flash operation leaves the money right', () => {
    const report = sweepStory(story);
    expect(report.places).toBeGreaterThan(2);
    expect(report.violations.slice(0, 5)).toEqual([]);
  });

  test('every power cut at a burst on a wire leaves the money right', () => {
    const report = sweepWires(story);
    expect(report.places).toBeGreaterThan(50);
    expect(report.violations.slice(0, 5)).toEqual([]);
  });
});

test.each([8001, 8002, 8003, 8004, 8005, 8006])('storm, seed %d', (seed) => {
  const day = runDay(seed, { cuts: true, parts: { pad: 'firmware' } });
  expect(day.violations.map(({ place, unrest, wrong }) => [place, ...unrest, ...wrong])).toEqual([]);
});

test('the same seed makes the same bytes, also where it was forked', () => {
  const parts = { pad: 'firmware' } as const;
  const day = runDay(11, { parts });
  expect([runDay(11, { parts }).digest, runDay(11, { cuts: true, parts }).digest]).toEqual([day.digest, day.digest]);
});
