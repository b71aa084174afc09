/** The headless terminal at wall speed, for those who write tests with real parts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAtWallSpeed, TerminalError, type WallSpeedOptions } from '../../../emulator';
import { Cable } from '../../support/cable';
import { describeWithTool } from '../../support/foreign-tool';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-wall-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('a port that is not there, a part that there is none of, a wrong option: a sentence', async () => {
  const port = { path: join(dir, 'tty'), baud: 9600 };
  await expect(startAtWallSpeed({ ports: { printer: port } })).rejects.toThrow('there is no port');
  const misspelt = { ports: { pinPad: port } } as unknown as WallSpeedOptions;
  await expect(startAtWallSpeed(misspelt)).rejects.toThrow('one of printer, modem, pinpad, not "pinPad"');
  await expect(startAtWallSpeed({ seed: -1 })).rejects.toThrow('seed must be');
});

describeWithTool('with a port', 'socat', 'socat', () => {
  test('a wrong option gives the ports back; a terminal comes up, what never comes is told with the screen', async () => {
    const cable = new Cable(dir, 'printer');
    await cable.plug();
    const printer = { path: cable.near, baud: 115_200 };
    const both = { printer, pinpad: { path: cable.far, baud: 19_200 } };
    await expect(startAtWallSpeed({ ports: both, seed: -1 })).rejects.toThrow('seed must be');
    const wall = await startAtWallSpeed({ ports: { printer }, settings: { english: true } });
    try {
      const { terminal } = wall;
      await wall.powerOn();
      await wall.waitFor('OPERATOR');
      await wall.press('0');
      await wall.waitFor('OPERATOR:0');
      await expect(wall.waitFor('APPROVED', 20)).rejects.toThrow(TerminalError);
      expect(() => terminal.inside.fork()).toThrow('cannot be copied');
    } finally {
      await wall.close();
      await cable.remove();
    }
  }, 60_000);
});
