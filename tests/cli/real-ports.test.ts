/** Real serial ports on the command line: what cannot be meant is said in a line; devices served on a port; a key loaded. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createCipheriv } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPinPadWorld, type PinPadWorld } from '../../cli/devices/pinpad-world';
import { createPrinterOnLine } from '../../cli/devices/printer-on-line';
import { main } from '../../cli/main';
import { hasSm4 } from '../../emulator/devices/pad-crypto';
import { keyStatus } from '../../emulator/devices/pad-keys';
import type { PadBattery } from '../../emulator/devices/pad-keys';
import { loaderFrame } from '../../emulator/devices/key-loader';
import { putFakeOnLine } from '../../emulator/serial/fake-on-line';
import { loadTmkOverLine } from '../../emulator/serial/load-tmk';
import { WallClock } from '../../emulator/serial/wall-clock';
import { World } from '../../emulator/world/world';
import {
  PAD_ALGORITHM_DES,
  PAD_ALGORITHM_SM4,
  PAD_CARD,
  PAD_HAS_TMK,
  PAD_HELLO,
  PAD_IS_SM4,
} from '../../hal/pad-commands';
import { TEST_TERMINAL } from '../../host/center/test-data';
import { Cable } from '../support/cable';
import { describeWithTool } from '../support/foreign-tool';

jest.mock('../../emulator/devices/pad-crypto', () => ({
  ...jest.requireActual<object>('../../emulator/devices/pad-crypto'),
  hasSm4: jest.fn(),
}));

let dir: string;
let errors: string;
let output: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-ports-'));
  errors = output = '';
  jest.mocked(hasSm4).mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

test.each([
  ['--printer-baud needs --printer', 'run', '--printer-baud', '9600'],
  ['--modem-flow needs --modem-port', 'run', '--modem-flow', 'none'],
  ['--modem-port needs --center', 'run', '--modem-port', '/dev/ttyX'],
  ['--printer takes a serial port', 'run', '--printer', ''],
  ['the speed must be a whole number from 300', 'run', '--printer', '/dev/ttyX', '--printer-baud', '9'],
  ['the flow control must be one of none, rtscts', 'run', '--printer', '/dev/ttyX', '--printer-flow', 'cts'],
  [
    'the flow control must be one of none, rtscts, not',
    'run',
    '--center',
    'h:1',
    '--modem-port',
    'x',
    '--modem-flow',
    'xonxoff',
  ],
  ['two parts cannot share one port', 'run', '--printer', '/dev/ttyX', '--pinpad-port', '/dev/ttyX'],
  ['--apn needs --center', 'run', '--apn', 'cmnet'],
  ['--phone takes up to 14 digits', 'run', '--center', 'h:1', '--phone', 'T123;AT'],
  [
    '--phone may be given 3 times',
    'run',
    '--center',
    'h:1',
    ...['1', '2', '3', '4'].flatMap((one) => ['--phone', one]),
  ],
  ['--apn takes up to 40', 'run', '--center', 'h:1', '--apn', 'a"b'],
  ['--outside-line takes', 'run', '--center', 'h:1', '--outside-line', 'x'],
  ['one of them', 'device', 'pinpad'],
  ['one of them', 'device', 'printer', '--tcp', '0', '--serial', '/dev/ttyX'],
  ['--baud needs --serial', 'device', 'modem', '--tcp', '0', '--baud', '9600'],
  ['--flow needs --serial', 'device', 'pinpad', '--pty', '/tmp/none', '--flow', 'none'],
  ['--type must be one of', 'device', 'pinpad', '--serial', '/dev/ttyX', '--type', 'best'],
  ['--tid takes 8', 'device', 'pinpad', '--serial', '/dev/ttyX', '--tid', '../../x'],
  ["required option '--serial <port>'", 'device', 'key-loader'],
  ['--algorithm must be one of 3des, sm4', 'device', 'key-loader', '--serial', '/dev/ttyX', '--algorithm', 'aes'],
  ['--algorithm must be one of 3des, sm4', 'device', 'pinpad', '--serial', '/dev/ttyX', '--algorithm', '1'],
  ['not with --empty', 'device', 'pinpad', '--serial', '/dev/ttyX', '--empty', '--algorithm', 'sm4'],
])('wrong use: %s', async (said, ...args) => {
  expect(await main(args.concat(args[0] === 'run' ? ['--data', join(dir, 'state')] : []))).toBe(2);
  expect(errors).toContain(said);
  expect(errors).toMatch(/^cupos: [^\n]+\n$/);
  expect(existsSync(join(dir, 'state'))).toBe(false);
});

test('no such port, and a file that is none: one line, status 1, and nothing is made', async () => {
  const nothing = join(dir, 'ttyUSB9');
  const file = join(dir, 'file');
  writeFileSync(file, '');
  const state = ['--data', join(dir, 'state')];
  for (const [said, ...args] of [
    [`there is no port ${nothing}`, 'run', '--printer', nothing, ...state],
    [`there is no port ${nothing}`, 'run', '--center', 'h:1', '--modem-port', nothing, ...state],
    [`${file} is no serial port`, 'run', '--pinpad-port', file, ...state],
    [`there is no port ${nothing}`, 'device', 'printer', '--serial', nothing, '--out', join(dir, 'slips')],
    [`${file} is no serial port`, 'device', 'modem', '--serial', file],
  ]) {
    errors = '';
    expect(await main(args)).toBe(1);
    expect(errors).toBe(`cupos: ${said}${said.includes('there is') ? ': is its cable plugged in?' : ''}\n`);
  }
  expect(readdirSync(dir)).toEqual(['file']);
});

test('directories that no file system makes: a line instead of going round in circles', async () => {
  expect(await main(['device', 'printer', '--tcp', '0', '--out', '/proc/cupos/slips'])).toBe(1);
  expect(await main(['keys', '--data', '/proc/cupos'])).toBe(1);
  expect(errors).toMatch(/^cupos: \/proc\/cupos\/slips cannot be made: \w+\ncupos: [^\n]*cannot be written[^\n]*\n$/);
});

describe('a PIN pad that serves a port', () => {
  let pad: PinPadWorld;
  let sent: string;
  let rows: string[];
  let battery: PadBattery | null;

  function serve(tmk: string, before: PadBattery | null = null, algorithm?: number): void {
    sent = '';
    rows = [];
    battery = null;
    pad = createPinPadWorld({
      type: 'openssl',
      battery: before,
      tmk,
      algorithm,
      onSend: (bytes) => (sent += bytes),
      onLoaderSend: () => undefined,
      onRows: (both) => rows.push(both.join('|')),
      save: (kept) => (battery = kept),
    });
  }

  afterEach(() => pad.close());

  test('keys do nothing while nobody asks; a fault by its name; nonsense is told what there is', () => {
    serve(TEST_TERMINAL.tmk);
    expect(pad.typed('123456')).toContain('nobody asks');
    expect(pad.typed('cancel')).toContain('nobody asks');
    expect(pad.typed('silent 1')).toBe('silent 1');
    for (const nonsense of ['', 'silent on', 'drop table', '123456 1', 'silent 1 2', '1'.repeat(99)])
      expect(pad.typed(nonsense)).toMatch(/^type a PIN, confirm/);
  });

  test('a pad that was left without a key gets it when it next starts; an opened one does not', () => {
    serve('');
    pad.close();
    const kept = battery as unknown as PadBattery;
    expect(keyStatus(kept) & PAD_HAS_TMK).toBe(0);
    serve(TEST_TERMINAL.tmk, kept);
    pad.close();
    expect(keyStatus(battery as unknown as PadBattery) & PAD_HAS_TMK).toBe(PAD_HAS_TMK);
    serve(TEST_TERMINAL.tmk, { ...kept, tampered: true });
    expect(rows).toEqual([]);
  });

  test('a key for SM4 is kept as one; asked for the other algorithm it is loaded anew, unasked it stays', () => {
    const kept = (): PadBattery => battery as unknown as PadBattery;
    serve(TEST_TERMINAL.tmk, null, PAD_ALGORITHM_SM4);
    pad.close();
    expect(keyStatus(kept())).toBe(PAD_HAS_TMK | PAD_IS_SM4);
    const worked = { ...kept(), pik: 'p'.repeat(16) };
    for (const algorithm of [undefined, PAD_ALGORITHM_SM4]) {
      serve(TEST_TERMINAL.tmk, worked, algorithm);
      pad.close();
      expect(kept()).toEqual(worked);
    }
    serve(TEST_TERMINAL.tmk, worked, PAD_ALGORITHM_DES);
    pad.close();
    expect(keyStatus(kept())).toBe(PAD_HAS_TMK);
  });

  test('what it keeps is handed over when it ends, without the PIN', () => {
    serve(TEST_TERMINAL.tmk);
    pad.feed(loaderFrame(32, PAD_HELLO, ''));
    pad.feed(loaderFrame(33, PAD_CARD, '\x00\x00'));
    pad.close();
    expect(sent).not.toBe('');
    expect(keyStatus(battery as unknown as PadBattery) & PAD_HAS_TMK).toBe(PAD_HAS_TMK);
  });
});

describeWithTool('over a cable', 'socat', 'socat', () => {
  let cable: Cable;

  beforeEach(async () => {
    cable = new Cable(dir, 'cable');
    await cable.plug();
  });

  afterEach(() => cable.remove());

  test('a port that another program has: one line', async () => {
    await cable.open(cable.near);
    expect(await main(['device', 'modem', '--serial', cable.near])).toBe(1);
    expect(errors).toBe(`cupos: the port ${cable.near} is in use by another program\n`);
  });

  async function emptyPad(): Promise<{ pad: PinPadWorld; battery: () => PadBattery }> {
    const far = await cable.open(cable.far, { baud: 9600 });
    let kept: PadBattery | null = null;
    const pad = createPinPadWorld({
      type: 'openssl',
      battery: null,
      tmk: '',
      onSend: () => undefined,
      onLoaderSend: (bytes) => far.write(bytes),
      onRows: () => undefined,
      save: (battery) => (kept = battery),
    });
    putFakeOnLine((bytes) => pad.feedLoader(bytes), far);
    return { pad, battery: () => kept as unknown as PadBattery };
  }

  test('cupos device key-loader loads the TEST key; it is said by its check value only', async () => {
    const { pad, battery } = await emptyPad();
    const state = join(dir, 'state');
    expect(await main(['device', 'key-loader', '--serial', cable.near, '--data', state])).toBe(0);
    pad.close();
    expect(output).toMatch(/^Cupos: pad \w{8} holds the TEST key of 10000001, check value [0-9A-F]{8}\n$/);
    expect(keyStatus(battery()) & PAD_HAS_TMK).toBe(PAD_HAS_TMK);
    expect(output).not.toContain(Buffer.from(battery().tmk, 'latin1').toString('hex').toUpperCase());
  });

  test('cupos device key-loader --algorithm sm4: the same key for SM4, with its check value there', async () => {
    const { pad, battery } = await emptyPad();
    const state = join(dir, 'state');
    expect(await main(['device', 'key-loader', '--serial', cable.near, '--data', state, '--algorithm', 'sm4'])).toBe(0);
    pad.close();
    const { tmk } = battery();
    const cipher = createCipheriv('sm4-ecb', Buffer.from(tmk, 'latin1'), null);
    const check = cipher.update(Buffer.alloc(16)).toString('hex').slice(0, 8).toUpperCase();
    expect(output).toMatch(
      new RegExp(`^Cupos: pad \\w{8} holds the TEST key of 10000001 for SM4, check value ${check}\n$`),
    );
    expect(keyStatus(battery())).toBe(PAD_HAS_TMK | PAD_IS_SM4);
  });

  test('a pad that knows 3DES only says so in a sentence', async () => {
    const { pad } = await emptyPad();
    const line = await cable.open(cable.near, { baud: 9600 });
    const key = { tmk: TEST_TERMINAL.tmk, algorithm: PAD_ALGORITHM_SM4 };
    jest.mocked(hasSm4).mockReturnValue(false);
    await expect(loadTmkOverLine(line, key, 300)).rejects.toThrow('takes no master key for SM4 (status 8)');
    pad.close();
    expect(await main(['device', 'key-loader', '--serial', cable.near, '--algorithm', 'sm4'])).toBe(1);
    expect(errors).toBe("cupos: this Node's OpenSSL has no SM4: --algorithm sm4 needs one that has\n");
  });

  test('the loader repeats what got lost; a wrong check value and silence are a sentence each', async () => {
    const { pad } = await emptyPad();
    const line = await cable.open(cable.near, { baud: 9600 });
    pad.typed('drop 1');
    await expect(loadTmkOverLine(line, { tmk: TEST_TERMINAL.tmk }, 300)).resolves.toMatch(/^\w{8}$/);
    await expect(loadTmkOverLine(line, { tmk: TEST_TERMINAL.tmk, kcv: '00000000' }, 300)).rejects.toThrow(
      'check value',
    );
    pad.typed('silent 1');
    await expect(loadTmkOverLine(line, { tmk: TEST_TERMINAL.tmk }, 20)).rejects.toThrow('does not answer');
    pad.close();
  });

  test('the printer on a port: what is printed becomes files, it says when it stops the line', async () => {
    const far = await cable.open(cable.far);
    const near = await cable.open(cable.near);
    const said: string[] = [];
    const stops: boolean[] = [];
    const out = join(dir, 'slips');
    const wire = { send: (bytes: string) => far.write(bytes), goOn: (on: boolean) => void stops.push(on) };
    const printer = createPrinterOnLine(wire, out, (line) => said.push(line));
    putFakeOnLine((bytes) => printer.feed(bytes), far);
    expect(printer.fault('paper x')).toContain('no such fault');
    expect(printer.fault('cover')).toBe('cover 0');
    let answers = '';
    near.onBytes = (bytes) => (answers += bytes);
    near.write(`\x1b@${'a line of text\n'.repeat(240)}\x10\x04\x02`);
    await cable.settled();
    const clock = new WallClock(new World(1));
    // Offline, its buffer is full, and it is asked in real time all the same: the cover is open.
    expect(await clock.until(() => stops.length > 0 && answers !== '', 5000)).toBe(true);
    expect(answers).toBe('\x16');
    printer.fault('close');
    expect(await clock.until(() => stops.includes(true), 20_000)).toBe(true);
    clock.stop();
    printer.close();
    expect(stops).toEqual([false, true]);
    expect(readdirSync(out)).toEqual(['slip-0001.png']);
    expect(said.at(-1)).toMatch(/slip-0001\.png: \d+ mm/);
  });
});
