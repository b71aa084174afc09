/**
 * What is done at a terminal whose PIN pad runs its own program is recorded, told and played again as with the fake; and what
 * a pad keeps between two runs of `cupos run`, either kind takes over from the other.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PadBattery } from '../../../emulator/devices/pad-keys';
import { createPad } from '../../../emulator/pads';
import { padNames, type PadName } from '../../../emulator/parts';
import { replayRun } from '../../../emulator/record/replay';
import { readRunFile, RunFileError, writeRunFile } from '../../../emulator/record/run-file';
import { recordNew } from '../../../emulator/record/start-recorded';
import { parseScenario } from '../../../emulator/scenario/parse-scenario';
import { runScenario } from '../../../emulator/scenario/run-scenario';
import { startLive } from '../../../emulator/server/start-live';
import { StateFiles } from '../../../emulator/server/state-files';
import { World } from '../../../emulator/world/world';
import { PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4 } from '../../../hal/pad-commands';
import { TEST_TERMINAL } from '../../../host/center/test-data';
import { LivePerson } from '../../support/live-person';

test('a sale with a power cut: the story comes true, the run is the same to the byte', () => {
  const recording = recordNew({ seed: 7, english: false, parts: { pad: 'firmware' } });
  const person = new LivePerson(recording);
  person.powerOn().signIn().beginSale('10000', { do: 'swipe', card: 'debit' }).keyPin('123456');
  person.until('请撕下', 3000).act({ do: 'tear' }).press('confirm').until('请刷卡或按确认键');
  person.beginSale('500', { do: 'swipe', card: 'credit' }).keyPin('').until('交易处理中', 40).act({ do: 'cut' });
  person.wait(4000).powerOn().signIn().wait(45_000).press('clear').wait(500);
  const { run, story } = recording.end();
  const told = story('a story');
  recording.close();
  expect(told).toContain('parts: { pad: firmware }');
  expect(runScenario(parseScenario(told, 'told.yaml')).failure).toBeUndefined();
  const file = writeRunFile(run, 'a build');
  const same = replayRun(readRunFile(file).run);
  expect([same.difference, same.digest]).toEqual([null, run.wires.digest]);
  const { beginning } = run;
  expect(replayRun({ ...run, beginning: { ...beginning, parts: {} } }).difference?.what).toMatch(/pinpad/);
  expect(() => readRunFile(file.replace('"firmware"', '"software"'))).toThrow(RunFileError);
});

describe('between two runs', () => {
  let dataDir = '';

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'cupos-pad-'));
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  test.each(padNames)('what a pad %s kept when it knew 3DES only are keys for that', (name) => {
    const files = new StateFiles(dataDir, TEST_TERMINAL.tmk);
    const former = {
      tampered: false,
      tmkIndex: 3,
      tmk: 't'.repeat(16),
      pik: '',
      mak: 'm'.repeat(8),
      tdk: '',
      storageKey: '',
    };
    files.saveBattery(former as PadBattery);
    const kept = files.loadBattery();
    expect(kept).toEqual({ ...former, algorithm: PAD_ALGORITHM_DES });
    const pad = createPad(new World(1), name);
    pad.battery = kept as PadBattery;
    expect(pad.battery).toEqual(kept);
    files.saveBattery({ ...former, algorithm: 7 });
    expect(files.loadBattery()).toBeNull();
  });

  test.each(padNames.flatMap((from) => padNames.map((to): [PadName, PadName] => [from, to])))(
    'what the pad %s keeps, the pad %s has',
    (from, to) => {
      const start = (pad: PadName): ReturnType<typeof startLive> =>
        startLive({ dataDir, seed: 1, english: false, parts: { pad }, terminal: TEST_TERMINAL });
      const first = start(from);
      const keys = {
        ...first.inside.pad.battery,
        ...{ algorithm: PAD_ALGORITHM_SM4, pik: 'p'.repeat(16), mak: 'm'.repeat(16) },
      };
      first.inside.pad.battery = keys;
      first.live.save(true);
      first.close();
      for (const secret of [keys.pik, keys.mak, TEST_TERMINAL.tmk])
        expect(readFileSync(join(dataDir, 'pinpad.sealed'), 'latin1')).not.toContain(secret);
      const second = start(to);
      expect(second.inside.pad.battery).toEqual(keys);
      second.close();
    },
  );
});
