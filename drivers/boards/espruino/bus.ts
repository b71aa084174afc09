/**
 * The bus tier over Espruino's own calls. What is built here stays in the engine's memory for good: ports of a kind share
 * their functions and reach what differs through `this`, which costs less than a scope each.
 *
 * Wanted of a board: three UARTs, two SPI ports and one clocked by hand, a 74HC595 for what only goes out (bits 0–4 key rows,
 * 5 LCD light, 6 buzzer, 7 power latch), pins for what comes in.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Adc, GpioPort, Spi, Uart } from '../../../hal/bus';
import type { ReferenceBus } from '../reference';
import { alarm, cancelAlarm } from './alarms';
import type { Engine, Pin, Require, SerialPort, SpiPort, WatchOptions } from './engine';

declare const E: Engine;
declare const Date: new (value?: number | Bytes) => {
  getTime(): number;
  toISOString(): string;
};
declare const global: { require: Require };
declare function analogRead(pin: Pin): number;
declare function digitalRead(pins: readonly Pin[]): number;
declare function getTime(): number;
declare function pinMode(pin: Pin, mode: 'input' | 'input_pullup' | 'output'): void;
declare function setTime(seconds: number): void;
declare function setTimeout(callback: (uart: UartPort) => void, delayMs: number, uart: UartPort): number;
declare function setWatch(callback: () => void, pin: Pin, options: WatchOptions): void;

export interface Wiring {
  readonly pinpad: SerialPort;
  readonly printer: SerialPort;
  /** Low while the printer can take bytes. */
  readonly printerReady: Pin;
  readonly modem: SerialPort;
  /** Low while the modem can take bytes. */
  readonly modemReady: Pin;
  /** 200 kHz, mode 0. */
  readonly slow: SpiPort;
  readonly lcdSelect: Pin;
  /** RCLK of the 74HC595, low while bytes go out: its outputs follow at the rising edge. */
  readonly outputsLatch: Pin;
  readonly flash: SpiPort;
  readonly flashSelect: Pin;
  readonly stripe: SpiPort;
  /** The head's DATA line: input of its SPI port, and low between two reads when a swipe waits. */
  readonly stripeData: Pin;
  /** Bit 3 first. */
  readonly keyColumns: readonly Pin[];
  readonly powerKey: Pin;
  readonly charger: Pin;
  readonly battery: Pin;
}

/** What may go out before the far end is asked again whether it can take more; printers and modems have more room left. */
const CHUNK_BYTES = 64;
/** A chunk takes 5.6 ms at 115,200 baud. */
const CHUNK_MS = 5;

const LIGHT_BIT = 0x20;
const BUZZER_BIT = 0x40;
const LATCH_BIT = 0x80;
const ROW_BITS = 0x1f;

interface UartPort extends Uart {
  readonly port: SerialPort;
  /** Pin that is low while the far end can take bytes, and what waits for it. */
  readonly ready?: Pin;
  waiting?: Bytes;
}

/** Far ends that keep up, or ask again. */
function write(this: UartPort, bytes: Bytes): void {
  this.port.write(bytes);
}

/** The engine heeds no flow control when it sends: `ready` is read before each chunk. */
function pump(uart: UartPort): void {
  const waiting = uart.waiting as Bytes;
  if (!(uart.ready as Pin).read()) {
    uart.port.write(waiting.substr(0, CHUNK_BYTES));
    uart.waiting = waiting.substr(CHUNK_BYTES);
  }
  if (uart.waiting) setTimeout(pump, CHUNK_MS, uart);
}

function writeHeld(this: UartPort, bytes: Bytes): void {
  const idle = !this.waiting;
  this.waiting += bytes;
  if (idle && bytes.length > 0) pump(this);
}

function onData(this: UartPort, listener: ((burst: Bytes) => void) | null): void {
  this.port.removeAllListeners('data');
  if (!listener) return;
  // What came while nobody listened is lost.
  this.port.read();
  this.port.on('data', listener);
}

interface SelectedSpi extends Spi {
  readonly port: SpiPort;
  readonly select: Pin;
  /** The level of `select` during a transfer. */
  readonly active: number;
}

/** To read all sales of a full journal for the totals takes longer than the watchdog waits. */
function kick(): void {
  const kickWatchdog = global.require.kick;
  if (kickWatchdog) kickWatchdog();
}

/** What is clocked out while something is read. The engine joins each piece to the end of the whole: few long ones are quick. */
function blanks(lengthBytes: number): Bytes {
  if (lengthBytes <= 64) return '\xff'.repeat(lengthBytes);
  return '\xff'
    .repeat(32)
    .repeat(8)
    .repeat((lengthBytes >> 8) + 1)
    .substr(0, lengthBytes);
}

function transfer(this: SelectedSpi, out: Bytes, readLengthBytes: number): Bytes {
  let answer = '';
  this.select.write(this.active);
  if (out !== '') this.port.write(out);
  if (readLengthBytes) {
    answer = this.port.send(blanks(readLengthBytes));
    kick();
  }
  this.select.write(1 - this.active);
  return answer;
}

/** The stripe head has no select line, and is either strobed or read. */
function transferUnselected(this: { readonly port: SpiPort }, out: Bytes, readLengthBytes: number): Bytes {
  if (readLengthBytes) return this.port.send('\xff'.repeat(readLengthBytes));
  this.port.write(out);
  return '';
}

interface Inputs {
  /** Highest bit first. */
  readonly pins: readonly Pin[];
  listener?: ((levels: number) => void) | null;
  last: number;
}

