/**
 * The PIN pad's own board as the emulator has it: which engine, and what is soldered to which pin (docs/boards/pinpad.md).
 * Written from the wiring table, not from the board file, so that each tests the other.
 */
import type { Clock, GpioPort, Random, Spi, Uart } from '../../hal/bus';
import type { BoardModel } from './wiring';
import type { Loom } from './harness';

export interface PadWiring extends BoardModel {
  readonly terminal: { readonly tx: string; readonly rx: string };
  readonly loader: { readonly tx: string; readonly rx: string };
  readonly lcdClock: string;
  /** High while the LCD listens. */
  readonly lcdSelect: string;
  readonly light: string;
  /** Bit 0 first, as the columns. */
  readonly keyRows: readonly string[];
  readonly keyColumns: readonly string[];
  readonly buzzer: string;
  readonly caseSwitch: string;
}

export const padWirings: readonly PadWiring[] = [
  {
    name: 'pad-pico2',
    title: 'PIN pad on a Raspberry Pi Pico 2',
    engine: 'RP2350_PICO2',
    storageBytes: 768 * 4096,
    lastPin: 28,
    serials: ['Serial1', 'Serial2'],
    spis: ['SPI1', 'SPI2'],
    terminal: { tx: 'D0', rx: 'D1' },
    loader: { tx: 'D4', rx: 'D5' },
    lcdClock: 'D10',
    lcdSelect: 'D9',
    light: 'D12',
    keyRows: ['D16', 'D17', 'D18', 'D19'],
    keyColumns: ['D20', 'D21', 'D22', 'D26'],
    buzzer: 'D13',
    caseSwitch: 'D14',
  },
  {
    name: 'pad-esp32-s3',
    title: 'PIN pad on an ESP32-S3',
    engine: 'ESP32S3_IDF4',
    storageBytes: 224 * 4096,
    lastPin: 48,
    serials: ['Serial1', 'Serial2', 'Serial3'],
    spis: ['SPI1', 'SPI2'],
    terminal: { tx: 'D4', rx: 'D5' },
    loader: { tx: 'D17', rx: 'D18' },
    lcdClock: 'D40',
    lcdSelect: 'D39',
    light: 'D42',
    keyRows: ['D9', 'D10', 'D11', 'D12'],
    keyColumns: ['D6', 'D14', 'D21', 'D38'],
    buzzer: 'D47',
    caseSwitch: 'D2',
  },
];

export const padBoardNames: readonly string[] = padWirings.map((board) => board.name);

/** The wires of a pad's board in the life that runs. */
export interface PadBus {
  readonly clock: Clock;
  readonly random: Random;
  readonly terminal: Uart;
  readonly loader: Uart;
  readonly lcd: Spi;
  readonly light: GpioPort;
  readonly keyRows: GpioPort;
  readonly keyColumns: GpioPort;
  readonly buzzer: GpioPort;
  readonly caseSwitch: GpioPort;
}

interface InputPin {
  readonly port: GpioPort;
  readonly bit: number;
}

export function padLoom(wiring: PadWiring, bus: PadBus): Loom {
  const inputs = new Map<string, InputPin>([
    ...wiring.keyColumns.map((pin, bit): [string, InputPin] => [pin, { port: bus.keyColumns, bit }]),
    [wiring.caseSwitch, { port: bus.caseSwitch, bit: 0 }],
  ]);
  const levels = new Map<string, number>();
  const watchers = new Map<string, (level: number) => void>();
  const watched = new Map<GpioPort, number>();
  const uarts: Readonly<Record<string, Uart>> = { terminal: bus.terminal, loader: bus.loader };

  function changed(port: GpioPort, now: number): void {
    const differ = now ^ (watched.get(port) ?? now);
    watched.set(port, now);
    for (const [name, input] of inputs) {
      if (input.port === port && (differ >> input.bit) & 1) watchers.get(name)?.((now >> input.bit) & 1);
    }
  }

  return {
    readPin: (name) => {
      const input = inputs.get(name);
      return input ? (input.port.read() >> input.bit) & 1 : (levels.get(name) ?? 1);
    },
    writePin: (name, level) => {
      levels.set(name, level);
      if (name === wiring.light) bus.light.write(level);
      if (name === wiring.buzzer) bus.buzzer.write(level);
      if (!wiring.keyRows.includes(name)) return;
      // A row that was never written floats.
      bus.keyRows.write(wiring.keyRows.reduce((all, pin, bit) => all | ((levels.get(pin) ?? 1) << bit), 0));
    },
    watchPin: (name, listener) => {
      const input = inputs.get(name);
      watchers.set(name, listener);
      if (!input || watched.has(input.port)) return;
      const { port } = input;
      watched.set(port, port.read());
      port.onChange((now) => changed(port, now));
    },
    readAnalog: () => 0,
    serialAt: (tx, rx) =>
      (['terminal', 'loader'] as const).find((wire) => wiring[wire].tx === tx && wiring[wire].rx === rx) ?? '',
    writeSerial: (wire, bytes) => uarts[wire]?.write(bytes),
    listenSerial: (wire, listener) => uarts[wire]?.onData(listener),
    spi: (clockPin, bytes) => {
      if (clockPin === wiring.lcdClock && levels.get(wiring.lcdSelect) === 1) bus.lcd.transfer(bytes, 0);
      return '\xff'.repeat(bytes.length);
    },
  };
}
