/** Many days of a storm, the same bytes asked for again, and the broken builds that it has to find out. */
import type { BrokenBuild } from '../sweep/broken-builds';
import { loadBuild } from '../sweep/build-loader';
import type { PartNames } from '../parts';
import { shrink } from './shrink';
import { runDay, type StormViolation } from './storm';
import { writeScenario } from './write-scenario';

/** One day in so many is made twice: with every wire, byte and moment the same, forked or not. */
const AGAIN_EVERY = 20;

/** Shrinking takes seconds: a build that is wrong in every seed is known after a few. */
const MOST_SHRUNK = 5;

export interface StormOptions {
  readonly seeds: number;
  readonly from: number;
  readonly cuts: boolean;
  /** The board's variants; default the reference board. */
  readonly parts?: PartNames;
  /** Names the build in what is told of a violation. */
  readonly build: string;
}

export interface FoundViolation {
  readonly seed: number;
  readonly build: string;
  readonly place: string;
  readonly what: readonly string[];
  /** Text of a scenario file that tells it again. */
  readonly scenario: string;
}

export interface StormResult {
  readonly cuts: number;
  /** Time spent in forks, from fork to verdict. */
  readonly cutsMs: number;
  readonly violations: number;
}

function told(violation: StormViolation, build: string, shrinks: boolean): FoundViolation {
  const { seed, parts, place } = violation;
  const what = [...violation.unrest, ...violation.wrong];
  const { acts, shows } = shrinks ? shrink(violation) : { acts: violation.acts, shows: true };
  const remarks = [`Found by npm run sim, seed ${seed}, build ${build}: ${place}`];
  if (!shrinks) remarks.push(`Not shrunk: it came after ${MOST_SHRUNK} others.`);
  else if (shows) remarks.push(`Shrunk from ${violation.acts.length} acts to ${acts.length}.`);
  else remarks.push('Told in one go, as here, it does not come out: run the seed again with --cuts.');
  const name = `Storm, seed ${seed}: ${what[0].split('\n')[0]}`;
  return { seed, build, place, what, scenario: writeScenario(name, { seed, parts, acts }, remarks) };
}

/** `found` hears of every violation at once. */
export function runStorm(
  { seeds, from, cuts, build, parts = {} }: StormOptions,
  found: (violation: FoundViolation) => void,
): StormResult {
  const sum = { cuts: 0, cutsMs: 0, violations: 0 };
  const report = (violation: FoundViolation): void => {
    sum.violations++;
    found(violation);
  };
  for (let i = 0; i < seeds; i++) {
    const seed = from + i;
    const day = runDay(seed, { cuts, parts });
    sum.cuts += day.cuts;
    sum.cutsMs += day.cutsMs;
    for (const violation of day.violations) report(told(violation, build, sum.violations < MOST_SHRUNK));
    if (i % AGAIN_EVERY === 0 && runDay(seed, { parts }).digest !== day.digest) {
      const scenario = writeScenario(`Storm, seed ${seed}: not the same again`, { seed, parts, acts: day.acts }, [
        `Found by npm run sim, seed ${seed}, build ${build}`,
      ]);
      report({ seed, build, place: 'the day, made again', what: ['the same seed made other bytes'], scenario });
    }
  }
  return sum;
}

export interface Catch {
  readonly name: string;
  /** Null when no day found it out. */
  readonly seed: number | null;
  readonly what: string;
}

/** Days until a money rule is broken; a build that merely hangs is not found out. */
export function catchBrokenBuild(broken: BrokenBuild, from: number, mostSeeds: number, parts: PartNames = {}): Catch {
  const storm = loadBuild(broken.changes)('emulator/storm/storm') as { runDay: typeof runDay };
  for (let seed = from; seed < from + mostSeeds; seed++) {
    const { violations } = storm.runDay(seed, { parts });
    const wrong = violations.flatMap((violation) => violation.wrong);
    if (wrong.length > 0) return { name: broken.name, seed, what: wrong[0] };
  }
  return { name: broken.name, seed: null, what: '' };
}
