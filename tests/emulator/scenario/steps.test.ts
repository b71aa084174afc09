/** Steps for what a person can do at a terminal and at the page: what each does, and what it does not. */
import { onMessage } from '../../../emulator/message-trigger';
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { textOf } from '../../../emulator/scenario/report';
import { runScenario } from '../../../emulator/scenario/run-scenario';
import { cards, startTerminal } from '../../../emulator/terminal';

function run(...steps: string[]): ReturnType<typeof runScenario> {
  return runScenario(parseScenario(['steps:', '- power on', '- sign in', ...steps].join('\n'), 'a.yaml'));
}

function passes(...steps: string[]): void {
  const result = run(...steps);
  if (!result.passed) throw new Error(textOf(result));
}

const SELL = '- sell: { amount: 1.00, card: credit }';

test('the supply fails as the request leaves: it arrives all the same, and the reversal goes first at the next boot', () => {
  passes(
    '- fault: { device: power, fault: cut, when: 0200 goes out }',
    '- clerk sells: { amount: 1.00, card: credit, within: 20s }',
    '- expect: { power: off, slips: 0 }',
    '- power on',
    '- clerk to idle',
    '- expect: { exchanges: [0200 00, 0400 00], balance: { credit: 20000.00 } }',
    '- check money',
  );
});

test('the request is lost as it leaves; the answer as it comes', () => {
  const lost = (when: string, fault: string): string => `- fault: { device: network, fault: ${fault}, when: ${when} }`;
  passes(lost('0200 goes out', 'dropUp'), SELL, '- expect: { slips: 0, exchanges: 0400 25 }');
  passes(lost('0210 comes in', 'close'), SELL, '- expect: { exchanges: [0200 00] }');
});

test('a fault that waits for a message meets that one alone', () => {
  const sold = '- expect: { ledger: [sale credit -1.00, sale credit -1.00] }';
  const { failure } = run('- fault: { device: network, fault: dropUp, when: 0400 goes out }', SELL, SELL, sold);
  // Everything else came true.
  expect(failure?.message).toBe('the story ended before network dropUp: no 0400 goes out');
});

test('a message in pieces is noticed once, when it is whole enough, whatever the pieces', () => {
  const terminal = startTerminal({ seed: 2 });
  terminal.powerOn().signIn();
  let noticed = 0;
  onMessage(terminal.inside, '0200 goes out', () => noticed++);
  const neverCalled = onMessage(terminal.inside, '0200 goes out', () => (noticed += 100));
  neverCalled();
  terminal.fault('network', 'split', 3).sell('1.00', cards.credit).sell('1.00', cards.credit);
  expect(noticed).toBe(1);
  expect(() => onMessage(terminal.inside, '0200', () => undefined)).toThrow('0200 goes out');
  expect(() => terminal.faultWhen('0200 goes out', 'toaster', 'burn')).toThrow('no device named toaster');
});

test('paper that was torn off still counts, and can still be read', () => {
  passes(
    SELL,
    '- expect: { slips: 2 }',
    '- tear',
    '- expect: { slips: 2, slip: 商户存根 }',
    SELL,
    '- expect: { slips: 4 }',
  );
});

test('the clock of the World is waited for, and a moment that is past is none', () => {
  const result = run('- at: 60s', '- at: 1s');
  expect(result).toMatchObject({ passed: true, durationMs: 60_000 });
});

test('pixels and beeps: a failure tells what they are, and what it tells is taken', () => {
  const told = (step: string): string => run(SELL, '- wait: 60s', `- expect: { ${step} }`).failure?.message ?? '';
  const pixels = /the pixels of the screen are ([0-9a-f]{16}), not 0123456789abcdef/.exec(
    told('pixels: "0123456789abcdef"'),
  );
  const beeps = /it beeped (\d+) times, not 999/.exec(told('beeps: 999'));
  expect(told(`pixels: "${pixels?.[1]}", beeps: ${beeps?.[1]}`)).toBe('');
});

test('a stripe of one’s own on track 1; a card drawn by somebody in a hurry', () => {
  passes(
    "- swipe: { track1: 'B6225881200002003^CUPOS/TEST^29121010000012345678' }",
    '- wait: 2s',
    '- expect: { no screen: 6225881200002003 }',
  );
});
