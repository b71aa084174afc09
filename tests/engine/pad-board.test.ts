/**
 * The PIN pad's image on a real Espruino, as the pad of a terminal in the World: boot file, board file, drivers, Storage and all. It
 * takes its keys, asks for a PIN on its matrix of keys, sells in each MAC mode, keeps its keys over a power cut, and loses
 * them with the case opened, the engine's own Storage compacted under it.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReferenceBus } from '../../drivers/boards/reference';
import { EmulatedPinPad, type EmulatedPadBoard } from '../../emulator/board/emulated-pad';
import { padLoom, padWirings, type PadBus } from '../../emulator/board/pad-wiring';
import { loadTmk } from '../../emulator/devices/key-loader';
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';
import { TEST_TERMINAL } from '../../host/center/test-data';
import { describeOnEngine, enginePath } from './espruino';
import { RealEngine } from './real-engine';

interface Desk {
  readonly engine: RealEngine;
  readonly terminal: Terminal;
  readonly pad: EmulatedPinPad;
}

describeOnEngine("the PIN pad's board on a real Espruino", () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'cupos-pad-image-'));
  const engines: RealEngine[] = [];

  beforeAll(() => {
    const script = join(__dirname, '../../scripts/build-mcu.mjs');
    execFileSync(process.execPath, [script, '--board', 'pad-pico2', '--out', folder]);
  }, 60_000);

  afterEach(() => engines.splice(0).forEach((engine) => engine.end()));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  function desk(macMode = 0): Desk {
    const [wiring] = padWirings;
    const engine = new RealEngine({
      engine: enginePath,
      image: join(folder, 'pad-pico2'),
      wire: (bus) => padLoom(wiring, bus as unknown as PadBus),
    });
    engines.push(engine);
    // The engine asks a calendar for the time; the pad's board has none.
    const rtc = { state: { offsetMs: 0 }, read: () => '20260115093000', write: () => undefined };
    const board = {
      solderTo: (made: EmulatedPinPad) =>
        engine.solderTo({
          rtc,
          mcu: made.mcu,
          power: made.power,
          restartFirmware: () => made.restartFirmware(board.firmware),
        } as never),
      firmware: (bus: PadBus) => engine.firmware({ ...bus, rtc } as unknown as ReferenceBus),
      storage: { read: () => undefined },
    };
    let isLoaded = false;
    let pad: EmulatedPinPad | null = null;
    const terminal = startTerminal({
      settings: { macMode },
      pad: (world) => {
        pad = new EmulatedPinPad(world, board as unknown as EmulatedPadBoard);
        const made = pad;
        made.onStarted = () => {
          if (!isLoaded) loadTmk(made, { tmk: TEST_TERMINAL.tmk });
          isLoaded = true;
        };
        return made;
      },
    });
    if (!pad) throw new Error('no pad');
    return { engine, terminal, pad };
  }

  function expectHealth(engine: RealEngine): void {
    expect(engine.printed()).not.toMatch(/Uncaught|MEMORY|CALLBACK|rror:/);
    expect(engine.printed()).toMatch(/Cupos 000001 [0-9a-f]{12}/);
  }

  const spentFen = (terminal: Terminal): number => {
    const account = terminal.inside.center.accounts().find((one) => one.card === cards.debit.id);
    return cards.debit.balanceFen - (account?.balanceFen ?? 0);
  };

  test.each([0, 1, 2])(
    'a sale with a PIN, MAC mode %d',
    (macMode) => {
      const { engine, terminal } = desk(macMode);
      terminal.powerOn().signIn();
      terminal.sell('12.34', cards.debit).waitForIdle();
      expect(terminal.paper.slips()).toHaveLength(2);
      expect(spentFen(terminal)).toBe(1234);
      expectHealth(engine);
      const usage = [...(engine as unknown as { lives: Set<{ usage(): number }> }).lives][0].usage();
      process.stderr.write(`PIN pad: ${usage} variables on this engine\n`);
      expect(usage).toBeLessThan(4000);
    },
    120_000,
  );

  test('keys over a power cut, none behind an opened case', () => {
    const { engine, terminal, pad } = desk();
    terminal.powerOn().signIn();
    const flash = (): Buffer => fs.readFileSync(join(engine.folder, 'espruino.flash'));
    const tmk = Buffer.from(TEST_TERMINAL.tmk, 'hex');
    terminal.powerCut().wait(1000).powerOn().signIn();
    terminal.sell('1.00', cards.debit).waitForIdle();
    expect(spentFen(terminal)).toBe(100);
    expect(flash().includes(tmk)).toBe(true);
    pad.onFault('tamper');
    terminal.wait(3000);
    expect(flash().includes(tmk)).toBe(false);
    expect(terminal.pinpad.rows().map((row) => row.trim())).toEqual(['密码键盘', '已被拆机自毁']);
    expectHealth(engine);
  }, 120_000);
});
