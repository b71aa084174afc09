/**
 * The reference boards as the emulator has them: which engine, how much Storage, and what is soldered to which pin
 * (docs/boards). Written from the wiring tables, not from the board files, so that each tests the other.
 */

type SerialWire = 'modemUart' | 'printerUart' | 'pinpadUart';

/** What a board is, whatever is soldered to it. */
export interface BoardModel {
  /** As `npm run build:mcu` and the board files call it. */
  readonly name: string;
  readonly title: string;
  /** `process.env.BOARD`. */
  readonly engine: string;
  readonly storageBytes: number;
  /** Highest number of a pin: D0 and so on. */
  readonly lastPin: number;
  readonly serials: readonly string[];
  readonly spis: readonly string[];
}

export interface BoardWiring extends BoardModel {
  readonly uarts: readonly { readonly tx: string; readonly rx: string; readonly wire: SerialWire }[];
  /** Clocks of the three SPI ports. */
  readonly slowClock: string;
  readonly flashClock: string;
  readonly stripeClock: string;
  /** High while the LCD listens on the slow port. */
  readonly lcdSelect: string;
  /** RCLK of the 74HC595 on the slow port. */
  readonly outputsLatch: string;
  readonly flashSelect: string;
  readonly stripeData: string;
  /** Bit 0 first. */
  readonly keyColumns: readonly string[];
  readonly powerKey: string;
  readonly charger: string;
  readonly battery: string;
  /** Low while printer and modem can take bytes. */
  readonly ready: readonly string[];
}

export const boardWirings: readonly BoardWiring[] = [
  {
    name: 'pico2',
    title: 'Raspberry Pi Pico 2',
    engine: 'RP2350_PICO2',
    storageBytes: 768 * 4096,
    lastPin: 28,
    serials: ['Serial1', 'Serial2'],
    spis: ['SPI1', 'SPI2'],
    uarts: [
      { tx: 'D0', rx: 'D1', wire: 'modemUart' },
      { tx: 'D4', rx: 'D5', wire: 'printerUart' },
      { tx: 'D7', rx: 'D8', wire: 'pinpadUart' },
    ],
    slowClock: 'D10',
    flashClock: 'D18',
    stripeClock: 'D14',
    lcdSelect: 'D9',
    outputsLatch: 'D12',
    flashSelect: 'D17',
    stripeData: 'D15',
    keyColumns: ['D20', 'D21', 'D22', 'D13'],
    powerKey: 'D27',
    charger: 'D28',
    battery: 'D26',
    ready: ['D3', 'D6'],
  },
  {
    name: 'esp32-s3',
    title: 'ESP32-S3',
    engine: 'ESP32S3_IDF4',
    storageBytes: 224 * 4096,
    lastPin: 48,
    serials: ['Serial1', 'Serial2', 'Serial3'],
    spis: ['SPI1', 'SPI2'],
    uarts: [
      { tx: 'D17', rx: 'D18', wire: 'modemUart' },
      { tx: 'D15', rx: 'D16', wire: 'printerUart' },
      { tx: 'D4', rx: 'D5', wire: 'pinpadUart' },
    ],
    slowClock: 'D40',
    flashClock: 'D12',
    stripeClock: 'D47',
    lcdSelect: 'D39',
    outputsLatch: 'D42',
    flashSelect: 'D10',
    stripeData: 'D48',
    keyColumns: ['D6', 'D14', 'D21', 'D38'],
    powerKey: 'D2',
    charger: 'D36',
    battery: 'D1',
    ready: ['D9', 'D7'],
  },
];

export const boardNames: readonly string[] = boardWirings.map((board) => board.name);

/** Throws an Error for a name that is none. */
export function wiringOf(name: string): BoardWiring {
  const found = boardWirings.find((board) => board.name === name);
  if (!found) throw new Error(`there is no board ${name}: ${boardNames.join(', ')}`);
  return found;
}
