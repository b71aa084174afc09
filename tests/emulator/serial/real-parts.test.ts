/**
 * The firmware in Node at real parts: each behind a cable (a pair of pseudo terminals), the fake at its far end in a World
 * of its own. Cables are pulled out in the middle, noise is on the line, and the terminal goes on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_CONFIRM } from '../../../hal/devices';
import { EscPosPrinter } from '../../../emulator/devices/escpos-printer';
import { GprsModem } from '../../../emulator/devices/gprs-modem';
import { loadTmk } from '../../../emulator/devices/key-loader';
import { FakePinPad } from '../../../emulator/devices/pinpad';
import { PstnModem } from '../../../emulator/devices/pstn-modem';
import { sim800Fake } from '../../../emulator/devices/sim800-fake';
import { ForeignHost } from '../../../emulator/foreign-host';
import { Nac } from '../../../emulator/nac';
import { Network } from '../../../emulator/network';
import { PhoneLine } from '../../../emulator/phone-line';
import { createCenter } from '../../../host/center/center';
import { openStore } from '../../../host/center/open-store';
import { startTcpServer } from '../../../host/center/tcp';
import { seedTestData, TEST_TERMINAL } from '../../../host/center/test-data';
import { DeskWithRealParts } from '../../support/desk-with-real-parts';
import { describeWithTool } from '../../support/foreign-tool';

jest.setTimeout(60_000);

describeWithTool('real parts', 'socat', 'socat', () => {
  let dir: string;
  let desk: DeskWithRealParts;
  const ends: (() => unknown)[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'cupos-parts-'));
    desk = new DeskWithRealParts(dir);
  });

  afterEach(async () => {
    await desk.remove();
    for (const end of ends.splice(0)) await end();
    rmSync(dir, { recursive: true, force: true });
  });

  async function plugPrinter(): Promise<EscPosPrinter> {
    const printer = new EscPosPrinter(desk.farWorld);
    await desk.plug('printer', printer);
    return printer;
  }

  async function plugPad(): Promise<FakePinPad> {
    const pad = new FakePinPad(desk.farWorld);
    loadTmk(pad, { tmk: TEST_TERMINAL.tmk });
    pad.connectMain(await desk.plug('pinpad', pad));
    return pad;
  }

  /** A center on TCP, and what every address of the far network leads to. */
  async function openHost(): Promise<ReturnType<typeof createCenter>> {
    const store = openStore({ path: ':memory:' });
    const center = createCenter(store, { seed: 3 });
    seedTestData(center);
    const server = await startTcpServer(center, { port: 0 });
    const network = new Network(desk.farWorld);
    const foreign = new ForeignHost(desk.farWorld, network, { host: '127.0.0.1', port: server.port });
    network.listenAnywhere(foreign);
    ends.push(
      () => foreign.close(),
      () => server.close(),
      () => store.close(),
    );
    // Time stands still for the sockets, too: they answer within the process.
    desk.idle = async () => {
      for (let i = 0; i < 4; i++) await new Promise((go) => setImmediate(go));
    };
    farNetwork = network;
    return center;
  }
  let farNetwork: Network;
  const foreign = { address: { host: '10.0.0.1', port: 8583 }, settings: { phones: '5551234' } };

  test('a printer: a sale comes out on its paper, none on the page', async () => {
    const printer = await plugPrinter();
    await desk.start();
    await desk.signIn();
    await desk.sellUpToPin('1234');
    await desk.pin('123456');
    await desk.next('tear');
    expect(printer.text()).toContain('12.34');
    expect(printer.text()).toContain('CARDHOLDER COPY');
    expect(desk.started.live.state()).toMatchObject({
      slips: [],
      facts: { printer: desk.cables.get('printer')?.near },
    });
    expect(desk.started.inside.printer.slips()).toEqual([]);
  });

  test('the printer’s cable is pulled out in the middle of a slip: a fault; plugged in, the slip is printed', async () => {
    const printer = await plugPrinter();
    await desk.start();
    await desk.signIn();
    await desk.sellUpToPin('1234');
    await desk.pin('123456');
    await desk.until(() => printer.text() !== '', 'the first line');
    await desk.cables.get('printer')?.pull();
    expect(desk.started.live.state().facts['printer']).toContain('(gone)');
    await desk.until(() => desk.screen.includes('PRINTER'), 'the fault');
    // The terminal goes on with everything else: it can be told to print once more, when the cable is there again.
    await desk.cables.get('printer')?.plug();
    printer.reset();
    printer.tearOff();
    printer.takePaper();
    await desk.press('confirm');
    await desk.until(() => printer.text().includes('12.34'), 'the slip');
  });

  test('noise on the printer’s line: the sale prints', async () => {
    const printer = await plugPrinter();
    await desk.start();
    await desk.signIn();
    desk.farLines.get('printer')?.write('\x00\xff\x12\x16\x0f'.repeat(400));
    await desk.pass(300);
    await desk.sellUpToPin('500');
    await desk.pin('123456');
    desk.farLines.get('printer')?.write('\xff\x80 garbage \xee');
    await desk.next('tear');
    expect(printer.text()).toContain('5.00');
  });

  test('a PIN pad: signs in and sells; its keys are its own', async () => {
    const pad = await plugPad();
    await desk.start();
    await desk.signIn();
    await desk.sellUpToPin('777');
    expect(desk.started.live.state()).toMatchObject({ next: 'pin', padAsking: false });
    expect(() => desk.started.live.act({ do: 'pad', key: '1' })).toThrow('press its own keys');
    await desk.until(() => pad.isAsking(), 'the pad asks');
    for (const digit of '123456') pad.pressKey(digit.charCodeAt(0));
    pad.pressKey(KEY_CONFIRM);
    await desk.next('tear');
    expect(desk.started.live.state().facts).not.toHaveProperty('masterKey');
  });

  test('the pad’s cable is pulled out while it asks: the sale ends with a fault; plugged in, the next one sells', async () => {
    const pad = await plugPad();
    await desk.start();
    await desk.signIn();
    await desk.sellUpToPin('777');
    await desk.until(() => pad.isAsking(), 'the pad asks');
    await desk.cables.get('pinpad')?.pull();
    await desk.until(() => desk.screen.includes('TIMED OUT'), 'the end of the wait');
    await desk.cables.get('pinpad')?.plug();
    await desk.press('confirm');
    await desk.next('idle');
    await desk.sellUpToPin('888');
    await desk.until(() => pad.isAsking(), 'the pad asks again');
    for (const digit of '123456') pad.pressKey(digit.charCodeAt(0));
    pad.pressKey(KEY_CONFIRM);
    await desk.next('tear');
  });

  test('noise on the pad’s line before and while it asks: the sale goes on', async () => {
    const pad = await plugPad();
    await desk.start();
    await desk.signIn();
    const noise = (): void => desk.farLines.get('pinpad')?.write('\x02\x00\x05\xff\x06\x15 noise \x02\x15\x00\x06\x7f');
    noise();
    await desk.sellUpToPin('777');
    noise();
    await desk.until(() => pad.isAsking(), 'the pad asks');
    noise();
    for (const digit of '123456') pad.pressKey(digit.charCodeAt(0));
    pad.pressKey(KEY_CONFIRM);
    await desk.next('tear');
  });

  test('noise on the modem’s line: the sale goes on, and nothing is charged twice', async () => {
    const center = await openHost();
    const modem = new GprsModem(desk.farWorld, farNetwork, { dialect: sim800Fake });
    modem.connect(await desk.plug('modem', modem));
    await desk.start({ foreign });
    await desk.signIn();
    desk.farLines.get('modem')?.write('\xff\x00\r\nRING\r\n+CIEV: 1\r\n>\x07');
    await desk.sellUpToPin('4321');
    desk.farLines.get('modem')?.write('\r\n~~~~\r\n');
    await desk.pin('123456');
    await desk.next('tear');
    expect(center.ledger().map((row) => row.amountFen)).toEqual([-4321]);
  });

  test('a mobile modem: sign-in and sale at the host behind it; what was written is safe before it leaves', async () => {
    const center = await openHost();
    const modem = new GprsModem(desk.farWorld, farNetwork, { dialect: sim800Fake });
    modem.connect(await desk.plug('modem', modem));
    await desk.start({ foreign });
    const saved: boolean[] = [];
    const { live } = desk.started;
    const save = live.save.bind(live);
    live.save = (settle) => {
      saved.push(settle);
      save(settle);
    };
    await desk.signIn();
    await desk.sellUpToPin('4321');
    await desk.pin('123456');
    await desk.next('tear');
    expect(center.ledger().map((row) => row.amountFen)).toEqual([-4321]);
    expect(saved).toContain(true);
    expect(live.state().modem).toMatchObject({ bars: -1, power: true });
  });

  test('the modem’s cable is pulled out behind the request: a reversal is owed, and goes out when it is back', async () => {
    const center = await openHost();
    const modem = new GprsModem(desk.farWorld, farNetwork, { dialect: sim800Fake });
    modem.connect(await desk.plug('modem', modem));
    await desk.start({ foreign });
    await desk.signIn();
    await desk.sellUpToPin('4321');
    await desk.pin('123456');
    await desk.until(() => center.ledger().length === 1, 'the request at the host');
    await desk.cables.get('modem')?.pull();
    await desk.until(() => desk.screen.includes('REVERSAL OPEN'), 'an owed reversal');
    await desk.cables.get('modem')?.plug();
    await desk.press('confirm');
    await desk.next('idle');
    await desk.sellUpToPin('100');
    await desk.pin('123456');
    await desk.next('tear');
    expect(center.ledger().map((row) => row.amountFen)).toEqual([-4321, 4321, -100]);
  });

  test('a dial modem on three wires: its words say that there is a carrier', async () => {
    const center = await openHost();
    const line = new PhoneLine(desk.farWorld);
    line.listenEverywhere(new Nac(desk.farWorld, line, farNetwork, { address: 'host', port: 1 }));
    const modem = new PstnModem(desk.farWorld, line, { dtr: true });
    modem.connect(await desk.plug('modem', modem));
    await desk.start({ foreign, parts: { modem: 'pstn' } });
    await desk.signIn();
    await desk.sellUpToPin('99');
    await desk.pin('123456');
    await desk.next('tear');
    expect(center.ledger()).toHaveLength(1);
    await desk.press('confirm');
    await desk.next('idle');
    await desk.pass(10_000);
    expect(modem.lights().online).toBe(false);
  });

  test('time cannot be stopped, parts cannot be broken from here, and no copy is made', async () => {
    await plugPrinter();
    await desk.start();
    const { live, inside } = desk.started;
    for (const action of [
      { do: 'pause', paused: true },
      { do: 'step' },
      { do: 'speed', factor: 10 },
      { do: 'fault', device: 'printer', fault: 'paper' },
      { do: 'schedule', when: { in: 1 }, what: { do: 'fault', device: 'printer', fault: 'heat' } },
    ] as const) {
      expect(() => live.act(action)).toThrow('the printer is a real one');
    }
    live.act({ do: 'fault', device: 'pinpad', fault: 'silent', value: 0 });
    expect(() => inside.fork()).toThrow('cannot be copied');
    expect(() => inside.world.fault('port.printer', 'flowControl')).toThrow('break it by hand');
  });

  test('more than anybody says: the flood is stopped at the port while the World stands still', async () => {
    await plugPrinter();
    await desk.start();
    await desk.signIn();
    for (let i = 0; i < 20; i++) desk.farLines.get('printer')?.write('\x00'.repeat(3000));
    await desk.pass(500);
    expect(desk.screen).toContain('SWIPE');
    await desk.sellUpToPin('500');
  });
});