function readInputs(this: Inputs): number {
  return digitalRead(this.pins);
}

/** Input ports somebody listened to. */
const watched: Inputs[] = [];

/** One function for all watched pins, called for each edge: whose levels are no longer what they were? */
function onEdge(): void {
  for (let i = 0; i < watched.length; i++) {
    const port = watched[i];
    const levels = digitalRead(port.pins);
    if (levels !== port.last) {
      port.last = levels;
      if (port.listener) port.listener(levels);
      // Each edge of another port calls this again.
      return;
    }
  }
}

function onChange(this: Inputs, listener: ((levels: number) => void) | null): void {
  if (this.listener === undefined) {
    watched.push(this);
    this.pins.forEach((pin) => setWatch(onEdge, pin, { repeat: true, edge: 'both' }));
  }
  this.listener = listener;
  this.last = digitalRead(this.pins);
}

/** What the 74HC595 puts out. At first all rows low, light, buzzer and power off, as on a board without firmware. */
let levelsOut = 0;
let slow: SpiPort;
let outputsLatch: Pin;

function writeOutputs(this: { readonly bits: number; readonly shift: number }, levels: number): void {
  levelsOut = (levelsOut & ~this.bits) | ((levels << this.shift) & this.bits);
  slow.write(levelsOut, outputsLatch);
}

/** Time since power-on, whatever is done to the calendar. */
let beganAt = 0;

function nowMs(): number {
  return Math.round((getTime() - beganAt) * 1000);
}

function readAnalog(this: { readonly pin: Pin }): number {
  return Math.round(analogRead(this.pin) * 4095);
}

function nothing(): number {
  return 0;
}

const notDigits = /[^0-9]/g;

/** Local time is the engine's: it knows no zones unless it is told one. */
function readCalendar(): Bytes {
  return new Date().toISOString().substr(0, 19).replace(notDigits, '');
}

function writeCalendar(digits: Bytes): void {
  const at = (from: number): Bytes => digits.substr(from, 2);
  const day = digits.substr(0, 4) + '-' + at(4) + '-' + at(6);
  const seconds = new Date(day + 'T' + at(8) + ':' + at(10) + ':' + at(12)).getTime() / 1000;
  if (isNaN(seconds)) return;
  beganAt += seconds - getTime();
  setTime(seconds);
}

function randomBytes(lengthBytes: number): Bytes {
  let bytes = '';
  while (bytes.length < lengthBytes) bytes += String.fromCharCode((E.hwRand() >> 8) & 255);
  return bytes;
}

/** What a board's file and the bridge (bridge-board.ts) have in common. */
export function createServices(): Pick<ReferenceBus, 'clock' | 'rtc' | 'random'> {
  beganAt = getTime();
  return {
    clock: {
      nowMs,
      alarm,
      cancelAlarm,
      worked: nothing,
    },
    rtc: { read: readCalendar, write: writeCalendar },
    random: { bytes: randomBytes },
  };
}

/** The ports of a wired board; their speeds are set. */
export function createEspruinoBus(wiring: Wiring): ReferenceBus {
  const spi = (port: SpiPort, select: Pin, active: number): Spi => {
    const made: SelectedSpi = { port, select, active, transfer };
    select.write(1 - active);
    return made;
  };
  const lostBytes = global.require.lostBytes as () => number;
  const held = (port: SerialPort, ready: Pin): Uart => {
    const made: UartPort = { port, ready, waiting: '', write: writeHeld, onData, lostBytes };
    pinMode(ready, 'input_pullup');
    return made;
  };
  // Only what a port is used for: an output is never read.
  const inputs = (pins: readonly Pin[]): GpioPort => {
    pins.forEach((pin) => pinMode(pin, 'input_pullup'));
    return { pins, last: 0, read: readInputs, onChange } as unknown as GpioPort;
  };
  const outputs = (bits: number, shift: number): GpioPort =>
    ({ bits, shift, write: writeOutputs }) as unknown as GpioPort;
  const unused: GpioPort = { write: nothing, read: nothing, onChange: nothing };
  const pinpad: UartPort = { port: wiring.pinpad, write, onData, lostBytes };
  const stripe: Spi & { readonly port: SpiPort } = { port: wiring.stripe, transfer: transferUnselected };
  const battery: Adc & { readonly pin: Pin } = { pin: wiring.battery, read: readAnalog };
  slow = wiring.slow;
  outputsLatch = wiring.outputsLatch;
  const services = createServices();
  return {
    clock: services.clock,
    rtc: services.rtc,
    random: services.random,
    pinpadUart: pinpad,
    printerUart: held(wiring.printer, wiring.printerReady),
    modemUart: held(wiring.modem, wiring.modemReady),
    modemDtr: unused,
    modemStatus: unused,
    lcdSpi: spi(wiring.slow, wiring.lcdSelect, 1),
    flashSpi: spi(wiring.flash, wiring.flashSelect, 0),
    stripeSpi: stripe,
    lcdLight: outputs(LIGHT_BIT, 5),
    keyRows: outputs(ROW_BITS, 0),
    keyColumns: inputs(wiring.keyColumns),
    stripeSense: inputs([wiring.stripeData]),
    powerKey: inputs([wiring.powerKey]),
    powerLatch: outputs(LATCH_BIT, 7),
    // A function made in here would hold all that this one needs for good.
    batteryAdc: battery,
    charger: inputs([wiring.charger]),
    buzzer: outputs(BUZZER_BIT, 6),
  };
}
