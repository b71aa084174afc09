/**
 * The built firmware on the emulated board, everything around it in another World beyond the console's cable; all of it in
 * virtual time.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bridge } from '../../emulator/bridge/bridge';
import type { Cable } from '../../emulator/bridge/cable';
import type { PortName } from '../../emulator/bridge/far-end';
import { runHil } from '../../emulator/bridge/run-hil';
import { parseScenario } from '../../emulator/scenario/parse-scenario';
import { junitOf, textOf } from '../../emulator/scenario/report';
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';
import type { UartWire } from '../../emulator/world/uart-wire';
import { RECORD_REVERSED } from '../../firmware/journal/transaction-record';
import { openFlashImage } from '../../emulator/flash-image';
import { makeImages } from '../board/board-rig';
import { fillJournal, SALES } from '../board/fill-journal';
import { bridgeRig, type Rig } from './bridge-rig';

let images: string;
let image: string;

beforeAll(async () => {
  images = await makeImages();
  image = join(images, 'full');
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

const story = (...steps: string[]): ReturnType<typeof parseScenario> =>
  parseScenario(['name: told', 'steps:', ...steps.map((step) => `  - ${step}`)].join('\n'), 'told.yaml');

describe('a board and a cable', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await bridgeRig(image);
  });

  test('it signs in and sells; the slips are those of the firmware in Node', () => {
    const sold = (terminal: Terminal): string[] => {
      terminal.powerOn().signIn().sell('12.34', cards.debit).waitForIdle();
      expect(terminal.center.balanceFen('debit')).toBe(4_998_766);
      return terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n'));
    };
    const slips = sold(rig.terminal());
    expect(slips).toHaveLength(2);
    const changing = /AUTH NO.*|REF\. NO.*|DATE.*|日期.*/g;
    const plain = (texts: string[]): string[] => texts.map((text) => text.replace(changing, ''));
    expect(plain(slips)).toEqual(plain(sold(startTerminal())));
    expect(rig.bridge.identity).toMatchObject({ engine: 'RP2350_PICO2', version: '2v29' });
    expect(rig.bridge.repeats).toBe(0);
  });

  test('the power goes while the request is on its way: reversed at the next start, out of the same journal', () => {
    const terminal = rig.terminal();
    terminal.powerOn().signIn().press('1').type('300.00').press('confirm').swipe(cards.debit).press('confirm');
    terminal.pinpad.enter('123456');
    terminal.reach(() => terminal.center.exchanges().some((row) => row.mti === '0200'), 20_000);
    terminal.powerCut().wait(5000).powerOn().waitFor('冲正成功');
    expect(terminal.center.balanceFen('debit')).toBe(5_000_000);
    terminal.signIn().sell('1.00', cards.debit);
    expect(terminal.paper.slips()).toHaveLength(2);
  });

  test('settings cross as they are, bytes and all', () => {
    const terminal = rig.terminal({
      settings: { merchantName: '\xb2\xe2\xca\xd4\xb5\xea', slipQr: true, terminalId: '10000002', hotline: '12345' },
    });
    terminal.powerOn().signIn().sell('1.00', cards.debit);
    expect(terminal.paper.lastSlip()).toContain('测试店');
    expect(terminal.paper.lastSlip()).toContain('10000002');
  });

  test('the calendar is the World’s, and what the firmware makes of it comes back', () => {
    const terminal = rig.terminal({ startsAt: '20270203040506' });
    terminal.powerOn().signIn();
    expect(terminal.lcd.rows()[1]).toContain('2027-02-03 04:05');
    expect(terminal.inside.rtc.read()).toMatch(/^2027020304/);
  });

  test('the red key switches it off; after that nothing of the bridge is left, and load() starts what was flashed', () => {
    const { board, boardDesk, bridge } = rig;
    const terminal = rig.terminal();
    terminal.powerOn().signIn().powerOff();
    expect(terminal.isOn).toBe(false);
    boardDesk.wait(500);
    let said = '';
    board.plug({ onData: (bytes) => (said += bytes), onGone: () => undefined });
    board.receive('\x10print(typeof hil, typeof require.loaded, Modules.getCached().length)\n');
    boardDesk.wait(100);
    expect(said).toContain('undefined undefined 0');
    bridge.release();
    boardDesk.wait(8000);
    expect(boardDesk.lcd.rows().join('\n')).toContain('操作员号');
    // The cable is the bridge's again.
    rig.cable.replug();
  });

  test('a wire that loses and flips bytes costs time, no money', () => {
    const before = rig.bridge.repeats;
    const terminal = rig.terminal();
    terminal.powerOn();
    rig.cable.noise = 300;
    terminal.signIn().sell('12.34', cards.debit).waitForIdle();
    rig.cable.noise = 0;
    expect(terminal.center.ledger().map((row) => `${row.kind} ${row.amountFen}`)).toEqual(['sale -1234']);
    expect(terminal.paper.slips()).toHaveLength(2);
    terminal.powerCut();
    expect(rig.bridge.repeats).toBeGreaterThan(before);
  });

  test('a journal of 500 sales crosses before the firmware starts, which finds what is owed in it', () => {
    const terminal = rig.terminal();
    terminal.powerOn().signIn().sell('12.34', cards.debit).waitForIdle().powerCut().wait(1000);
    const { flash } = terminal.inside;
    flash.state.sectors = fillJournal(flash.state.sectors);
    const { starts } = rig.bridge;
    terminal.powerOn().waitFor('操作员号', 120_000);
    const { journal } = openFlashImage(flash.state.sectors);
    expect([journal.count(), journal.owed(), journal.last()?.state]).toEqual([SALES, null, RECORD_REVERSED]);
    // The board never began anew by itself.
    expect(rig.bridge.starts).toBe(starts + 1);
    expect(rig.board.bites).toBe(0);
    terminal.powerCut();
  }, 120_000);

  test('cells that rot beyond the cable are seen on the board', () => {
    const terminal = rig.terminal();
    terminal.powerOn().signIn().sell('1.00', cards.debit).waitForIdle();
    terminal.fault('flash', 'rot', 3).wait(500).powerCut().wait(500).powerOn().wait(3000);
    expect(terminal.lcd.text()).not.toBe('');
    expect(rig.printed.join('\n')).not.toContain('stopped');
  });
});

