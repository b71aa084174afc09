/** Scenarios against a board (docs/hil.md): one after the other over one bridge. */
import { runScenario, type ScenarioResult } from '../scenario/run-scenario';
import type { Scenario } from '../scenario/scenario';
import type { Bridge } from './bridge';
import { BridgeError } from './cable';

/** Why a scenario cannot be told to a board; '' for one that can. */
export function whyNotOnBoard({ parts, settings, profile }: Scenario): string {
  const { modem = 'sim800', head = 'shiftOut' } = parts;
  if (modem !== 'sim800') return `a board's firmware has no driver of the modem ${modem}`;
  if (head !== 'shiftOut') return `a board's firmware has no driver of the head ${head}`;
  if (settings.english) return "a board's firmware has no English texts";
  if (profile !== 'instant') return 'it is about the speed of an imagined processor';
  return '';
}

function outcome(scenario: Scenario, skipped: string): ScenarioResult {
  const { file, name, seed } = scenario;
  return { file, name, seed, passed: true, durationMs: 0, skipped };
}

/**
 * Tells the board one scenario after the other. `onResult` hears of each as it ends. When the board is lost the rest is
 * skipped, and `lost` says why.
 */
export function runHil(
  bridge: Bridge,
  scenarios: readonly Scenario[],
  onResult: (result: ScenarioResult) => void,
): { readonly results: readonly ScenarioResult[]; readonly lost: string } {
  let lost = '';
  const results = scenarios.map((scenario) => {
    const why = lost === '' ? whyNotOnBoard(scenario) : 'the board was lost';
    const result = why === '' ? runOnBoard(bridge, scenario) : outcome(scenario, why);
    if (lost === '' && bridge.trouble) lost = whyLost(bridge, bridge.trouble);
    onResult(result);
    return result;
  });
  if (lost === '') bridge.release();
  return { results, lost };
}

function runOnBoard(bridge: Bridge, scenario: Scenario): ScenarioResult {
  bridge.trouble = null;
  return runScenario(scenario, {
    firmware: bridge.firmware,
    watch: (terminal) => {
      bridge.solderTo(terminal.inside);
      return () => bridge.dark();
    },
  });
}

/** A board that only stopped is there for the next story. */
function whyLost(bridge: Bridge, trouble: BridgeError): string {
  if (trouble.isFinal) return trouble.message;
  try {
    bridge.check();
    return '';
  } catch (error) {
    if (error instanceof BridgeError) return error.message;
    throw error;
  }
}
