/** What is done at a live terminal becomes a story that comes true again, and a run that is the same to the byte. */
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { textOf } from '../../../emulator/scenario/report';
import { runScenario } from '../../../emulator/scenario/run-scenario';
import { recordNew, type Recording } from '../../../emulator/record/start-recorded';
import { replayRun } from '../../../emulator/record/replay';
import { readRunFile, readRunHeader, RunFileError, writeRunFile } from '../../../emulator/record/run-file';
import type { RecordedRun } from '../../../emulator/record/recorded-run';
import { LivePerson } from '../../support/live-person';

const OWN = ';6228480402564890018=30121200000012345?';
const TMK = '0123456789ABCDEFFEDCBA9876543210';

function recorded(act: (person: LivePerson, recording: Recording) => void): {
  recording: Recording;
  run: RecordedRun;
  story: string;
  hasOwnCards: boolean;
} {
  const recording = recordNew({ seed: 7, english: false, parts: {} });
  act(new LivePerson(recording), recording);
  const { run, story, hasOwnCards } = recording.end();
  const text = story('a story');
  recording.close();
  return { recording, run, story: text, hasOwnCards };
}

function saleAndCut(person: LivePerson): void {
  person.powerOn().signIn().beginSale('10000', { do: 'swipe', card: 'debit' }).keyPin('123456');
  person.until('请撕下', 3000).act({ do: 'tear' }).press('confirm').until('请刷卡或按确认键');
  person
    .beginSale('500', { do: 'swipe', card: 'credit', reverse: true })
    .keyPin('')
    .until('交易处理中', 40)
    .act({ do: 'cut' });
  person.wait(4000).powerOn().signIn().wait(45_000).press('clear').wait(500);
}

function tellAgain(story: string): ReturnType<typeof runScenario> {
  const result = runScenario(parseScenario(story, 'written.yaml'));
  if (!result.passed) throw new Error(`${story}\n${textOf(result)}`);
  return result;
}

test('a sale, then one with a power cut in its middle: the story waits by the screen, and comes true', () => {
  const { story, hasOwnCards } = recorded(saleAndCut);
  expect(hasOwnCards).toBe(false);
  for (const step of [
    'power on',
    'wait for: "操作员号:"',
    "type: '01'",
    'wait for idle',
    "type: '10000'",
    'swipe: debit',
    "pin: '123456'",
    'tear',
    'swipe: { card: credit, reverse: true }',
    'pin: none',
    'power cut',
    'expect: { lit: false, within: 5min }',
  ]) {
    expect(story).toContain(`  - ${step}\n`);
  }
  // The cut was aimed at the moment after the screen said so.
  expect(story).toMatch(/wait for: "交易处理中\.\.\."\n {2}- wait: [\d.]+ms\n {2}- power cut/);
  expect(story).toContain('ledger: [sale debit -100.00, sale credit -5.00, reversal credit 5.00]');
  tellAgain(story);
});

test('faults of devices, of the center, and at a later moment are told, each with its distance from the screen', () => {
  const { story } = recorded((person) => {
    person.powerOn().signIn().act({ do: 'fault', device: 'center', fault: 'badMac', value: 1 });
    person.act({ do: 'fault', device: 'printer', fault: 'paper', value: 0 });
    person.act({ do: 'schedule', when: { in: 30 }, what: { do: 'fault', device: 'printer', fault: 'refill' } });
    person.beginSale('100', { do: 'swipe', card: 'credit' }).keyPin('').wait(90_000);
  });
  expect(story).toContain("fault: { device: center, fault: badMac, count: 1, mti: '0200' }");
  expect(story).toMatch(/fault: \{ device: printer, fault: refill, value: \d+ \}/);
  tellAgain(story);
});

test('a card of one’s own and the PIN keyed for it are in no story, and in no run in clear', () => {
  const { run, story, hasOwnCards } = recorded((person) => {
    person.powerOn().signIn().beginSale('100', { do: 'swipe-own', tracks: OWN }).keyPin('987654').wait(30_000);
  });
  expect(hasOwnCards).toBe(true);
  expect(story).toContain('swipe: unknown # a card of your own');
  expect(story).not.toMatch(/62284804|90018|987654|0256489/);
  tellAgain(story);
  const file = writeRunFile(run, 'a build', TMK);
  expect(file).not.toMatch(/62284804|90018|987654/);
  expect(() => readRunFile(file)).toThrow('sealed by the key of its terminal');
  expect(() => readRunFile(file, TMK.replace('0', '1'))).toThrow('cannot be opened');
  expect(replayRun(readRunFile(file, TMK).run).difference).toBeNull();
});