describe('UARTs of the board on serial cables of their own', () => {
  /** The wire of a port of the board, instead of the fake that hangs there. */
  function tunnel(desk: Terminal, name: PortName, clock: () => number): Cable {
    const wire = desk.world.device(`uart.${name}`) as UartWire;
    let waiting = '';
    wire.connect({ onUart: (bytes) => (waiting += bytes) });
    return {
      where: name,
      write: (bytes) => wire.send(bytes),
      read: () => {
        const bytes = waiting;
        waiting = '';
        return bytes;
      },
      nowMs: clock,
    };
  }

  test('PIN pad, printer and modem do not cross the bridge, and a sale is one', async () => {
    const wired: Partial<Record<PortName, Cable>> = {};
    const rig = await bridgeRig(image, { wired });
    let carried = 0;
    for (const name of ['pinpad', 'printer', 'modem'] as const) {
      const cable = tunnel(rig.boardDesk, name, () => rig.cable.nowMs());
      wired[name] = { ...cable, read: (waitMs) => cable.read(waitMs).replace(/[^]/g, (char) => (carried++, char)) };
    }
    const terminal = rig.terminal();
    terminal.powerOn().signIn().sell('12.34', cards.debit).waitForIdle();
    expect(terminal.paper.slips()).toHaveLength(2);
    expect(terminal.center.ledger()).toHaveLength(1);
    expect(carried).toBeGreaterThan(2000);
  });
});

