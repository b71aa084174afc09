/**
 * Property tests draw the same cases in every run, so that a red one is red for everybody. `FC_SEED=random` lets them
 * look elsewhere, `FC_SEED=<number>` repeats what such a run found.
 */
import fc from 'fast-check';

const USUAL_SEED = 20260115;

const wanted = process.env.FC_SEED;
if (wanted !== 'random') fc.configureGlobal({ seed: wanted === undefined ? USUAL_SEED : parseInt(wanted, 10) });
