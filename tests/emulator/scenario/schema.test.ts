/** The schema that editors use and the parser: what one takes the other takes, what one refuses the other refuses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { stepWords } from '../../../emulator/scenario/parse-steps';
import { scenarioSchema, scenarioSchemaText } from '../../../emulator/scenario/schema';

const root = join(__dirname, '../../..');
const validate = new Ajv({ strict: false, allErrors: false }).compile(scenarioSchema());

/** As an editor reads it: YAML's own numbers, switches and nothings. */
function schemaTakes(text: string): boolean {
  return validate(parse(text)) === true;
}

function parserTakes(text: string): boolean {
  try {
    parseScenario(text, 'a.yaml');
    return true;
  } catch {
    return false;
  }
}

test('docs/scenario.schema.json is what the code makes: cupos scenario --schema > docs/scenario.schema.json', () => {
  expect(readFileSync(join(root, 'docs/scenario.schema.json'), 'utf8')).toBe(scenarioSchemaText());
});

test('every story of this repository, and that of the page about testing, is taken by both', () => {
  const folder = join(root, 'tests/scenarios');
  const stories = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  stories.push(/```yaml\n([^`]+)```/.exec(readFileSync(join(root, 'docs/testing.md'), 'utf8'))?.[1] ?? '');
  expect(stories.length).toBeGreaterThan(40);
  for (const story of stories) {
    expect(parserTakes(story)).toBe(true);
    schemaTakes(story);
    expect(validate.errors).toBeNull();
  }
});

const step = (text: string): string => `steps:\n  - power on\n  - ${text}`;

test.each([
  'sign in',
  "sign in: { operator: '02', password: '0000' }",
  'press: 1',
  'press: [1, double-zero, confirm]',
  'hold: { key: cancel, for: 3s }',
  'type: 100.00',
  'swipe: debit',
  'swipe: { card: debit, reverse: true, speedCmPerS: 80, noiseBits: 3 }',
  'swipe: { track2: 6210819300001000011=3012 }',
  'pin: 0000',
  'pin: none',
  'press pad: [1, clear]',
  'sell: { amount: 1.00, card: credit, pin: cancel1 }',
  'wait: 200 ms',
  'at: 12.5s',
  'wait for: 请核对卡号',
  'wait for: { screen: 100.00, within: 90s }',
  'wait for idle: { within: 9s }',
  'wait for slips: 2',
  'tear',
  'fault: printer paper 3',
  'fault: keypad stuck confirm',
  'fault: { device: keypad, fault: stuck, value: 5 }',
  'fault: { device: power, fault: cut, in: 2s }',
  'fault: { device: power, fault: cut, when: 0200 goes out }',
  "fault: { device: center, fault: late, mti: '0200', count: 2 }",
  'fault: center silence',
  'set balance: { card: debit, balance: 1.00 }',
  'clerk to idle',
  'clerk sells: { amount: 1.00, card: debit, within: 9s }',
  'check money: { except: [everySaleIsOnPaper] }',
  'expect: { screen: [a, 1], idle: true, power: on, slips: 2, balance: { debit: -1.00 }, within: 2s }',
  "expect: { ledger: [], exchanges: 0200 51, pixels: '0123456789abcdef', beeps: 3 }",
  // Wrong ones: both say so.
  'pres: 1',
  'press: enter',
  'press',
  'press pad: menu',
  'hold: { key: cancel }',
  'hold: { key: cancel, for: 3 }',
  'type: ten',
  'swipe: debti',
  'swipe: { reverse: true }',
  'swipe: { card: debit, speedCmPerS: 9999 }',
  'swipe: { card: debit, scratch: true }',
  'swipe: { card: debit, reverse: perhaps }',
  'pin: secret',
  'sell: { amount: 1.00 }',
  'sell: { amount: much, card: debit }',
  'wait: 5',
  'wait: 5 years',
  'wait for: { within: 2s }',
  'wait for slips: 0',
  'power cut: now',
  'fault: toaster burn',
  'fault: printer papper',
  'fault: printer',
  'fault: { device: printer, fault: late }',
  'fault: { device: lcd, fault: dead, in: 1s, when: 0200 goes out }',
  'fault: { device: lcd, fault: dead, when: 0200 }',
  "fault: { device: lcd, fault: dead, mti: '0200' }",
  'fault: { device: center, fault: late, in: 1s }',
  'set balance: { card: gold, balance: 1.00 }',
  'check money: { except: [everything] }',
  'expect',
  'expect: {}',
  'expect: { scren: x }',
  'expect: { power: dim }',
  'expect: { balance: { gold: 5.00 } }',
  'expect: { ledger: debit -1.00 }',
  'expect: { exchanges: 200 OK }',
  'expect: { pixels: abc }',
  '[press]',
  'press: 1\n    type: 1',
  'constructor',
])('both agree about: %s', (text) => {
  expect([text, schemaTakes(step(text))]).toEqual([text, parserTakes(step(text))]);
});

test.each([
  'nmae: x\nsteps: [power on]',
  'name: x',
  'steps: []',
  'steps: power on',
  'seed: -1\nsteps: [power on]',
  'profile: fast\nsteps: [power on]',
  'startsAt: 2026-01-15\nsteps: [power on]',
  'parts: { modem: toaster }\nsteps: [power on]',
  'parts: { modem: pstn, head: edges }\nsteps: [power on]',
  'settings: { englisch: true }\nsteps: [power on]',
  'settings: { english: 1 }\nsteps: [power on]',
  'settings: { english: true, port: 99, terminalId: "10000001" }\nsteps: [power on]',
  'settings: { terminalId: "x" }\nsteps: [power on]',
  'settings: { redials: 10 }\nsteps: [power on]',
  '- power on',
])('both agree about the file: %s', (text) => expect(schemaTakes(text)).toBe(parserTakes(text)));

test('no step is without its words in the schema', () => {
  for (const word of stepWords) expect(scenarioSchemaText()).toContain(`"${word}"`);
});