test('a run plays again byte for byte, whatever the ticks were; another seed or another key is found where it begins', () => {
  const { run } = recorded(saleAndCut);
  const again = readRunFile(writeRunFile(run, 'a build')).run;
  expect(again.inputs).toEqual(JSON.parse(JSON.stringify(run.inputs)));
  const same = replayRun(again);
  expect(same.difference).toBeNull();
  expect(same.digest).toBe(run.wires.digest);
  expect(same.bursts).toBeGreaterThan(500);

  const otherSeed = replayRun({ ...again, beginning: { ...again.beginning, seed: 8 } });
  expect(otherSeed.difference?.what).toMatch(
    /^then \w+ (in|out), \d+ bytes at \d+\.\d{6} s; now|other bytes than then$/,
  );
  expect(otherSeed.difference?.timeline.length).toBeGreaterThan(0);

  const pinKey = again.inputs.findIndex((input) => input.door === 'pad');
  const without = replayRun({ ...again, inputs: again.inputs.filter((_, i) => i !== pinKey) });
  const atUs = again.inputs[pinKey].atUs;
  expect(without.difference?.atUs).toBeGreaterThanOrEqual(atUs);
  expect(without.difference?.atUs).toBeLessThan(atUs + 1_000_000);
  expect(without.difference?.timeline.join('\n')).not.toMatch(/6210819300001000011|123456/);

  const cutShort = replayRun({ ...again, end: again.inputs[pinKey], inputs: again.inputs.slice(0, pinKey) });
  expect(cutShort.difference?.what).toMatch(/^then came \w+ .* now nothing more$/);
});

test('what was changed in the legible part is noticed; what is no run is refused in one line', () => {
  const { run } = recorded((person) => person.powerOn());
  const file = writeRunFile(run, 'a build');
  expect(readRunHeader(file).header).toMatchObject({ cupos: 'run', version: 1, seed: 7, inputs: 2, sealedBy: 'test' });
  const changed = (change: object): string => JSON.stringify({ ...(JSON.parse(file) as object), ...change });
  for (const [text, why] of [
    ['', 'not JSON'],
    ['null', 'does not say'],
    ['{}', 'does not say'],
    [changed({ version: 2 }), 'another version'],
    [changed({ startsAt: '1' }), 'damaged'],
    [changed({ parts: { modem: 'toaster' } }), 'damaged'],
    [changed({ sealed: 7 }), 'damaged'],
    [changed({ seed: 8 }), 'cannot be opened'],
    [changed({ sealed: 'AAAA' }), 'cannot be opened'],
    [changed({ sealedBy: 'terminal' }), '--data'],
  ] as const) {
    expect(() => readRunFile(text)).toThrow(RunFileError);
    expect(() => readRunFile(text)).toThrow(why);
  }
});

test('a content that is sealed as it should be, and is none, is refused', () => {
  const { run } = recorded((person) => person.powerOn());
  const [input] = run.inputs;
  const sealed = (change: object): string => writeRunFile({ ...run, ...change }, 'a build');
  for (const change of [
    { inputs: [{ ...input, door: 'constructor' }] },
    { inputs: [{ ...input, what: 'onEvent' }] },
    { inputs: [{ ...input, args: null }] },
    { inputs: [{ ...input, atUs: -1 }] },
    {
      inputs: [
        { ...input, steps: 5 },
        { ...input, steps: 4 },
      ],
    },
    { end: { steps: 1, atUs: 1e18 } },
    { wires: { ...run.wires, digest: 'x' } },
    { wires: { ...run.wires, bursts: [[1, 2]] } },
  ]) {
    expect(() => readRunFile(sealed(change))).toThrow('its content is not what it should be');
  }
  const wild = readRunFile(
    sealed({ inputs: [{ ...input, door: 'head', what: 'swipe', args: [{ track2: 'x' }] }] }),
  ).run;
  expect(replayRun(wild).difference?.what).toContain('head.swipe could be done then and cannot be done now');
});
