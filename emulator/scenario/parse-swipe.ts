/** `swipe: debit`, or a map with a card or tracks of one's own, how it is drawn and what is wrong with the stripe. */
import { testCards, type TestCard } from '../../host/center/test-cards';
import type { Action } from './scenario';
import type { Node } from './source';
import type { Values } from './values';
import { cardIds, stepKeys, swipeOptions, trackForms } from './vocabulary';

export function cardNamed(values: Values, node: Node): TestCard {
  return testCards[values.oneOf(node, 'card', cardIds) as keyof typeof testCards];
}

export function parseSwipe(values: Values, node: Node): Action {
  if (node.kind === 'text') {
    const { track1, track2, track3 } = cardNamed(values, node);
    return { do: 'swipe', track1, track2, track3, options: {} };
  }
  const fields = values.fields(node, 'swipe', stepKeys.swipe);
  const card = fields['card'] && cardNamed(values, fields['card']);
  const own = Object.keys(trackForms).some((name) => fields[name]);
  if (!card && !own) values.refuse(node.line, 'swipe needs a card or a track2');
  const track = (name: keyof typeof trackForms): string => {
    const node = fields[name];
    if (!node) return card ? card[name] : '';
    const [form, example] = trackForms[name];
    return values.matching(node, name, form, example);
  };
  const options: Record<string, boolean | number> = {};
  for (const [name, range] of Object.entries(swipeOptions)) {
    const value = fields[name];
    if (value) options[name] = range === 'flag' ? values.flag(value, name) : values.whole(value, name, ...range);
  }
  return { do: 'swipe', track1: track('track1'), track2: track('track2'), track3: track('track3'), options };
}
