/** The steps of a scenario by their words. Everything that can be wrong is found here, before anything runs. */
import { testCards, type TestCard } from '../../host/center/test-cards';
import { keyNamed, keyNames } from '../key-names';
import { ruleNames, type RuleName } from '../sweep/rules';
import { deviceFaults, isCenterFault } from './faults';
import { cardIds, parseExpectation } from './parse-expectation';
import type { Action, ScenarioStep } from './scenario';
import type { Entry, Node } from './source';
import type { Values } from './values';

const LONGEST_WAIT_MS = 300_000;
const PAD_KEYS = [...'0123456789', 'confirm', 'clear', 'cancel'];
const AMOUNT = /^\d{1,7}(\.\d\d)?$/;
const PIN = /^(\d{4,12}|none|cancel)$/;

type Parser = (values: Values, value: Node) => Action;

function keysOf(values: Values, node: Node, known: readonly string[]): string[] {
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.map((one) => values.oneOf(one, 'key', known));
}

function cardNamed(values: Values, node: Node): TestCard {
  return testCards[values.oneOf(node, 'card', cardIds) as keyof typeof testCards];
}

/** `swipe: debit`, or a map with a card or tracks of one's own and what is wrong with the stripe. */
function swipe(values: Values, node: Node): Action {
  if (node.kind === 'text') {
    const { track2, track3 } = cardNamed(values, node);
    return { do: 'swipe', track2, track3, options: {} };
  }
  const fields = values.fields(node, 'swipe', [
    ...['card', 'track2', 'track3', 'reverse', 'scratched', 'badParityAt', 'badLrc', 'noEndSentinel', 'noiseBits'],
  ]);
  const card = fields['card'] && cardNamed(values, fields['card']);
  if (!card && !fields['track2']) values.refuse(node.line, 'swipe needs a card or a track2');
  const track = (name: 'track2' | 'track3'): string => {
    const own = fields[name];
    if (!own) return card ? card[name] : '';
    return values.matching(own, name, /^[0-9:;<=>]{0,200}$/, 'up to 200 digits and =, without sentinels');
  };
  const flag = (name: string): boolean => (fields[name] ? values.flag(fields[name], name) : false);
  const whole = (name: string): number | undefined =>
    fields[name] ? values.whole(fields[name], name, 0, 200) : undefined;
  const options = {
    reverse: flag('reverse'),
    scratched: flag('scratched'),
    badLrc: flag('badLrc'),
    noEndSentinel: flag('noEndSentinel'),
    badParityAt: whole('badParityAt'),
    noiseBits: whole('noiseBits'),
  };
  return { do: 'swipe', track2: track('track2'), track3: track('track3'), options };
}

function amountOf(values: Values, node: Node): string {
  return values.matching(node, 'the amount', AMOUNT, 'in yuan, such as 100.00');
}

function pinOf(values: Values, node: Node): string {
  const pin = values.matching(node, 'the PIN', PIN, '4 to 12 digits, "none" or "cancel"');
  return pin === 'none' ? '' : pin;
}

function sell(values: Values, node: Node): Action {
  const fields = values.fields(node, 'sell', ['amount', 'card', 'pin']);
  const { amount, card, pin } = fields;
  if (!amount || !card) return values.refuse(node.line, 'sell needs an amount and a card');
  const keyed = pin ? pinOf(values, pin) : undefined;
  if (pin && keyed === 'cancel') values.refuse(pin.line, 'sell goes through: to cancel, write its steps out');
  return { do: 'sell', amount: amountOf(values, amount), card: cardNamed(values, card).id, pin: keyed };
}

function signIn(values: Values, node: Node): Action {
  const given = node.kind !== 'empty';
  const { operator, password } = given ? values.fields(node, 'sign in', ['operator', 'password']) : {};
  const digits = (one: Node | undefined, what: string, otherwise: string): string =>
    one ? values.matching(one, what, /^\d{1,8}$/, 'digits') : otherwise;
  return { do: 'signIn', operator: digits(operator, 'operator', '01'), password: digits(password, 'password', '0000') };
}

/** `fault: printer paper 3`, or a map. */
function fault(values: Values, node: Node): Action {
  const fields = node.kind === 'text' ? shortFault(node.text, node.line) : longFault(values, node);
  const { device: deviceNode, fault: faultNode, value, after, count, mti } = fields;
  if (!deviceNode || !faultNode) return values.refuse(node.line, 'fault needs a device and a fault');
  const device = values.oneOf(deviceNode, 'device', Object.keys(deviceFaults));
  const name = values.oneOf(faultNode, `fault of ${device}`, deviceFaults[device] ?? []);
  if (isCenterFault(device, name)) {
    if (after) values.refuse(after.line, 'a fault of the center waits for messages: use wait, not after');
    const times = count ?? value;
    return {
      do: 'centerFault',
      fault: name,
      count: times ? values.whole(times, 'count', 1, 1000) : 1,
      mti: mti ? values.matching(mti, 'mti', /^\d{4}$/, 'four digits, such as "0200"') : '*',
    };
  }
  const other = count ?? mti;
  if (other) values.refuse(other.line, `count and mti are for faults of the center; ${device} takes value and after`);
  return {
    do: 'fault',
    device,
    fault: name,
    value: value ? faultValue(values, device, name, value) : lasting(device, name),
    afterMs: after ? values.durationMs(after, 'after') : 0,
  };
}

