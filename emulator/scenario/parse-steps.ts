/** The steps of a scenario by their words. Everything that can be wrong is found here, before anything runs. */
import { ruleNames, type RuleName } from '../sweep/rules';
import { parseExpectation } from './parse-expectation';
import { parseFault } from './parse-fault';
import { cardNamed, parseSwipe } from './parse-swipe';
import type { Action, ScenarioStep } from './scenario';
import type { Entry, Node } from './source';
import type { Values } from './values';
import { amountForm, digitsForm, padKeys, pinForm, stepKeys, terminalKeys, typedForm } from './vocabulary';

const LONGEST_WAIT_MS = 300_000;

type Parser = (values: Values, value: Node) => Action;

function keysOf(values: Values, node: Node, known: readonly string[]): string[] {
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.map((one) => values.oneOf(one, 'key', known));
}

function amountOf(values: Values, node: Node): string {
  return values.matching(node, 'the amount', amountForm, 'in yuan, such as 100.00');
}

function pinOf(values: Values, node: Node): string {
  const pin = values.matching(node, 'the PIN', pinForm, '4 to 12 digits, "none" or "cancel"');
  return pin === 'none' ? '' : pin;
}

function sell(values: Values, node: Node): Action {
  const fields = values.fields(node, 'sell', stepKeys.sell);
  const { amount, card, pin } = fields;
  if (!amount || !card) return values.refuse(node.line, 'sell needs an amount and a card');
  const keyed = pin ? pinOf(values, pin) : undefined;
  if (pin && keyed === 'cancel') values.refuse(pin.line, 'sell goes through: to cancel, write its steps out');
  return { do: 'sell', amount: amountOf(values, amount), card: cardNamed(values, card).id, pin: keyed };
}

function signIn(values: Values, node: Node): Action {
  const given = node.kind !== 'empty';
  const { operator, password } = given ? values.fields(node, 'sign in', stepKeys['sign in']) : {};
  const digits = (one: Node | undefined, what: string, otherwise: string): string =>
    one ? values.matching(one, what, digitsForm, 'digits') : otherwise;
  return { do: 'signIn', operator: digits(operator, 'operator', '01'), password: digits(password, 'password', '0000') };
}

function waitFor(values: Values, node: Node): Action {
  if (node.kind === 'text')
    return { do: 'waitScreen', text: values.someText(node, 'wait for'), withinMs: LONGEST_WAIT_MS };
  const { screen, within } = values.fields(node, 'wait for', stepKeys['wait for']);
  if (!screen) return values.refuse(node.line, 'wait for needs a screen');
  return { do: 'waitScreen', text: values.someText(screen, 'screen'), withinMs: limitOf(values, within) };
}

function limitOf(values: Values, within: Node | undefined): number {
  return within ? values.durationMs(within, 'within') : LONGEST_WAIT_MS;
}

/** `wait for idle`, or with `within`. */
function patience(values: Values, node: Node, what: string): number {
  return node.kind === 'empty'
    ? LONGEST_WAIT_MS
    : limitOf(values, values.fields(node, what, stepKeys['wait for idle'])['within']);
}

function setBalance(values: Values, node: Node): Action {
  const { card, balance } = values.fields(node, 'set balance', stepKeys['set balance']);
  if (!card || !balance) return values.refuse(node.line, 'set balance needs a card and a balance');
  const known = cardNamed(values, card);
  if (known.fate === 'unknown') values.refuse(card.line, 'the center does not know this card: take another');
  return { do: 'setBalance', card: known.id, balanceFen: values.fen(balance, 'the balance') };
}

function clerkSells(values: Values, node: Node): Action {
  const { amount, card, within } = values.fields(node, 'clerk sells', stepKeys['clerk sells']);
  if (!amount || !card) return values.refuse(node.line, 'clerk sells needs an amount and a card');
  return {
    do: 'clerkSells',
    amount: amountOf(values, amount),
    card: cardNamed(values, card).id,
    withinMs: limitOf(values, within),
  };
}

