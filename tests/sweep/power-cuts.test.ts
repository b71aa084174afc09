import { sweepStory } from '../../emulator/sweep/power-cut-sweep';
import { stories } from '../../emulator/sweep/stories';

describe.each(stories)('$name', (story) => {
  test('every power cut at a flash operation leaves the money right', () => {
    const report = sweepStory(story);
    expect(report.operations).toBeGreaterThan(2);
    expect(report.violations.slice(0, 5)).toEqual([]);
  });
});
