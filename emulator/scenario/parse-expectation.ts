/** What stands behind `expect:`. */
import type { Expectation } from './scenario';
import type { Node } from './source';
import type { Values } from './values';
import { cardIds, exchangeForm, pixelsForm, postingForm } from './vocabulary';

export const expectationWords: readonly string[] = [
  ...[
    'screen',
    'no screen',
    'idle',
    'lit',
    'power',
    'pinpad',
    'pixels',
    'beeps',
    'slips',
    'slip',
    'no slip',
    'slip number',
  ],
  ...['balance', 'ledger', 'exchanges', 'timeline', 'no timeline', 'within'],
];
const MOST_SLIPS = 10_000;

/** `sale debit -100.00`, in that spelling. */
function posting(values: Values, node: Node): string {
  const example = 'a kind, a card and an amount, such as "sale debit -100.00"';
  const text = values.matching(node, 'a line of the ledger', postingForm, example);
  const card = text.split(' ')[1];
  return cardIds.includes(card) ? text : values.unknown(node.line, 'card', card, cardIds);
}

function exchange(values: Values, node: Node): string {
  const example = 'a message type and an answer code, such as "0200 00"';
  return values.matching(node, 'an exchange', exchangeForm, example);
}

/** A list, also of one, also of none (`[]`). */
function listed<T>(node: Node, read: (item: Node) => T): T[] {
  return node.kind === 'list' ? node.items.map(read) : [read(node)];
}

function balances(values: Values, node: Node): (readonly [string, number])[] {
  const fields = values.fields(node, 'balance', cardIds);
  return Object.entries(fields).map(([card, value]) => [card, values.fen(value as Node, `the balance of ${card}`)]);
}

export function parseExpectation(values: Values, node: Node): Expectation {
  const fields = values.fields(node, 'expect', expectationWords);
  if (Object.keys(fields).length === 0) values.refuse(node.line, `expect needs one of ${expectationWords.join(', ')}`);
  const texts = (name: string): string[] => (fields[name] ? values.texts(fields[name], name) : []);
  const maybe = <T>(name: string, read: (value: Node) => T): T | undefined => {
    const value = fields[name];
    return value ? read(value) : undefined;
  };
  return {
    withinMs: maybe('within', (value) => values.durationMs(value, 'within')) ?? 0,
    screen: texts('screen'),
    noScreen: texts('no screen'),
    idle: maybe('idle', (value) => values.flag(value, 'idle')),
    lit: maybe('lit', (value) => values.flag(value, 'lit')),
    power: maybe('power', (value) => values.oneOf(value, 'power', ['on', 'off']) as 'on' | 'off'),
    pinpad: texts('pinpad'),
    pixels: maybe('pixels', (value) =>
      values.matching(value, 'pixels', pixelsForm, '16 hex digits, as a failure tells'),
    ),
    beeps: maybe('beeps', (value) => values.whole(value, 'beeps', 0, 1_000_000)),
    slips: maybe('slips', (value) => values.whole(value, 'slips', 0, MOST_SLIPS)),
    slip: texts('slip'),
    noSlip: texts('no slip'),
    slipNumber: maybe('slip number', (value) => values.whole(value, 'slip number', 1, MOST_SLIPS)),
    balances: maybe('balance', (value) => balances(values, value)) ?? [],
    ledger: maybe('ledger', (value) => listed(value, (item) => posting(values, item))),
    exchanges: maybe('exchanges', (value) => listed(value, (item) => exchange(values, item))),
    timeline: texts('timeline'),
    noTimeline: texts('no timeline'),
  };
}
