/** Runs a scenario against a terminal in a World of its own. The same scenario and seed give the same run, always. */
import { Witness } from '../sweep/witness';
import { startTerminal, TerminalError, type Terminal } from '../terminal';
import { maskNumbers } from '../timeline-view/mask';
import { perform } from './perform';
import type { Scenario } from './scenario';

export interface ScenarioFailure {
  readonly line: number;
  /** The step's word. */
  readonly step: string;
  readonly message: string;
  readonly screen: readonly string[];
  /** The last pieces on the wires, masked. */
  readonly timeline: readonly string[];
}

export interface ScenarioResult {
  readonly file: string;
  readonly name: string;
  readonly seed: number;
  readonly passed: boolean;
  /** Virtual time the story took. */
  readonly durationMs: number;
  readonly failure?: ScenarioFailure;
}

/** What went wrong, with the circumstances, whoever found it. */
function failureOf(terminal: Terminal, error: unknown): TerminalError {
  if (error instanceof TerminalError) return error;
  const sentence = error instanceof Error ? error.message : String(error);
  try {
    return terminal.fail(sentence);
  } catch (described) {
    return described as TerminalError;
  }
}

function firstFailure(terminal: Terminal, { steps }: Scenario): ScenarioFailure | undefined {
  const isWatched = steps.some(({ action }) => action.do === 'checkMoney');
  const witness = isWatched ? new Witness(terminal) : null;
  for (const { line, word, action } of steps) {
    try {
      perform(terminal, action, witness);
    } catch (error) {
      const { what, circumstances } = failureOf(terminal, error);
      const { screen, timeline } = circumstances;
      return { line, step: word, message: maskNumbers(what), screen, timeline };
    }
  }
  return undefined;
}

export function runScenario(scenario: Scenario, options: { readonly seed?: number } = {}): ScenarioResult {
  const { file, name, profile, startsAt, parts, settings } = scenario;
  const seed = options.seed ?? scenario.seed;
  const terminal = startTerminal({ seed, profile, parts, settings, ...(startsAt === undefined ? {} : { startsAt }) });
  const result = (failure?: ScenarioFailure): ScenarioResult => ({
    ...{ file, name, seed, passed: failure === undefined, durationMs: Math.round(terminal.world.nowUs / 1000) },
    ...(failure && { failure }),
  });
  try {
    return result(firstFailure(terminal, scenario));
  } finally {
    terminal.close();
  }
}
