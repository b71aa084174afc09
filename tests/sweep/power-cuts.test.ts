import { sweepStory } from '../../emulator/sweep/power-cut-sweep';
import { stories } from '../../emulator/sweep/stories';

describe.each(stories)('$name', (story) => {
  test('every power cut at a flash operation leaves the money right', () => {
    const t = Date.now();
    const report = sweepStory(story);
    console.log(report.story, report.operations, report.cuts, Date.now() - t);
    expect(report.operations).toBeGreaterThan(2);
    expect(report.violations.slice(0, 5)).toEqual([]);
  });
});
