/**
 * A dial modem's control lines on a real port, at a stand-in for the port, since pseudo terminals have none: the driver at a
 * real modem, and the fake modem at a real terminal.
 */
import { createPstnModem } from '../../../drivers/pstn-modem';
import { PstnModem } from '../../../emulator/devices/pstn-modem';
import { PhoneLine } from '../../../emulator/phone-line';
import { CrossedLines } from '../../../emulator/serial/crossed-lines';
import { SerialControl } from '../../../emulator/serial/serial-control';
import type { ControlLines, SerialLine } from '../../../emulator/serial/serial-line';
import { SerialWire } from '../../../emulator/serial/serial-wire';
import { GpioLines } from '../../../emulator/world/gpio-lines';
import { Mcu } from '../../../emulator/world/mcu';
import { World } from '../../../emulator/world/world';
import type { Link } from '../../../hal/devices';
import { FAULT_LINE_CLOSED, FAULT_NO_CARRIER } from '../../../hal/fault';

/** A port with lines, without a system below it. */
class StandIn {
  readonly settings: SerialLine['settings'];
  readonly path = 'stand-in';
  isOpen = true;
  isClosed = false;
  sent = '';
  dtr = true;
  levels: ControlLines = { cts: true, dsr: true, dcd: false };
  onBytes: (bytes: string) => void = () => undefined;
  onChange: (isOpen: boolean, sentence: string) => void = () => undefined;

  constructor(flow: 'rtscts' | 'none') {
    this.settings = { path: this.path, baud: 115_200, flow };
  }

  write(bytes: string): void {
    this.sent += bytes;
  }

  setDtr(on: boolean): void {
    this.dtr = on;
  }

  controlLines(): Promise<ControlLines | null> {
    return Promise.resolve(this.isOpen ? this.levels : null);
  }

  unsentBytes(): number {
    return 0;
  }

  discard(): void {}
  pause(): void {}
  resume(): void {}
}

const asLine = (port: StandIn): SerialLine => port as unknown as SerialLine;
const turn = (): Promise<void> => new Promise((go) => setImmediate(go));

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
});

afterEach(() => {
  jest.useRealTimers();
});

describe('the driver at a real modem', () => {
  const wanted = {
    host: '',
    port: 0,
    apn: '',
    phones: '5551',
    outsideLine: '',
    redials: 0,
    timeoutMs: 60_000,
  };

  function rig(flow: 'rtscts' | 'none') {
    const world = new World(1);
    const mcu = new Mcu(world);
    const port = new StandIn(flow);
    const dtr = new GpioLines(world, mcu, 'modemDtr', { outputs: 1, inputs: 0 });
    const status = new GpioLines(world, mcu, 'modemStatus', { outputs: 0, inputs: 0xf });
    const wire = new SerialWire(world, mcu, 'modem', asLine(port));
    wire.control = new SerialControl(asLine(port), dtr, status);
    const result = { fault: -1, link: null as Link | null, closed: false, heard: '' };
    mcu.boot((clock) => {
      const modem = createPstnModem(wire.host, dtr.host, status.host, clock);
      modem.start(wanted, (fault, link) => {
        Object.assign(result, { fault, link });
        link?.onClose(() => (result.closed = true));
        link?.onData((bytes) => (result.heard += bytes));
      });
    });
    world.run(10);
    const say = async (bytes: string): Promise<void> => {
      port.onBytes(bytes);
      await turn();
      world.run(10);
    };
    return { world, port, result, say };
  }

  test('DTR goes out when it dials; CONNECT counts because the carrier is read before it; a lost carrier closes', async () => {
    const { world, port, result, say } = rig('rtscts');
    expect(port.dtr).toBe(true);
    await say('\r\nOK\r\n');
    expect(port.sent).toContain('ATDT5551\r');
    port.levels = { ...port.levels, dcd: true };
    await say('\r\nCONNECT 2400\r\n');
    expect(result).toMatchObject({ fault: 0, closed: false });
    await say('data');
    expect(result.heard).toBe('data');
    port.levels = { ...port.levels, dcd: false };
    jest.advanceTimersByTime(150);
    await turn();
    expect(result.closed).toBe(true);
    world.run(1000);
    expect(port.dtr).toBe(false);
  });

  test('CONNECT without a carrier on the line is none', async () => {
    const { world, result, say } = rig('rtscts');
    await say('\r\nOK\r\n');
    await say('\r\nCONNECT 2400\r\n');
    world.run(10_000);
    expect(result.fault).toBe(FAULT_NO_CARRIER);
  });

  test('on three wires the words count, in pieces too; data that looks like one is data', async () => {
    const { result, say } = rig('none');
    await say('\r\nOK\r\n');
    await say('\r\nCONN');
    await say('ECT 9600/ARQ\r\n');
    expect(result).toMatchObject({ fault: 0, closed: false });
    await say('NO CARRIER in the middle of data');
    expect(result).toMatchObject({ closed: false, heard: 'NO CARRIER in the middle of data' });
    await say('\r\nNO CARR');
    await say('IER\r\n');
    expect(result.closed).toBe(true);
  });

  test('a port that is lost has no carrier', async () => {
    const { port, result, say } = rig('none');
    await say('\r\nOK\r\n');
    await say('\r\nCONNECT\r\n');
    let sent = -1;
    result.link?.send('x'.repeat(100), (fault) => (sent = fault));
    port.isOpen = false;
    jest.advanceTimersByTime(150);
    await turn();
    expect(result.closed).toBe(true);
    expect(sent).toBe(FAULT_LINE_CLOSED);
  });
});

describe('the fake modem at a real terminal', () => {
  test('dials only with the terminal’s DTR, which comes in as DSR; its carrier goes out as DTR; DTR off hangs up', async () => {
    const world = new World(1);
    const line = new PhoneLine(world);
    line.listenEverywhere({
      onCall: () => undefined,
    } as unknown as Parameters<PhoneLine['listenEverywhere']>[0]);
    const port = new StandIn('rtscts');
    port.levels = { ...port.levels, dsr: false };
    const crossed = (await CrossedLines.of(asLine(port))) as CrossedLines;
    const modem = new PstnModem(world, line);
    modem.connect({ send: (bytes) => port.write(bytes) });
    modem.wireControl(crossed, crossed);
    const look = async (): Promise<void> => {
      jest.advanceTimersByTime(60);
      await turn();
    };
    await look();
    // As it leaves the factory, &C0, the carrier's line is always on.
    expect(port.dtr).toBe(true);
    modem.onUart('AT&C1&D2\r', { send: (bytes) => port.write(bytes) });
    world.run(100);
    expect(port.dtr).toBe(false);
    modem.onUart('ATDT5551\r', { send: (bytes) => port.write(bytes) });
    world.run(100);
    expect(port.sent).toContain('NO CARRIER');
    port.levels = { ...port.levels, dsr: true };
    await look();
    port.sent = '';
    modem.onUart('ATDT5551\r', { send: (bytes) => port.write(bytes) });
    world.run(5000);
    expect(port.sent).toBe('ATDT5551\r');
    modem.onCarrier();
    expect(port.dtr).toBe(true);
    port.levels = { ...port.levels, dsr: false };
    await look();
    world.run(1000);
    expect(port.dtr).toBe(false);
    expect(modem.lights().online).toBe(false);
  });

  test('a port without lines gives none', async () => {
    const port = new StandIn('none');
    port.isOpen = false;
    expect(await CrossedLines.of(asLine(port))).toBeNull();
  });
});