function clerkAsksBalance(values: Values, node: Node): Action {
  const { card, within } = values.fields(node, 'clerk asks balance', stepKeys['clerk asks balance']);
  if (!card) return values.refuse(node.line, 'clerk asks balance needs a card');
  return { do: 'clerkAsksBalance', card: cardNamed(values, card).id, withinMs: limitOf(values, within) };
}

function checkMoney(values: Values, node: Node): Action {
  const { except } = node.kind === 'empty' ? {} : values.fields(node, 'check money', stepKeys['check money']);
  const items = except ? (except.kind === 'list' ? except.items : [except]) : [];
  return { do: 'checkMoney', except: items.map((item) => values.oneOf(item, 'rule', ruleNames) as RuleName) };
}

/** A word that stands alone. */
function alone(action: Action): Parser {
  return (values, node) =>
    node.kind === 'empty' ? action : values.refuse(node.line, 'this step takes no value: remove it');
}

const parsers: Readonly<Record<string, Parser>> = {
  'power on': alone({ do: 'power', what: 'on' }),
  'power off': alone({ do: 'power', what: 'off' }),
  'power cut': alone({ do: 'power', what: 'cut' }),
  'sign in': signIn,
  press: (values, node) => ({ do: 'press', keys: keysOf(values, node, terminalKeys) }),
  hold: (values, node) => {
    const { key, for: duration } = values.fields(node, 'hold', stepKeys.hold);
    if (!key || !duration) return values.refuse(node.line, 'hold needs a key and how long, such as for: 3s');
    return { do: 'hold', key: values.oneOf(key, 'key', terminalKeys), forMs: values.durationMs(duration, 'for') };
  },
  type: (values, node) => ({
    do: 'type',
    text: values.matching(node, 'what is typed', typedForm, 'digits, with or without a point'),
  }),
  swipe: parseSwipe,
  pin: (values, node) => ({ do: 'pin', pin: pinOf(values, node) }),
  'press pad': (values, node) => ({ do: 'pressPad', keys: keysOf(values, node, padKeys) }),
  sell,
  wait: (values, node) => ({ do: 'wait', forMs: values.durationMs(node, 'wait') }),
  at: (values, node) => ({ do: 'waitUntil', atMs: values.durationMs(node, 'at') }),
  'wait for': waitFor,
  'wait for idle': (values, node) => ({ do: 'waitIdle', withinMs: patience(values, node, 'wait for idle') }),
  'wait for pin': (values, node) => ({ do: 'waitPin', withinMs: patience(values, node, 'wait for pin') }),
  'wait for slips': (values, node) => ({ do: 'waitSlips', count: values.whole(node, 'wait for slips', 1, 10_000) }),
  'take slips': alone({ do: 'takeSlips' }),
  tear: alone({ do: 'tear' }),
  wake: alone({ do: 'wake' }),
  fault: parseFault,
  'clear center faults': alone({ do: 'clearCenterFaults' }),
  'center replaces keys': alone({ do: 'loseKeys' }),
  'set balance': setBalance,
  'clerk to idle': (values, node) => ({ do: 'clerkToIdle', withinMs: patience(values, node, 'clerk to idle') }),
  'clerk sells': clerkSells,
  'clerk asks balance': clerkAsksBalance,
  'check money': checkMoney,
  expect: (values, node) => ({ do: 'expect', expectation: parseExpectation(values, node) }),
};

export const stepWords: readonly string[] = Object.keys(parsers);

export function parseStep(values: Values, node: Node): ScenarioStep {
  const entry: Entry =
    node.kind === 'text'
      ? { key: node.text, line: node.line, value: { kind: 'empty', line: node.line } }
      : values.single(node, 'a step');
  const parser = Object.hasOwn(parsers, entry.key) ? parsers[entry.key] : undefined;
  if (!parser) return values.unknown(entry.line, 'step', entry.key, stepWords);
  return { line: entry.line, word: entry.key, action: parser(values, entry.value) };
}
