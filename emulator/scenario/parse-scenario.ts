/** A scenario file into a `Scenario`; docs/testing.md has the whole language. */
import { headNames, modemNames, padNames, type HeadName, type ModemName, type PadName, type PartNames } from '../parts';
import { parseSettings } from './parse-settings';
import { parseStep } from './parse-steps';
import type { Scenario } from './scenario';
import { readSource, ScenarioError, type Node } from './source';
import { Values } from './values';
import { calendarForm, profiles, scenarioKeys } from './vocabulary';

export { ScenarioError };

const HIGHEST_SEED = 4_294_967_295;
const MOST_STEPS = 2000;

function parseParts(values: Values, node: Node): PartNames {
  const { head, modem, pad } = values.fields(node, 'the parts', ['head', 'modem', 'pad']);
  return {
    ...(head && { head: values.oneOf(head, 'head', headNames) as HeadName }),
    ...(modem && { modem: values.oneOf(modem, 'modem', modemNames) as ModemName }),
    ...(pad && { pad: values.oneOf(pad, 'pad', padNames) as PadName }),
  };
}

/** `file` is the name that errors begin with. Throws a `ScenarioError`: one line, `file:line: what and the remedy`. */
export function parseScenario(text: string, file: string): Scenario {
  const values = new Values(file);
  const root = readSource(text, file);
  const fields = values.fields(root, 'a scenario', scenarioKeys);
  const { name, seed, profile, startsAt, parts, settings, provisioned, steps } = fields;
  if (!steps || steps.kind !== 'list' || steps.items.length === 0) {
    return values.refuse((steps ?? root).line, 'a scenario needs steps: a list, each line with "- " before it');
  }
  if (steps.items.length > MOST_STEPS) values.refuse(steps.line, `a scenario may have ${MOST_STEPS} steps: split it`);
  return {
    file,
    name: name ? values.matching(name, 'the name', /^.{1,200}$/u, 'one line of text') : file,
    seed: seed ? values.whole(seed, 'the seed', 0, HIGHEST_SEED) : 1,
    profile: profile ? (values.oneOf(profile, 'profile', profiles) as 'instant' | 'board') : 'instant',
    startsAt: startsAt && values.matching(startsAt, 'startsAt', calendarForm, '14 digits, such as 20260115093000'),
    parts: parts ? parseParts(values, parts) : {},
    settings: settings ? parseSettings(values, settings) : {},
    provisioned: provisioned ? values.flag(provisioned, 'provisioned') : true,
    steps: steps.items.map((step) => parseStep(values, step)),
  };
}
