/**
 * Makes a violation's acts few: whatever can be left out without the same sentence (numbers aside) going away, is. Delta
 * debugging (Zeller and Hildebrandt 2002): halves first, then smaller and smaller pieces, until no single act can go.
 */
import type { PartNames } from '../parts';
import { perform } from '../scenario/perform';
import type { Action } from '../scenario/scenario';
import { Witness } from '../sweep/witness';
import { startTerminal, TerminalError } from '../terminal';
import { STORM_SETTINGS, type StormViolation } from './storm';

const MOST_TRIES = 400;

/** What the check at the acts' end finds, or what broke the emulator; null when a step before the check did not come true. */
export function replay(seed: number, parts: PartNames, acts: readonly Action[]): readonly string[] | null {
  const terminal = startTerminal({ seed, parts, settings: STORM_SETTINGS, record: false });
  const witness = new Witness(terminal);
  try {
    for (const act of acts) {
      if (act.do !== 'checkMoney') {
        perform(terminal, act, witness);
        continue;
      }
      const { unrest, wrong } = witness.settleAndCheck(act.except);
      return [...unrest, ...wrong];
    }
    return null;
  } catch (error) {
    return error instanceof TerminalError ? null : [(error as Error).message];
  } finally {
    terminal.close();
  }
}

function kindOf(sentence: string): string {
  return sentence.replace(/\d+/g, '#').split('\n')[0];
}

export interface Shrunk {
  readonly acts: readonly Action[];
  /** False when the acts, played from beginning to end without a fork, do not show the violation: nothing was left out. */
  readonly shows: boolean;
}

export function shrink(violation: StormViolation): Shrunk {
  const { seed, parts } = violation;
  const kinds = [...violation.unrest, ...violation.wrong].map(kindOf);
  let tries = 0;
  const shows = (acts: readonly Action[]): boolean => {
    tries++;
    const found = replay(seed, parts, acts) ?? [];
    // Anything else beside it would be another story.
    return found.length > 0 && found.every((sentence) => kinds.includes(kindOf(sentence)));
  };
  let acts = violation.acts;
  if (!shows(acts)) return { acts, shows: false };
  let piece = Math.ceil(acts.length / 2);
  while (tries < MOST_TRIES) {
    const before = acts.length;
    // The check itself, the last one, stays.
    for (let at = 0; at < acts.length - 1 && tries < MOST_TRIES;) {
      const left = [...acts.slice(0, at), ...acts.slice(Math.min(at + piece, acts.length - 1))];
      if (shows(left)) acts = left;
      else at += Math.ceil(piece / 2);
    }
    if (acts.length < before) continue;
    if (piece === 1) break;
    piece = Math.ceil(piece / 2);
  }
  return { acts, shows: true };
}
