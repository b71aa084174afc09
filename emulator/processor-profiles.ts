/** Processor time of the firmware's heavier work, by board. */
import {
  WORK_AT_LINE,
  WORK_COUNT,
  WORK_EDGES,
  WORK_INDEX,
  WORK_JOURNAL_RECORD,
  WORK_JOURNAL_SCAN,
  WORK_PACK,
  WORK_PAD_FRAME,
  WORK_SCREEN,
  WORK_SLIP_LINE,
  WORK_STRIPE,
} from '../hal/bus';
import { profileInstant, type ProcessorProfile } from './world/mcu';

function table(costsMs: readonly (readonly [work: number, ms: number])[]): ProcessorProfile {
  const profile = new Array<number>(WORK_COUNT).fill(0);
  for (const [work, ms] of costsMs) profile[work] = ms * 1000;
  return profile;
}

export const processorProfiles = {
  /** Code takes no time: the default, and the fastest to run. */
  instant: profileInstant,
  /** A JavaScript engine on a 168 MHz Cortex-M4: measured part by part, on the safe side (docs/performance.md). */
  board: table([
    [WORK_PACK, 35],
    [WORK_INDEX, 20],
    [WORK_SLIP_LINE, 2],
    [WORK_JOURNAL_RECORD, 5],
    [WORK_SCREEN, 12],
    [WORK_AT_LINE, 3],
    [WORK_PAD_FRAME, 8],
    [WORK_STRIPE, 70],
    [WORK_EDGES, 30],
    [WORK_JOURNAL_SCAN, 250],
  ]),
} as const;

/** Whose processor time the World charges: nobody's, or a board's. */
export type ProfileName = keyof typeof processorProfiles;
