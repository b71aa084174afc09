/** Runs a scenario against a terminal in a World of its own. The same scenario and seed give the same run, always. */
import { testCards } from '../../host/center/test-cards';
import type { CenterFault } from '../../host/center/types';
import { startTerminal, TerminalError, type Terminal } from '../terminal';
import { maskNumbers } from '../timeline-view/mask';
import { checkExpectation } from './check-expectation';
import type { Action, Expectation, Scenario } from './scenario';

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

/** How often an expectation with `within` is looked at. */
const LOOK_EVERY_MS = 50;

function expectAll(terminal: Terminal, expectation: Expectation): void {
  const endUs = terminal.world.nowUs + expectation.withinMs * 1000;
  let difference = checkExpectation(terminal, expectation);
  while (difference !== '' && terminal.world.nowUs < endUs) {
    terminal.wait(LOOK_EVERY_MS);
    difference = checkExpectation(terminal, expectation);
  }
  if (difference !== '') terminal.fail(difference);
}

function power(terminal: Terminal, what: 'on' | 'off' | 'cut'): void {
  if (what === 'on') terminal.powerOn();
  else if (what === 'off') terminal.powerOff();
  else terminal.powerCut();
}

function keyPin(terminal: Terminal, pin: string): void {
  terminal.pinpad.waitFor();
  if (pin === 'cancel') terminal.pinpad.press('cancel');
  else terminal.pinpad.press(...pin, 'confirm');
}

function perform(terminal: Terminal, action: Action): void {
  switch (action.do) {
    case 'power':
      return power(terminal, action.what);
    case 'signIn':
      return void terminal.signIn(action.operator, action.password);
    case 'press':
      return void terminal.press(...action.keys);
    case 'pressPad':
      return void terminal.pinpad.press(...action.keys);
    case 'hold':
      return void terminal.hold(action.key, action.forMs);
    case 'type':
      return void terminal.type(action.text);
    case 'swipe':
      return void terminal.swipe(action, action.options);
    case 'pin':
      return keyPin(terminal, action.pin);
    case 'sell':
      return void terminal.sell(action.amount, testCards[action.card as keyof typeof testCards], { pin: action.pin });
    case 'wait':
      return void terminal.wait(action.forMs);
    case 'waitScreen':
      return void terminal.waitFor(action.text, action.withinMs);
    case 'waitIdle':
      return void terminal.waitForIdle(action.withinMs);
    case 'waitPin':
      return void terminal.pinpad.waitFor(action.withinMs);
    case 'waitSlips':
      return void terminal.waitForSlips(action.count);
    case 'takeSlips':
      return void terminal.takeSlips();
    case 'wake':
      return void terminal.wake();
    case 'fault':
      return void terminal.fault(action.device, action.fault, action.value, action.afterMs);
    case 'centerFault':
      return terminal.center.fail(action.fault as CenterFault, action);
    case 'clearCenterFaults':
      return terminal.center.clearFaults();
    case 'loseKeys':
      return terminal.center.loseKeys();
    case 'setBalance':
      return terminal.center.setBalance(action.card, action.balanceFen);
    case 'expect':
      return expectAll(terminal, action.expectation);
  }
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
  for (const { line, word, action } of steps) {
    try {
      perform(terminal, action);
    } catch (error) {
      const { what, circumstances } = failureOf(terminal, error);
      const { screen, timeline } = circumstances;
      return { line, step: word, message: maskNumbers(what), screen, timeline };
    }
  }
  return undefined;
}

export function runScenario(scenario: Scenario, options: { readonly seed?: number } = {}): ScenarioResult {
  const { file, name, profile, startsAt, settings } = scenario;
  const seed = options.seed ?? scenario.seed;
  const terminal = startTerminal({ seed, profile, settings, ...(startsAt === undefined ? {} : { startsAt }) });
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
