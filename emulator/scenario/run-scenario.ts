/** Runs a scenario against a terminal in a World of its own. The same scenario and seed give the same run, always. */
import { Witness } from '../sweep/witness';
import { startTerminal, TerminalError, type Terminal } from '../terminal';
import type { TerminalWorldOptions } from '../terminal-world';
import { maskNumbers } from '../timeline-view/mask';
import { perform } from './perform';
import type { Scenario, ScenarioStep } from './scenario';

/** The step that failed, with what could be seen. */
export interface ScenarioFailure {
  readonly line: number;
  /** The step's word. */
  readonly step: string;
  readonly message: string;
  readonly screen: readonly string[];
  /** The last pieces on the wires, masked. */
  readonly timeline: readonly string[];
}

/** How a story ended. */
export interface ScenarioResult {
  readonly file: string;
  readonly name: string;
  readonly seed: number;
  readonly passed: boolean;
  /** Virtual time the story took. */
  readonly durationMs: number;
  readonly failure?: ScenarioFailure;
  /** Why it was not run. */
  readonly skipped?: string;
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

/** Says whether a fault that was asked for later has come: '' if so, else a sentence. */
function watchFault(terminal: Terminal, { action }: ScenarioStep): (() => string) | null {
  if (action.do !== 'fault') return null;
  const { device, fault, afterMs, when } = action;
  const dueUs = terminal.world.nowUs + Math.round(afterMs * 1000);
  const owed = [...terminal.owedFaults].at(-1);
  const never = (why: string): string => `the story ended before ${device} ${fault}: ${why}`;
  if (when !== undefined && owed) return () => (terminal.owedFaults.has(owed) ? never(`no ${when}`) : '');
  return () => (dueUs > terminal.world.nowUs ? never('its time had not come') : '');
}

function firstFailure(terminal: Terminal, { steps }: Scenario): ScenarioFailure | undefined {
  const isWatched = steps.some(({ action }) => action.do === 'checkMoney');
  const witness = isWatched ? new Witness(terminal) : null;
  const faults: [ScenarioStep, () => string][] = [];
  const failed = ({ line, word }: ScenarioStep, error: unknown): ScenarioFailure => {
    const { what, circumstances } = failureOf(terminal, error);
    const { screen, timeline } = circumstances;
    return { line, step: word, message: maskNumbers(what), screen, timeline };
  };
  for (const step of steps) {
    terminal.world.note('step', `${step.line}: ${step.word}`);
    try {
      perform(terminal, step.action, witness);
    } catch (error) {
      return failed(step, error);
    }
    const hasCome = watchFault(terminal, step);
    if (hasCome) faults.push([step, hasCome]);
  }
  // A story whose fault never came has proven nothing.
  const [step, hasCome] = faults.find(([, say]) => say() !== '') ?? [];
  return step && hasCome ? failed(step, new Error(hasCome())) : undefined;
}

export interface RunOptions {
  readonly seed?: number;
  /** Called with the terminal before its first step; what it gives back is called behind the last one. */
  readonly watch?: (terminal: Terminal) => () => void;
  /** Runs in place of the firmware: `TerminalWorldOptions.firmware`. */
  readonly firmware?: TerminalWorldOptions['firmware'];
}

/** Runs a scenario to its end or to its first failure; `seed` replaces the one it names. */
export function runScenario(scenario: Scenario, options: RunOptions = {}): ScenarioResult {
  const { file, name, profile, startsAt, parts, settings, provisioned } = scenario;
  const seed = options.seed ?? scenario.seed;
  const calendar = startsAt === undefined ? {} : { startsAt };
  const { firmware } = options;
  const terminal = startTerminal({ seed, profile, parts, settings, provisioned, ...calendar, firmware });
  const result = (failure?: ScenarioFailure): ScenarioResult => ({
    ...{ file, name, seed, passed: failure === undefined, durationMs: Math.round(terminal.world.nowUs / 1000) },
    ...(failure && { failure }),
  });
  const unwatch = options.watch?.(terminal);
  try {
    return result(firstFailure(terminal, scenario));
  } finally {
    unwatch?.();
    terminal.close();
  }
}
