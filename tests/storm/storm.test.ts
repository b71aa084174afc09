/**
 * Random days: whatever clerks, strangers, devices, line and center do, once all is well again books, flash, paper and line
 * tell one story (docs/storm.md). CI makes 1,000 of them by `npm run sim`; these are others, with the timeline kept.
 */
import { parseScenario } from '../../emulator/scenario/parse-scenario';
import { runScenario } from '../../emulator/scenario/run-scenario';
import type * as RunScenario from '../../emulator/scenario/run-scenario';
import { runStorm } from '../../emulator/storm/run-storm';
import type * as RunStorm from '../../emulator/storm/run-storm';
import { shrink } from '../../emulator/storm/shrink';
import { runDay } from '../../emulator/storm/storm';
import { writeScenario } from '../../emulator/storm/write-scenario';
import { brokenBuilds } from '../../emulator/sweep/broken-builds';
import { loadBuild } from '../../emulator/sweep/build-loader';
import { testCardList } from '../../host/center/test-cards';

const seeds = Array.from({ length: 40 }, (_, i) => 5001 + i);

test.each(seeds)('seed %d: the money is right, and nobody sees a card number', (seed) => {
  let seen = '';
  const day = runDay(seed, {
    cuts: true,
    record: true,
    atEnd: ({ timeline, lcd, paper }) => {
      seen = JSON.stringify([timeline.described(), lcd.rows(), paper.slips()]);
    },
  });
  expect(day.violations.map(({ place, unrest, wrong }) => [place, ...unrest, ...wrong])).toEqual([]);
  for (const card of testCardList) expect(seen.includes(card.pan)).toBe(false);
});

test.each([
  ...[6001, 6002, 6003, 6004, 6005, 6006].map((seed) => ['ec20', seed] as const),
  ...[7001, 7002, 7003, 7004, 7005, 7006].map((seed) => ['pstn', seed] as const),
])('the same with the modem %s, seed %d', (modem, seed) => {
  const day = runDay(seed, { cuts: true, parts: { modem } });
  expect(day.violations.map(({ place, unrest, wrong }) => [place, ...unrest, ...wrong])).toEqual([]);
});

test('the same seed makes the same bytes, also where it was forked; another seed makes others', () => {
  const day = runDay(11);
  const forked = runDay(11, { cuts: true });
  expect(forked.cuts).toBeGreaterThan(5);
  expect([runDay(11).digest, forked.digest]).toEqual([day.digest, day.digest]);
  expect(runDay(12).digest).not.toBe(day.digest);
});

test('days differ: their moods know of different troubles', () => {
  const acts = (from: number): Set<string> =>
    new Set(runDay(from).acts.map((act) => (act.do === 'fault' ? act.device : act.do)));
  const kinds = new Set([...Array(12).keys()].flatMap((i) => [...acts(100 + i)]));
  for (const kind of [
    'clerkSells',
    'clerkAsksBalance',
    'press',
    'pressPad',
    'swipe',
    'centerFault',
    'network',
    'modem',
    'printer',
    'power',
  ])
    expect(kinds).toContain(kind);
});

const broken = brokenBuilds.find((build) => build.name.startsWith('the slip is printed before'));

test('a violation is shrunk to a scenario that fails in its build and passes in the right one', () => {
  const build = loadBuild(broken?.changes ?? []);
  const storm = build('emulator/storm/run-storm') as typeof RunStorm;
  const { runScenario: runBroken } = build('emulator/scenario/run-scenario') as typeof RunScenario;
  const found: RunStorm.FoundViolation[] = [];
  const result = storm.runStorm({ seeds: 1, from: 32, cuts: false, build: 'broken' }, (one) => found.push(one));
  expect(result.violations).toBe(found.length);
  const [{ seed, what, scenario }] = found;
  expect(seed).toBe(32);
  expect(scenario).toMatch(
    /^# Found by npm run sim, seed 32, build broken: the day\n# Shrunk from \d+ acts to \d+\.\n/,
  );
  const story = parseScenario(scenario, 'shrunk.yaml');
  expect(story.steps.length).toBeLessThan(12);
  const failure = runBroken(story).failure;
  expect(failure?.step).toBe('check money');
  expect(failure?.message.replace(/\d+/g, '#')).toBe(what.join('; ').replace(/\d+/g, '#'));
  expect(runScenario(story).failure).toBeUndefined();
});

test('a finding on another board names its parts: the story is told on the same board', () => {
  const parts = { modem: 'pstn', head: 'edges' } as const;
  const build = loadBuild(broken?.changes ?? []);
  const storm = build('emulator/storm/run-storm') as typeof RunStorm;
  const { runScenario: runBroken } = build('emulator/scenario/run-scenario') as typeof RunScenario;
  const found: RunStorm.FoundViolation[] = [];
  for (let from = 32; found.length === 0 && from < 132; from++)
    storm.runStorm({ seeds: 1, from, cuts: false, build: 'broken', parts }, (one) => found.push(one));
  const [{ scenario }] = found;
  expect(scenario).toContain('\nparts: { modem: pstn, head: edges }\n');
  expect(scenario).toMatch(/\n# Shrunk from /);
  const story = parseScenario(scenario, 'shrunk.yaml');
  expect(story.parts).toEqual(parts);
  expect(runBroken(story).failure?.step).toBe('check money');
});

test('what a fork found and one go does not show is told whole', () => {
  const { acts } = runDay(3);
  const all = [...acts, { do: 'checkMoney' as const, except: [] }];
  const violation = {
    seed: 3,
    parts: {},
    place: 'a burst',
    unrest: [],
    wrong: ['STAN 000001 was used twice'],
    acts: all,
  };
  expect(shrink(violation)).toEqual({ acts: all, shows: false });
});

test('every act of a day can be written as a step, and is read back as the same act', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const { acts } = runDay(seed);
    const { steps } = parseScenario(writeScenario('a day', { seed, parts: {}, acts }, []), 'day.yaml');
    expect(steps.map((step) => step.action.do)).toEqual(acts.map((act) => act.do));
    steps.forEach(({ action }, i) => {
      const act = acts[i];
      if (action.do === 'swipe' && act.do === 'swipe') expect(action.track2).toBe(act.track2);
      else expect(action).toMatchObject(act);
    });
  }
});

test('a storm counts its cuts, and finds nothing in the real build', () => {
  const found: unknown[] = [];
  const result = runStorm({ seeds: 3, from: 900, cuts: true, build: 'real' }, (one) => found.push(one));
  expect(found).toEqual([]);
  expect(result.cuts).toBeGreaterThan(10);
  expect(result.cutsMs).toBeGreaterThan(0);
});