describe('what goes wrong is told in one sentence', () => {
  const sentence = (run: () => void): string => {
    try {
      run();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return '';
  };
  const check = (bridge: Bridge): string => sentence(() => bridge.check());

  test('a board that was never flashed', async () => {
    const { bridge } = await bridgeRig('');
    expect(check(bridge)).toBe(
      'the emulated board: no firmware on the board: npm run flash -- --port the emulated board',
    );
  });

  test('a firmware without the bridge, and a damaged manifest', async () => {
    const { bridge } = await bridgeRig(join(images, 'small-a'));
    expect(check(bridge)).toContain('the firmware on the board is older than the bridge: npm run flash');
    const rig = await bridgeRig(image);
    const manifest = Buffer.from(rig.board.storage.read('cupos.a') ?? '');
    manifest[100] ^= 1;
    rig.board.storage.erase('cupos.a');
    rig.board.storage.write('cupos.a', manifest);
    expect(check(rig.bridge)).toContain('no firmware on the board');
  });

  test('another board than was said, and one that is none of ours', async () => {
    const other = await bridgeRig(image, { board: 'esp32-s3' });
    expect(check(other.bridge)).toBe('the emulated board: this is Raspberry Pi Pico 2, not esp32-s3');
    const unknown = await bridgeRig(image, {}, { engine: 'PUCKJS' });
    expect(check(unknown.bridge)).toContain('this is PUCKJS, none of our boards (--any-board takes it)');
    const any = await bridgeRig(image, { anyBoard: true }, { engine: 'PUCKJS' });
    expect(check(any.bridge)).toBe('');
  });

  test('a cable at which nobody answers', async () => {
    const { bridge, cable } = await bridgeRig(image);
    cable.isMute = true;
    expect(check(bridge)).toContain('no Espruino answers there; is it another device, or a board that hangs? Reset it');
  });

  /** An error of a stored module in a timer. */
  const crash =
    'require("Storage").write("boom","exports.f=function(){noSuchThing()}");setTimeout(require("boom").f,10)';

  test('a board that falls silent, one whose cable is pulled, one that begins anew, a firmware that stops', async () => {
    const rig = await bridgeRig(image);
    const told = (spoil: () => void): string =>
      sentence(() => {
        const terminal = rig.terminal();
        terminal.powerOn().signIn();
        spoil();
        terminal.wait(60_000);
      });
    const type = (line: string) => (): void => rig.board.receive(`\x10${line}\n`);
    expect(told(type(crash))).toMatch(/the firmware stopped: .*noSuchThing.* \/ Cupos: stopped by an error/);
    expect(told(type('print("Cupos: out of memory, restarting")'))).toContain(
      'the firmware stopped: Cupos: out of memory',
    );
    expect(told(type('E.reboot()'))).toContain('the board began anew by itself: a reset, its watchdog or its supply');
    expect(told(() => (rig.cable.isMute = true))).toContain('the board has said nothing for 10 s');
    rig.cable.isMute = false;
    expect(told(() => (rig.cable.isPulled = true))).toContain('its cable was pulled out');
  });

  test('the stories go on after one in which the firmware stopped, and end where the board is lost', async () => {
    const rig = await bridgeRig(image);
    const heard: string[] = [];
    const stories = [
      story('power on', 'wait: 1s'),
      story('power on', 'wait: 2s'),
      { ...story('power on'), parts: { modem: 'pstn' as const } },
      story('power on', 'wait: 3s'),
      story('power on', 'wait: 4s'),
    ];
    const { results, lost } = runHil(rig.bridge, stories, (result) => {
      heard.push(textOf(result).split('\n')[0]);
      if (heard.length === 1) rig.board.receive(`\x10${crash}\n`);
      if (heard.length === 3) rig.cable.isPulled = true;
    });
    expect(results.map((result) => (result.skipped ? 'skipped' : result.passed))).toEqual([
      true,
      true,
      'skipped',
      false,
      'skipped',
    ]);
    expect(lost).toContain('pulled out');
    expect(heard[2]).toContain("skip told.yaml  told: a board's firmware has no driver of the modem pstn");
    const junit = junitOf(results);
    expect(junit).toContain('tests="5" failures="1" errors="0" skipped="2"');
    expect(junit).toContain('<skipped message="the board was lost"/>');
  });
});
