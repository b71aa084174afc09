/**
 * JSON Schema (draft 7) of a scenario file, for editors: completion, and red lines while one types. Made of the words and
 * forms that the parser uses. It is as strict as it can be: an editor sees YAML's numbers (`pin: 0000` is 0 to it), so forms
 * of digits are checked by the parser alone.
 */
import { headNames, modemNames, padNames } from '../parts';
import { ruleNames } from '../sweep/rules';
import { deviceFaults, isCenterFault } from './faults';
import { expectationWords } from './parse-expectation';
import { settingNames, settingShape } from './parse-settings';
import { stepWords } from './parse-steps';
import * as words from './vocabulary';

type Schema = Readonly<Record<string, unknown>>;

const nothing: Schema = { type: 'null' };
const flag: Schema = { enum: [true, false, 'true', 'false'] };
const freeText: Schema = { type: ['string', 'number', 'boolean'] };

function text(form: RegExp): Schema {
  return { type: ['string', 'number'], pattern: form.source };
}

function whole(minimum: number, maximum: number): Schema {
  return {
    anyOf: [
      { type: 'integer', minimum, maximum },
      { type: 'string', pattern: '^\\d{1,10}$' },
    ],
  };
}

/** A word of a list; keys with a digit on them may be written as numbers. */
function oneOf(known: readonly string[]): Schema {
  return { enum: known.flatMap((word) => (/^\d$/.test(word) ? [word, parseInt(word, 10)] : [word])) };
}

/** A list, or one where it is one. */
function oneOrMore(item: Schema): Schema {
  return { anyOf: [item, { type: 'array', items: item }] };
}

function map(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, additionalProperties: false, ...(required.length > 0 && { required }) };
}

const duration: Schema = { type: 'string', pattern: words.durationForm.source, examples: ['5s', '200ms'] };
const amount = text(words.amountForm);
const fen: Schema = { type: ['string', 'number'], pattern: words.fenForm.source };
const card = oneOf(words.cardIds);
const pin = text(words.pinForm);
const within = map({ within: duration });

const swipe: Schema = {
  anyOf: [
    card,
    {
      ...map({
        card,
        ...Object.fromEntries(Object.entries(words.trackForms).map(([name, [form]]) => [name, text(form)])),
        ...Object.fromEntries(
          Object.entries(words.swipeOptions).map(([name, range]) => [name, range === 'flag' ? flag : whole(...range)]),
        ),
      }),
      anyOf: ['card', ...Object.keys(words.trackForms)].map((name) => ({ required: [name] })),
    },
  ],
};

const faultValue: Schema = { anyOf: [whole(0, 1_000_000_000), oneOf(words.terminalKeys)] };

function deviceFault(device: string, names: readonly string[]): Schema {
  const times = { in: duration, after: duration, when: { type: 'string', pattern: words.whenForm.source } };
  return {
    ...map({ device: { const: device }, fault: oneOf(names), value: faultValue, ...times }, ['device', 'fault']),
    not: { anyOf: [{ required: ['in', 'after'] }, { required: ['in', 'when'] }, { required: ['after', 'when'] }] },
  };
}

const centerFaults = deviceFaults['center'].filter((name) => isCenterFault('center', name));
const fault: Schema = {
  anyOf: [
    {
      type: 'string',
      pattern: `^\\s*(${Object.entries(deviceFaults)
        .map(([device, names]) => `${device}\\s+(${names.join('|')})`)
        .join('|')})(\\s+\\S+)*\\s*$`,
      examples: Object.entries(deviceFaults).map(([device, names]) => `${device} ${names[0]}`),
    },
    ...Object.entries(deviceFaults).map(([device, names]) =>
      deviceFault(
        device,
        names.filter((name) => !isCenterFault(device, name)),
      ),
    ),
    map(
      {
        device: { const: 'center' },
        fault: oneOf(centerFaults),
        value: whole(1, 1000),
        count: whole(1, 1000),
        mti: text(words.mtiForm),
      },
      ['device', 'fault'],
    ),
  ],
};

