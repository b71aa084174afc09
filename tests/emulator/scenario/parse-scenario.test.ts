/** Scenario files as people write them wrong: one line that says where, what, and what would be right. */
import fc from 'fast-check';
import { parseScenario, ScenarioError } from '../../../emulator/scenario/parse-scenario';

function refusal(text: string): string {
  try {
    parseScenario(text, 'a.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return '';
}

test('values stay as they are written: noughts before a PIN, an amount, a number that YAML would round', () => {
  const scenario = parseScenario(
    ['steps:', '  - pin: 0000', '  - type: 0100.00', '  - press: [0, 00x]'].join('\n').replace(', 00x', ''),
    'a.yaml',
  );
  expect(scenario.steps.map((step) => step.action)).toEqual([
    { do: 'pin', pin: '0000' },
    { do: 'type', text: '0100.00' },
    { do: 'press', keys: ['0'] },
  ]);
  expect(scenario.steps.map((step) => step.line)).toEqual([2, 3, 4]);
  expect(scenario).toMatchObject({ name: 'a.yaml', seed: 1, profile: 'instant' });
});

test('settings reach the firmware in the form it wants', () => {
  const text = 'settings: { tpdu: "6000040000", english: true, merchantName: 茶馆, port: 99 }\nsteps: [power on]';
  expect(parseScenario(text, 'a.yaml').settings).toEqual({
    tpdu: '\x60\x00\x04\x00\x00',
    english: true,
    merchantName: '\xb2\xe8\xb9\xdd',
    port: 99,
  });
});

const one = (step: string): string => `name: x\nsteps:\n  - power on\n  - ${step}`;

test.each([
  ['nothing at all', '', 1, 'a scenario must be'],
  ['a list', '- power on', 1, 'a scenario must be'],
  ['no steps', 'name: x', 1, 'needs steps'],
  ['an empty list of steps', 'name: x\nsteps: []', 2, 'needs steps'],
  ['steps that are no list', 'steps: power on', 1, 'needs steps'],
  ['a key of the file that is none', 'nmae: x\nsteps: [power on]', 1, 'did you mean "name"?'],
  ['no YAML', 'steps: [power on', 1, 'not YAML'],
  ['a tab', 'steps:\n\t- power on', 2, 'not YAML'],
  ['a key twice', 'name: a\nname: b\nsteps: [power on]', 2, 'not YAML: Map keys must be unique'],
  ['two documents', 'steps: [power on]\n---\nsteps: [power on]', 2, 'not YAML'],
  ['an anchor used', 'name: &a x\nsteps: [power on, *a]', 2, 'write the value out'],
  ['a map as a key', '? {a: b}\n: c\nsteps: []', 1, 'a key must be a plain word'],
  ['a seed that is none', 'seed: -1\nsteps: [power on]', 1, 'whole number from 0'],
  ['a seed in words', 'seed: lucky\nsteps: [power on]', 1, 'not "lucky"'],
  ['an unknown profile', 'profile: fast\nsteps: [power on]', 1, 'one of instant, board'],
  ['a calendar that is none', 'startsAt: 2026-01-15\nsteps: [power on]', 1, '14 digits'],
  ['an unknown setting', 'settings: { englisch: true }\nsteps: [power on]', 1, 'did you mean "english"?'],
  ['a setting of another type', 'settings: { english: 1 }\nsteps: [power on]', 1, 'true or false'],
  ['a terminal number too short', 'settings:\n  terminalId: "123"\nsteps: [power on]', 2, '8 digits'],
  ['an unknown step', one('pres: 1'), 4, 'there is no step "pres": did you mean "press"?'],
  ['a step of Object.prototype', one('constructor'), 4, 'there is no step "constructor"'],
  ['a step with two words', one('press: 1\n    type: 1'), 5, 'begin a new'],
  ['an empty step', one(''), 4, 'a step must be'],
  ['a list as a step', one('[press]'), 4, 'a step must be'],
  ['a value for a step that takes none', one('power cut: now'), 4, 'takes no value'],
  ['no key', one('press'), 4, 'must be a text'],
  ['an unknown key', one('press: enter'), 4, 'there is no key "enter"'],
  ['an unknown key in a list', one('press: [1,\n      2, ok]'), 5, 'there is no key "ok"'],
  ['a key the pad lacks', one('press pad: menu'), 4, 'there is no key "menu"'],
  ['letters typed', one('type: ten'), 4, 'digits, with or without a point'],
  ['an unknown card', one('swipe: debti'), 4, 'did you mean "debit"?'],
  ['a swipe of nothing', one('swipe: { reverse: true }'), 4, 'needs a card or a track2'],
  ['a stripe with letters', one('swipe: { track2: "62ABC" }'), 4, 'up to 200 digits'],
  ['damage that is none', one('swipe: { card: debit, scratch: true }'), 4, 'did you mean "scratched"?'],
  ['a PIN of three digits', one('pin: 123'), 4, '4 to 12 digits'],
  ['a sale without a card', one('sell: { amount: 1.00 }'), 4, 'needs an amount and a card'],
  ['a sale of a price in words', one('sell: { amount: much, card: debit }'), 4, 'in yuan'],
  ['a wait without a unit', one('wait: 5'), 4, 'ms, s, min or h'],
  ['a wait of a year', one('wait: 9000h'), 4, '24h at most'],
  ['a hold without its time', one('hold: { key: cancel }'), 4, 'needs a key and how long'],
  ['an unknown device', one('fault: toaster burn'), 4, 'there is no device "toaster"'],
  ['a fault with a word too many', one('fault: printer paper 3 4'), 4, 'a device, a fault and a value'],
  ['a text that every screen holds', one("wait for: ''"), 4, 'wait for must be a text, not nothing'],
  ['no text of a screen', one("expect: { screen: [a, ''] }"), 4, 'screen must be a text, not nothing'],
  ['an unknown fault', one('fault: printer papper'), 4, 'did you mean "paper"?'],
  ['half a fault', one('fault: printer'), 4, 'needs a device and a fault'],
  ['a fault with a value that is none', one('fault: printer paper few'), 4, 'whole number'],
  ['a stuck key that is none', one('fault: keypad stuck 99'), 4, 'there is no key "99"'],
  ['a center fault on a timer', one('fault: { device: center, fault: late, after: 1s }'), 4, 'use wait'],
  [
    'a message type for a device',
    one('fault: { device: lcd, fault: dead, mti: "0200" }'),
    4,
    'for faults of the center',
  ],
  ['a fault at two times', one('fault: { device: lcd, fault: dead, in: 1s, when: 0200 goes out }'), 4, 'one of in and'],
  ['a message that does not go', one('fault: { device: lcd, fault: dead, when: 0200 }'), 4, 'goes out'],
  ['a stripe with small letters', one('swipe: { track1: "Bx" }'), 4, 'capital letters'],
  ['a card faster than light', one('swipe: { card: debit, speedCmPerS: 9999 }'), 4, 'from 1 to 500'],
  ['a fingerprint too short', one('expect: { pixels: abc }'), 4, '16 hex digits'],
  ['an expectation of nothing', one('expect: {}'), 4, 'expect needs one of'],
  ['an unknown expectation', one('expect: { scren: x }'), 4, 'did you mean "screen"?'],
  ['an expectation in words', one('expect: success'), 4, 'expect must be'],
  ['a balance without decimals', one('expect: { balance: { debit: 5 } }'), 4, 'two decimals'],
  ['a balance of nobody', one('expect: { balance: { gold: 5.00 } }'), 4, 'there is no key of balance "gold"'],
  ['a ledger line out of form', one('expect: { ledger: debit -1.00 }'), 4, 'sale debit -100.00'],
  ['a ledger line of nobody', one('expect: { ledger: sale gold -1.00 }'), 4, 'there is no card "gold"'],
  ['an exchange out of form', one('expect: { exchanges: 200 OK }'), 4, '0200 00'],
  ['a power between on and off', one('expect: { power: dim }'), 4, 'one of on, off'],
])('%s', (_name, text, line, remedy) => {
  const message = refusal(text);
  expect(message).toContain(remedy);
  expect(message).toMatch(new RegExp(`^a\\.yaml:${line}: [^\\n]+$`));
});

test('a refusal never repeats a PIN or a track', () => {
  expect(refusal(one('pin: 12345678901234'))).not.toContain('1234');
  expect(refusal(one('swipe: { track2: "6210819300001000011=3012x" }'))).not.toContain('62108193');
  expect(refusal(one('type: 6210819300001000011x'))).not.toContain('62108193');
});

test('deep nesting, many nodes, long files: refused at once', () => {
  const deep = 20_000;
  expect(refusal(`steps: ${'['.repeat(deep)}${']'.repeat(deep)}`)).toMatch(/^a\.yaml:1: [^\n]+$/);
  expect(refusal(`steps: [${'[[[[[[[[[[]]]]]]]]]]'}]`)).toContain('nested more than');
  expect(refusal(`steps: [${'x,'.repeat(30_000)}]`)).toContain('split it');
  expect(refusal(`steps:\n${'- power on\n'.repeat(2001)}`)).toContain('2000 steps');
  expect(refusal('x'.repeat(300_000))).toContain('split it');
});

test('no text makes the parser do anything but parse or refuse in one line', () => {
  const word = fc.constantFrom('- ', 'steps:', '\n', '  ', 'press', ': ', '[', ']', '{', '}', '1', 'expect', '&a', '*a', '"', "'", '|', '!!', '#', 'swipe', 'debit', 'fault', ', ', '? ', '\t', '~', '%', '---'); // prettier-ignore
  const soup = fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      fc.oneof(
        soup,
        fc.string({ unit: 'binary' }),
        soup.map((text) => `steps:\n  - ${text}`),
      ),
      (text) => {
        const message = refusal(text);
        expect(message === '' || /^a\.yaml:\d+: [^\n]+$/.test(message)).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});