/** What a fault without a value means: a switch goes on. */
function lasting(device: string, name: string): number {
  return device === 'printer' && name === 'paper' ? 0 : 1;
}

function faultValue(values: Values, device: string, name: string, node: Node): number {
  if (device === 'keypad' && (name === 'stuck' || name === 'dead'))
    return keyNamed(values.oneOf(node, 'key', keyNames));
  return values.whole(node, 'value', 0, 1_000_000_000);
}

function shortFault(text: string, line: number): Partial<Record<string, Node>> {
  const [device, name, value] = text.trim().split(/\s+/, 3);
  const node = (word: string | undefined): Node | undefined =>
    word === undefined || word === '' ? undefined : { kind: 'text', line, text: word };
  return { device: node(device), fault: node(name), value: node(value) };
}

function longFault(values: Values, node: Node): Partial<Record<string, Node>> {
  return values.fields(node, 'fault', ['device', 'fault', 'value', 'after', 'count', 'mti']);
}

function waitFor(values: Values, node: Node): Action {
  if (node.kind === 'text') return { do: 'waitScreen', text: node.text, withinMs: LONGEST_WAIT_MS };
  const { screen, within } = values.fields(node, 'wait for', ['screen', 'within']);
  if (!screen) return values.refuse(node.line, 'wait for needs a screen');
  return { do: 'waitScreen', text: values.text(screen, 'screen'), withinMs: limitOf(values, within) };
}

function limitOf(values: Values, within: Node | undefined): number {
  return within ? values.durationMs(within, 'within') : LONGEST_WAIT_MS;
}

/** `wait for idle`, or with `within`. */
function patience(values: Values, node: Node, what: string): number {
  return node.kind === 'empty' ? LONGEST_WAIT_MS : limitOf(values, values.fields(node, what, ['within'])['within']);
}

function setBalance(values: Values, node: Node): Action {
  const { card, balance } = values.fields(node, 'set balance', ['card', 'balance']);
  if (!card || !balance) return values.refuse(node.line, 'set balance needs a card and a balance');
  const known = cardNamed(values, card);
  if (known.fate === 'unknown') values.refuse(card.line, 'the center does not know this card: take another');
  return { do: 'setBalance', card: known.id, balanceFen: values.fen(balance, 'the balance') };
}

function clerkSells(values: Values, node: Node): Action {
  const { amount, card, within } = values.fields(node, 'clerk sells', ['amount', 'card', 'within']);
  if (!amount || !card) return values.refuse(node.line, 'clerk sells needs an amount and a card');
  return {
    do: 'clerkSells',
    amount: amountOf(values, amount),
    card: cardNamed(values, card).id,
    withinMs: limitOf(values, within),
  };
}

function checkMoney(values: Values, node: Node): Action {
  const { except } = node.kind === 'empty' ? {} : values.fields(node, 'check money', ['except']);
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
  press: (values, node) => ({ do: 'press', keys: keysOf(values, node, keyNames) }),
  hold: (values, node) => {
    const { key, for: duration } = values.fields(node, 'hold', ['key', 'for']);
    if (!key || !duration) return values.refuse(node.line, 'hold needs a key and how long, such as for: 3s');
    return { do: 'hold', key: values.oneOf(key, 'key', keyNames), forMs: values.durationMs(duration, 'for') };
  },
  type: (values, node) => ({
    do: 'type',
    text: values.matching(node, 'what is typed', /^[0-9.]{1,40}$/, 'digits, with or without a point'),
  }),
  swipe,
  pin: (values, node) => ({ do: 'pin', pin: pinOf(values, node) }),
  'press pad': (values, node) => ({ do: 'pressPad', keys: keysOf(values, node, PAD_KEYS) }),
  sell,
  wait: (values, node) => ({ do: 'wait', forMs: values.durationMs(node, 'wait') }),
  'wait for': waitFor,
  'wait for idle': (values, node) => ({ do: 'waitIdle', withinMs: patience(values, node, 'wait for idle') }),
  'wait for pin': (values, node) => ({ do: 'waitPin', withinMs: patience(values, node, 'wait for pin') }),
  'wait for slips': (values, node) => ({ do: 'waitSlips', count: values.whole(node, 'wait for slips', 1, 10_000) }),
  'take slips': alone({ do: 'takeSlips' }),
  wake: alone({ do: 'wake' }),
  fault,
  'clear center faults': alone({ do: 'clearCenterFaults' }),
  'center replaces keys': alone({ do: 'loseKeys' }),
  'set balance': setBalance,
  'clerk to idle': (values, node) => ({ do: 'clerkToIdle', withinMs: patience(values, node, 'clerk to idle') }),
  'clerk sells': clerkSells,
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
