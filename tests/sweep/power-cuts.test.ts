import { sweepStory, sweepWires } from '../../emulator/sweep/power-cut-sweep';
import { stories } from '../../emulator/sweep/stories';

describe.each(stories)('$name', (story) => {
  test('every power cut at a flash operation leaves the money right', () => {
    const report = sweepStory(story);
    expect(report.places).toBeGreaterThan(2);
    expect(report.violations.slice(0, 5)).toEqual([]);
  });
});

const talkative = ['a sale', 'a sale whose answer is lost, and its reversal', 'a first sign-in', 'a balance inquiry'];

describe.each(stories.filter((story) => talkative.includes(story.name)))('$name', (story) => {
  test('every power cut at a burst on a wire leaves the money right', () => {
    const report = sweepWires(story);
    expect(report.places).toBeGreaterThan(50);
    expect(report.violations.slice(0, 5)).toEqual([]);
  });
});
