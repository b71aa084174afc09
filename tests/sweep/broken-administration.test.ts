/** Administration that is broken on purpose: the sweep's stories of it must find it out. The storm provisions nothing. */
import type { BrokenBuild } from '../../emulator/sweep/broken-builds';
import { loadBuild } from '../../emulator/sweep/build-loader';
import type { SweepReport, Story } from '../../emulator/sweep/power-cut-sweep';

const renumbered = 'an administrator gives the terminal another number and name';
const forcedReset = 'a factory reset that was forced with a sale not settled';

const broken: readonly BrokenBuild[] = [
  {
    name: 'settings are written one after the other',
    changes: [
      {
        file: 'firmware/flows/provision.ts',
        from: '  journal.setSettings(values, (fault) => {',
        to: '  journal.setSettings(values.slice(0, 1), () => undefined);\n  journal.setSettings(values, (fault) => {',
      },
    ],
    story: renumbered,
    finding: 'the terminal has number "20000002" and name ""',
  },
  {
    name: 'a factory reset forgets the settings first',
    changes: [
      {
        file: 'firmware/flows/factory-reset.ts',
        from: '  journal.reset((fault) => {',
        to: "  journal.setSettings([[22, '']], () => undefined);\n  journal.reset((fault) => {",
      },
    ],
    story: forcedReset,
    finding: 'batch 000001 and the name ""',
  },
];

test.each(broken)('$name: found out', ({ changes, story: name, finding }) => {
  const build = loadBuild(changes);
  const { stories } = build('emulator/sweep/stories') as { stories: readonly Story[] };
  const { sweepStory } = build('emulator/sweep/power-cut-sweep') as {
    sweepStory: (story: Story, stopAfter: number) => SweepReport;
  };
  const story = stories.find((one) => one.name === name);
  if (!story) throw new Error(`there is no story "${name}"`);
  expect(sweepStory(story, 1).violations.flatMap((violation) => violation.what)).toContain(finding);
});
