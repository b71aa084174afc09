/**
 * Deliberately broken firmware: the sweep must find each of these builds out, or it proves nothing about the real one.
 */
import type { SweepReport, Story } from '../../emulator/sweep/power-cut-sweep';
import { brokenBuilds } from '../../emulator/sweep/broken-builds';
import { loadBuild } from '../../emulator/sweep/build-loader';

test.each(brokenBuilds)('$name: found out', ({ changes, story: name, finding }) => {
  const build = loadBuild(changes);
  const { stories } = build('emulator/sweep/stories') as { stories: readonly Story[] };
  const { sweepStory } = build('emulator/sweep/power-cut-sweep') as {
    sweepStory: (story: Story, stopAfter: number) => SweepReport;
  };
  const story = stories.find((one) => one.name === name);
  if (!story) throw new Error(`there is no story "${name}"`);
  const report = sweepStory(story, 1);
  expect(report.violations.flatMap((violation) => violation.what)).toContain(finding);
});

test('the build loader makes the same firmware where nothing is changed', () => {
  const build = loadBuild([]);
  const { stories } = build('emulator/sweep/stories') as { stories: readonly Story[] };
  const { sweepStory } = build('emulator/sweep/power-cut-sweep') as { sweepStory: (story: Story) => SweepReport };
  expect(sweepStory(stories[1]).violations).toEqual([]);
});

test('a change that does not fit the source is refused', () => {
  const change = { file: 'firmware/line/judge.ts', from: 'no such text', to: '' };
  expect(() => loadBuild([change])('firmware/line/judge')).toThrow('does not hold this text exactly once');
});
