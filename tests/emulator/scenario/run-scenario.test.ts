/** What a scenario that goes otherwise tells, and that every kind of expectation can fail. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceFaults, isCenterFault } from '../../../emulator/scenario/faults';
import { expectationWords } from '../../../emulator/scenario/parse-expectation';
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { stepWords } from '../../../emulator/scenario/parse-steps';
import { junitOf, textOf } from '../../../emulator/scenario/report';
import { runScenario, type ScenarioResult } from '../../../emulator/scenario/run-scenario';
import { modemNames, padNames, type PartNames } from '../../../emulator/parts';
import { WireDigest } from '../../../emulator/record/wire-digest';
import { startTerminal, type Terminal, type TerminalOptions } from '../../../emulator/terminal';
import { KEY_CONFIRM } from '../../../hal/devices';

function run(steps: string, seed?: number): ScenarioResult {
  return runScenario(parseScenario(`name: <a & b>\nseed: 5\nsteps:\n${steps}`, 'dir/a.yaml'), { seed });
}

const SOLD = '  - power on\n  - sign in\n  - sell: { amount: 100.00, card: debit }\n';

test('a story that goes otherwise says where, what, on which screen, after what on the wires, with which seed', () => {
  const result = run(`${SOLD}  - expect: { balance: { debit: 1.00 } }\n  - power cut\n`);
  expect(result).toMatchObject({ file: 'dir/a.yaml', name: '<a & b>', seed: 5, passed: false });
  expect(result.failure).toMatchObject({
    line: 7,
    step: 'expect',
    message: 'the balance of debit is 49900.00, not 1.00',
  });
  expect(result.failure?.screen.join('\n')).toContain('请刷卡或按确认键');
  expect(result.failure?.timeline.length).toBeGreaterThan(5);
  expect(textOf(result)).toContain('dir/a.yaml:7: expect: the balance of debit is 49900.00, not 1.00');
  expect(textOf(result)).toContain('seed 5');
});

test('a wait that never ends tells what was when it began, and what was at its end', () => {
  const { failure } = run(`${SOLD}  - wait for: { screen: 没有, within: 2h }\n`);
  const told = failure?.timeline.join('\n') ?? '';
  expect(told).toContain('step 7: wait for');
  expect(told).toMatch(/… \d+ more …/);
  expect(told).toContain('screen 银联POS 终端 | 2026-01-15 09:30');
  expect(told).not.toMatch(/keyColumns|lcd out/);
});

test('nothing that is told holds a card number, a track or a PIN', () => {
  for (const step of ['expect: { screen: 6210819300001000011 }', 'wait for: { screen: x, within: 1s }']) {
    const result = run(`${SOLD}  - ${step}\n`);
    expect(result.passed).toBe(false);
    expect(JSON.stringify(result)).not.toMatch(/6210819300001000011|123456/);
  }
});

test.each([
  ['fault: { device: power, fault: cut, when: 0500 goes out }', 'power cut: no 0500 goes out'],
  ['fault: { device: power, fault: cut, in: 2h }', 'power cut: its time had not come'],
])('%s: a fault that never comes is told at its line, and the story has failed', (step, message) => {
  const { passed, failure } = run(`  - ${step}\n${SOLD}`);
  expect(passed).toBe(false);
  expect(failure).toMatchObject({ line: 4, step: 'fault', message: `the story ended before ${message}` });
});

test('the same fault asked for twice must come twice', () => {
  const fault = '  - fault: { device: modem, fault: garbage, value: 1, when: 0200 goes out }\n';
  expect(run(`${fault}${fault}${SOLD}`).passed).toBe(true);
  expect(run(`${SOLD}${fault}`).failure).toMatchObject({ line: 7 });
});

test('the same story with the same seed is the same run; another seed is another one', () => {
  const story = `${SOLD}  - expect: { power: off }\n`;
  expect(run(story)).toEqual(run(story));
  const digest = (seed: number): string => {
    let digestOf = (): string => '';
    const watch = (terminal: Terminal): (() => void) => {
      const wires = new WireDigest(terminal.world);
      return () => (digestOf = () => wires.end().digest);
    };
    runScenario(parseScenario(`steps:\n${story}`, 'a.yaml'), { seed, watch });
    return digestOf();
  };
  expect(digest(5)).toBe(digest(5));
  expect(digest(6)).not.toBe(digest(5));
  expect(run(story, 6).seed).toBe(6);
});

test.each([
  ['screen: 交易', 'the screen does not say "交易"'],
  ['no screen: 请刷卡', 'the screen says "请刷卡"'],
  ['idle: false', 'the terminal is idle'],
  ['lit: false', 'the screen is lit'],
  ['power: off', 'the power is on'],
  ['pinpad: 密码错', 'the PIN pad does not say "密码错"'],
  ['slips: 3', '2 slips came out, not 3'],
  ['slip: 持卡人存根', 'slip 2 of 2 does not say "持卡人存根"'],
  ['{ slip number: 1, slip: 商户存根 }', 'slip 1 of 2 does not say "商户存根"'],
  ['no slip: "100.00"', 'slip 2 of 2 says "100.00"'],
  ['balance: { credit: 0.00 }', 'the balance of credit is 20000.00, not 0.00'],
  ['balance: { unknown: 0.00 }', 'the center has no account of a card "unknown"'],
  ['ledger: []', 'the ledger holds sale debit -100.00; expected nothing'],
  ['ledger: [sale debit -100.00, sale debit -1.00]', 'expected sale debit -100.00, sale debit -1.00'],
  ['exchanges: 0200 51', "the center's list holds 0200 00; expected 0200 51"],
  ['timeline: AT+NONSENSE', 'the timeline does not hold "AT+NONSENSE"'],
  ['no timeline: AT+', 'the timeline holds "AT+"'],
  ['{ slips: 3, within: 2s }', '2 slips came out, not 3'],
])('expect %s can fail', (expectation, message) => {
  const value = expectation.startsWith('{') ? expectation : `{ ${expectation} }`;
  expect(run(`${SOLD}  - expect: ${value}\n`).failure?.message).toContain(message);
});

test.each([
  ['- power on\n  - power on', 'the terminal is on already'],
  ['- power off', 'the terminal is off already'],
  ['- wait for: { screen: 取消, within: 1s }', 'the screen never said "取消"'],
  ['- wait for idle: { within: 1s }', 'the idle screen never came'],
  ['- wait for pin: { within: 1s }', 'the PIN pad never asked'],
  ['- power on\n  - sign in\n  - sell: { amount: 0.00, card: debit }', 'the card was not taken'],
])('%s', (steps, message) => {
  expect(run(`  ${steps}\n`).failure?.message).toBe(message);
});

test('an expectation with "within" waits, and no longer than needed', () => {
  const result = run(
    '  - fault: { device: power, fault: cut, after: 9s }\n  - power on\n  - expect: { power: off, within: 60s }\n',
  );
  expect(result.passed).toBe(true);
  expect(result.durationMs).toBeGreaterThanOrEqual(9000);
  expect(result.durationMs).toBeLessThan(9200);
});

test('docs/testing.md: its example passes, and every step has its word there', () => {
  const page = readFileSync(join(__dirname, '../../../docs/testing.md'), 'utf8');
  const example = /```yaml\n([^`]+)```/.exec(page)?.[1] ?? '';
  expect(runScenario(parseScenario(example, 'docs/testing.md'))).toMatchObject({ passed: true, seed: 7 });
  for (const word of stepWords) expect(page).toContain(`\`${word}`);
  for (const word of expectationWords) expect(page).toContain(`\`${word}`);
});

test('JUnit XML: counts, escaped names, no control characters', () => {
  const good = run('  - power on\n');
  const bad = run('  - power off\n');
  const odd: ScenarioResult = { ...good, name: 'a\u0000\u001b\ud800"b' };
  const xml = junitOf([good, bad, odd]);
  expect(xml).toContain('<testsuites tests="3" failures="1" errors="0"');
  expect(xml).toContain('name="&lt;a &amp; b&gt;"');
  expect(xml).toContain('name="a���&quot;b"');
  expect(xml).toContain('<failure message="the terminal is off already">dir/a.yaml:4: power off:');

  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
});

test('every fault that a scenario may name is one that its device takes, on some board', () => {
  const parts: PartNames[] = [...modemNames.map((modem) => ({ modem })), ...padNames.map((pad) => ({ pad }))];
  const boards = parts.map((one) => ({ record: false, parts: one }));
  for (const [device, faults] of Object.entries(deviceFaults)) {
    for (const fault of faults) {
      const take = (options: TerminalOptions): string => {
        const terminal = startTerminal(options);
        try {
          if (isCenterFault(device, fault)) terminal.center.fail(fault as 'late');
          else terminal.fault(device, fault, device === 'keypad' ? KEY_CONFIRM : 1);
          return '';
        } catch (error) {
          return (error as Error).message;
        } finally {
          terminal.close();
        }
      };
      const refusals = boards.map(take);
      if (!refusals.includes('')) throw new Error(refusals.join('; '));
    }
    const nonsense = boards.some((options) => {
      const terminal = startTerminal(options);
      expect(() => terminal.fault(device, 'nonsense')).toThrow(/no fault nonsense|no device named/);
      return terminal.world.devices.some(({ name }) => name === device);
    });
    expect(nonsense).toBe(true);
  }
});