const expectations: Readonly<Record<string, Schema>> = {
  screen: oneOrMore(freeText),
  'no screen': oneOrMore(freeText),
  idle: flag,
  lit: flag,
  power: oneOf(['on', 'off']),
  pinpad: oneOrMore(freeText),
  pixels: text(words.pixelsForm),
  beeps: whole(0, 1_000_000),
  slips: whole(0, 10_000),
  slip: oneOrMore(freeText),
  'no slip': oneOrMore(freeText),
  'slip number': whole(1, 10_000),
  balance: map(Object.fromEntries(words.cardIds.map((id) => [id, fen]))),
  ledger: oneOrMore(text(words.postingForm)),
  exchanges: oneOrMore(text(words.exchangeForm)),
  timeline: oneOrMore(freeText),
  'no timeline': oneOrMore(freeText),
  within: duration,
};

/** What stands behind a step's word. */
const steps: Readonly<Record<string, Schema>> = {
  'power on': nothing,
  'power off': nothing,
  'power cut': nothing,
  'sign in': { anyOf: [nothing, map({ operator: text(words.digitsForm), password: text(words.digitsForm) })] },
  press: oneOrMore(oneOf(words.terminalKeys)),
  hold: map({ key: oneOf(words.terminalKeys), for: duration }, ['key', 'for']),
  type: text(words.typedForm),
  swipe,
  pin,
  'press pad': oneOrMore(oneOf(words.padKeys)),
  sell: map({ amount, card, pin }, ['amount', 'card']),
  wait: duration,
  at: duration,
  'wait for': { anyOf: [freeText, map({ screen: freeText, within: duration }, ['screen'])] },
  'wait for idle': { anyOf: [nothing, within] },
  'wait for pin': { anyOf: [nothing, within] },
  'wait for slips': whole(1, 10_000),
  'take slips': nothing,
  tear: nothing,
  wake: nothing,
  fault,
  'clear center faults': nothing,
  'center replaces keys': nothing,
  'set balance': map({ card, balance: fen }, ['card', 'balance']),
  'clerk to idle': { anyOf: [nothing, within] },
  'clerk sells': map({ amount, card, within: duration }, ['amount', 'card']),
  'clerk asks balance': map({ card, within: duration }, ['card']),
  'check money': { anyOf: [nothing, map({ except: oneOrMore(oneOf(ruleNames)) })] },
  expect: { ...map(expectations), minProperties: 1 },
};

/** Words that may stand alone. */
const alone = Object.entries(steps).flatMap(([word, { type, anyOf }]) =>
  type === 'null' || (Array.isArray(anyOf) && anyOf.includes(nothing)) ? [word] : [],
);

function settingSchema(name: (typeof settingNames)[number]): Schema {
  const shape = settingShape(name);
  if (shape.kind === 'flag') return flag;
  if (shape.kind === 'choice') return oneOf(shape.names);
  return shape.kind === 'whole' ? whole(shape.least, shape.most) : text(shape.form);
}

/** Throws an Error where the parser knows a word that this does not. */
function checkWords(known: readonly string[], own: Readonly<Record<string, Schema>>): void {
  const missing = known.filter((word) => !Object.hasOwn(own, word));
  if (missing.length > 0) throw new Error(`no schema for ${missing.join(', ')}`);
}

export function scenarioSchema(): Schema {
  checkWords(stepWords, steps);
  checkWords(expectationWords, expectations);
  const top: Readonly<Record<(typeof words.scenarioKeys)[number], Schema>> = {
    name: { type: ['string', 'number'], minLength: 1, maxLength: 200 },
    seed: whole(0, 4_294_967_295),
    profile: oneOf(words.profiles),
    startsAt: text(words.calendarForm),
    parts: map({ head: oneOf(headNames), modem: oneOf(modemNames), pad: oneOf(padNames) }),
    settings: map(Object.fromEntries(settingNames.map((name) => [name, settingSchema(name)]))),
    provisioned: flag,
    steps: {
      type: 'array',
      minItems: 1,
      maxItems: 2000,
      items: { anyOf: [{ enum: alone }, { ...map(steps), minProperties: 1, maxProperties: 1 }] },
    },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A scenario for cupos scenario',
    ...map(top, ['steps']),
  };
}

/** As it lies in docs/scenario.schema.json. */
export function scenarioSchemaText(): string {
  return `${JSON.stringify(scenarioSchema(), null, 1)}\n`;
}
