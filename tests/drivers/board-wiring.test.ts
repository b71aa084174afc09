/** The board files, their pages and their drawings tell of the same wires. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBus as createEsp32S3 } from '../../drivers/boards/espruino/esp32-s3';
import { createPadBoard as createPadEsp32S3 } from '../../drivers/boards/espruino/pad-esp32-s3';
import { createPadBoard } from '../../drivers/boards/espruino/pad-pico2';
import { createBus as createPico2 } from '../../drivers/boards/espruino/pico2';
import type { Wiring } from '../../drivers/boards/espruino/bus';
import type { PadWiring } from '../../drivers/boards/espruino/pad-board';

interface Pin {
  name: string;
}
interface Port {
  options?: Record<string, Pin | undefined>;
}

let wiring: Wiring;
let padWiring: PadWiring;

jest.mock('../../drivers/boards/espruino/bus', () => ({
  createEspruinoBus: (given: Wiring) => {
    wiring = given;
  },
}));

jest.mock('../../drivers/boards/espruino/pad-board', () => ({
  createEspruinoPad: (given: PadWiring) => {
    padWiring = given;
  },
}));

class FakePort implements Port {
  options?: Record<string, Pin | undefined>;
  setup(...given: unknown[]): void {
    this.options = given.at(-1) as Record<string, Pin | undefined>;
  }
}

const root = join(__dirname, '../..');

beforeAll(() => {
  const globals: Record<string, unknown> = { Serial: FakePort, SPI: FakePort, E: { setConsole: () => undefined } };
  for (let pin = 0; pin < 49; pin++) globals[`D${pin}`] = { name: `D${pin}` };
  for (const port of ['Serial1', 'Serial2', 'Serial3', 'SPI1', 'SPI2']) globals[port] = new FakePort();
  Object.assign(globalThis, globals);
});

/** `part: pin of the part` → pin of the board, as the board file has it. */
function wires(): Record<string, string> {
  const pin = (one: unknown): string => (one as Pin).name;
  const of = (port: unknown, signal: string): string => pin((port as Port).options?.[signal]);
  const { modem, printer, pinpad, slow, flash, stripe } = wiring;
  expect(pin(wiring.stripeData)).toBe(of(stripe, 'miso'));
  return {
    'modem: RXD': of(modem, 'tx'),
    'modem: TXD': of(modem, 'rx'),
    'modem: RTS': of(modem, 'cts'),
    'modem: CTS': pin(wiring.modemReady),
    'printer: RXD': of(printer, 'tx'),
    'printer: TXD': of(printer, 'rx'),
    'printer: CTS': pin(wiring.printerReady),
    'PIN pad: RXD': of(pinpad, 'tx'),
    'PIN pad: TXD': of(pinpad, 'rx'),
    'LCD: RS (CS)': pin(wiring.lcdSelect),
    'LCD: E (SCLK)': of(slow, 'sck'),
    'LCD: R/W (SID)': of(slow, 'mosi'),
    'outputs: SRCLK': of(slow, 'sck'),
    'outputs: SER': of(slow, 'mosi'),
    'outputs: RCLK': pin(wiring.outputsLatch),
    'keypad: column 1': pin(wiring.keyColumns[3]),
    'keypad: column 2': pin(wiring.keyColumns[2]),
    'keypad: column 3': pin(wiring.keyColumns[1]),
    'keypad: column 4': pin(wiring.keyColumns[0]),
    'stripe head: STROBE': of(stripe, 'sck'),
    'stripe head: DATA': of(stripe, 'miso'),
    'flash: DO': of(flash, 'miso'),
    'flash: /CS': pin(wiring.flashSelect),
    'flash: CLK': of(flash, 'sck'),
    'flash: DI': of(flash, 'mosi'),
    'power: battery / 2': pin(wiring.battery),
    'power: red key': pin(wiring.powerKey),
    'power: charger': pin(wiring.charger),
  };
}

function padWires(): Record<string, string> {
  const pin = (one: unknown): string => (one as Pin).name;
  const of = (port: unknown, signal: string): string => pin((port as Port).options?.[signal]);
  const { terminal, loader, lcd, keyRows, keyColumns } = padWiring;
  const four = (what: string, pins: readonly unknown[]): [string, string][] =>
    pins.map((one, at) => [`keypad: ${what} ${4 - at}`, pin(one)]);
  return {
    'terminal: pad port RX': of(terminal, 'tx'),
    'terminal: pad port TX': of(terminal, 'rx'),
    'key loader: RXD': of(loader, 'tx'),
    'key loader: TXD': of(loader, 'rx'),
    'LCD: RS (CS)': pin(lcd.select),
    'LCD: E (SCLK)': of(lcd.port, 'sck'),
    'LCD: R/W (SID)': of(lcd.port, 'mosi'),
    'LCD: light': pin(padWiring.light),
    'buzzer: gate': pin(padWiring.buzzer),
    'case: switch': pin(padWiring.caseSwitch),
    ...Object.fromEntries([...four('row', keyRows), ...four('column', keyColumns)]),
  };
}

describe.each<[string, () => unknown, () => Record<string, string>, number]>([
  ['pico2', createPico2, wires, 2],
  ['esp32-s3', createEsp32S3, wires, 2],
  ['pinpad', createPadBoard, padWires, 0],
  ['pinpad-esp32-s3', createPadEsp32S3, padWires, 0],
])('%s', (name, create, wiresOf, shared) => {
  const script = `import { drawBoard, drawings, pinTable } from './scripts/draw-boards.mjs';
    process.stdout.write(JSON.stringify({ table: pinTable('${name}'), svg: drawBoard('${name}', drawings['${name}']) }));`;
  const { table, svg } = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' }),
  ) as { table: { pin: string; part: string; there: string }[]; svg: string };

  test('the page has every wire of the board file, and no other', () => {
    create();
    const told = Object.fromEntries(table.map(({ pin, part, there }) => [`${part}: ${there}`, pin]));
    expect(told).toEqual(wiresOf());
  });

  test('no pin has two uses, but for those of the shared port', () => {
    const pins = new Set(table.map((row) => row.pin));
    expect(table).toHaveLength(pins.size + shared);
  });

  test('the drawing is the one of the table', () => {
    expect(readFileSync(join(root, 'docs', 'images', `board-${name}.svg`), 'utf8')).toBe(svg);
  });
});
