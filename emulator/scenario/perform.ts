/** Does one step of a scenario. */
import { testCards, type TestCard } from '../../host/center/test-cards';
import type { CenterFault } from '../../host/center/types';
import { clerkAsksBalance, clerkSells, clerkToIdle } from '../sweep/robot-clerk';
import type { RuleName } from '../sweep/rules';
import type { Witness } from '../sweep/witness';
import type { Terminal } from '../terminal';
import { checkExpectation } from './check-expectation';
import type { Action, Expectation } from './scenario';

type FaultAction = Action & { readonly do: 'fault' };

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

function fault(terminal: Terminal, { device, fault, value, afterMs, when }: FaultAction): void {
  if (when === undefined) terminal.fault(device, fault, value, afterMs);
  else terminal.faultWhen(when, device, fault, value);
}

function cardNamed(id: string): TestCard {
  return testCards[id as keyof typeof testCards];
}

function checkMoney(terminal: Terminal, except: readonly RuleName[], witness: Witness | null): void {
  if (!witness) return terminal.fail('nobody has watched this terminal from the beginning');
  const { unrest, wrong } = witness.settleAndCheck(except);
  const found = [...unrest, ...wrong];
  if (found.length > 0) terminal.fail(found.join('; '));
}

/** `witness` has watched since the World began; only `checkMoney` needs it. */
export function perform(terminal: Terminal, action: Action, witness: Witness | null): void {
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
      return void terminal.sell(action.amount, cardNamed(action.card), { pin: action.pin });
    case 'wait':
      return void terminal.wait(action.forMs);
    case 'waitUntil':
      return void terminal.wait(Math.max(0, action.atMs - terminal.world.nowUs / 1000));
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
    case 'tear':
      return void terminal.tear();
    case 'wake':
      return void terminal.wake();
    case 'fault':
      return fault(terminal, action);
    case 'centerFault':
      return terminal.center.fail(action.fault as CenterFault, action);
    case 'clearCenterFaults':
      return terminal.center.clearFaults();
    case 'loseKeys':
      return terminal.center.loseKeys();
    case 'setBalance':
      return terminal.center.setBalance(action.card, action.balanceFen);
    case 'clerkToIdle':
      return void clerkToIdle(terminal, action.withinMs);
    case 'clerkSells':
      return void clerkSells(terminal, action.amount, cardNamed(action.card), action.withinMs);
    case 'clerkAsksBalance':
      return void clerkAsksBalance(terminal, cardNamed(action.card), action.withinMs);
    case 'checkMoney':
      return checkMoney(terminal, action.except, witness);
    case 'expect':
      return expectAll(terminal, action.expectation);
  }
}
