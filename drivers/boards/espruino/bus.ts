/**
 * The bus tier over Espruino's own calls. What is built here stays in the engine's memory for good, so functions are shared
 * and a pin stands for itself wherever its own methods will do.
 *
 * Wanted of a board: three UARTs, two SPI ports and one clocked by hand, a 74HC595 for what only goes out (bits 0–4 key rows,
 * 5 LCD light, 6 buzzer, 7 power latch), pins for what comes in.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Adc, Clock, GpioPort, Random, Rtc, Spi, Uart } from '../../../hal/bus';
import type { ReferenceBus } from '../reference';
import type { Engine, Pin, SerialPort, SpiPort, WatchOptions } from './engine';

declare const E: Engine;
declare const Date: new (value?: number | Bytes) => {
  getTime(): number;
  toISOString(): string;
};
declare function analogRead(pin: Pin): number;
declare function clearTimeout(handle: number): void;
declare function digitalRead(pins: readonly Pin[]): number;
declare function getTime(): number;
declare function pinMode(pin: Pin, mode: 'input' | 'input_pullup' | 'output'): void;
declare function setTime(seconds: number): void;
declare function setTimeout(callback: () => void, delayMs: number): number;
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
  /** RCLK of the 74HC595: its outputs follow at the rising edge. */
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

let lostBursts = 0;

/** The engine tells only that its buffer was full, not for which port nor how often. */
function lostBytes(): number {
  if (E.getErrorFlags().indexOf('FIFO_FULL') >= 0) lostBursts++;
  return lostBursts;
}

function nothing(): number {
  return 0;
}

function listenTo(port: SerialPort, listener: ((burst: Bytes) => void) | null): void {
  port.removeAllListeners('data');
  if (!listener) return;
  port.read();
  port.on('data', listener);
}

/** A UART of which the far end keeps up, or asks again. */
function createUart(port: SerialPort): Uart {
  return {
    write: (bytes) => port.write(bytes),
    onData: (listener) => listenTo(port, listener),
    lostBytes,
  };
}

/** The engine heeds no flow control when it sends: `ready` is read before each chunk. */
function createHeldUart(port: SerialPort, ready: Pin): Uart {
  let waiting = '';

  function pump(): void {
    if (!ready.read()) {
      port.write(waiting.substr(0, CHUNK_BYTES));
      waiting = waiting.substr(CHUNK_BYTES);
    }
    if (waiting.length > 0) setTimeout(pump, CHUNK_MS);
  }

  return {
    write: (bytes) => {
      const idle = waiting.length === 0;
      waiting += bytes;
      if (idle && bytes.length > 0) pump();
    },
    onData: (listener) => listenTo(port, listener),
    lostBytes,
  };
}

/** `active`: the level of `select` during a transfer. */
function createSpi(port: SpiPort, select: Pin, active: number): Spi {
  select.write(1 - active);
  return {
    transfer: (out, readLengthBytes) => {
      let answer = '';
      select.write(active);
      if (readLengthBytes) answer = port.send(out + '\xff'.repeat(readLengthBytes)).substr(out.length);
      else port.write(out);
      select.write(1 - active);
      return answer;
    },
  };
}

/** The stripe head has no select line. */
function createStripeSpi(port: SpiPort): Spi {
  return { transfer: (out, readLengthBytes) => port.send(out + '\xff'.repeat(readLengthBytes)).substr(out.length) };
}

/** `pins`: highest bit first. A listener is told the levels there are now: edges of a scan come late. */
function createInputs(pins: readonly Pin[]): GpioPort {
  let listener: ((levels: number) => void) | null | undefined;

  function changed(): void {
    if (listener) listener(digitalRead(pins));
  }

  return {
    write: nothing,
    read: () => digitalRead(pins),
    onChange: (next) => {
      const first = listener === undefined;
      listener = next;
      if (first) pins.forEach((pin) => setWatch(changed, pin, { repeat: true, edge: 'both' }));
    },
  };
}

/** Writes some of the 74HC595's outputs. */
function createOutputs(port: SpiPort, latch: Pin): (bits: number, levels: number) => GpioPort['write'] {
  // All rows low, light, buzzer and power off: what a board without firmware has.
  let outputs = 0;
  return (bits, shift) => (levels) => {
    outputs = (outputs & ~bits) | ((levels << shift) & bits);
    port.write(String.fromCharCode(outputs));
    latch.write(1);
    latch.write(0);
  };
}

function output(write: GpioPort['write']): GpioPort {
  return { write, read: nothing, onChange: nothing };
}

/** Time since power-on, whatever is done to the calendar. */
let beganAt = 0;

function createClock(): Clock {
  beganAt = getTime();
  return {
    nowMs: () => Math.floor((getTime() - beganAt) * 1000),
    alarm: (delayMs, callback) => setTimeout(callback, delayMs),
    cancelAlarm: (handle) => clearTimeout(handle),
    worked: nothing,
  };
}

const notDigits = /[^0-9]/g;

function createRtc(): Rtc {
  return {
    read: () => new Date().toISOString().substr(0, 19).replace(notDigits, ''),
    write: (digits) => {
      const at = (from: number): Bytes => digits.substr(from, 2);
      const day = digits.substr(0, 4) + '-' + at(4) + '-' + at(6);
      const seconds = new Date(day + 'T' + at(8) + ':' + at(10) + ':' + at(12)).getTime() / 1000;
      if (isNaN(seconds)) return;
      beganAt += seconds - getTime();
      setTime(seconds);
    },
  };
}

function randomBytes(lengthBytes: number): Bytes {
  let bytes = '';
  while (bytes.length < lengthBytes) bytes += String.fromCharCode((E.hwRand() >> 8) & 255);
  return bytes;
}

function createAdc(pin: Pin): Adc {
  return { read: () => Math.round(analogRead(pin) * 4095) };
}

/** The ports of a wired board; their speeds are set. */
export function createEspruinoBus(wiring: Wiring): ReferenceBus {
  const outputs = createOutputs(wiring.slow, wiring.outputsLatch);
  const unused = output(nothing);
  const random: Random = { bytes: randomBytes };
  wiring.keyColumns.forEach((pin) => pinMode(pin, 'input_pullup'));
  pinMode(wiring.powerKey, 'input_pullup');
  pinMode(wiring.printerReady, 'input_pullup');
  pinMode(wiring.modemReady, 'input_pullup');
  pinMode(wiring.charger, 'input');
  return {
    clock: createClock(),
    rtc: createRtc(),
    random,
    pinpadUart: createUart(wiring.pinpad),
    printerUart: createHeldUart(wiring.printer, wiring.printerReady),
    modemUart: createHeldUart(wiring.modem, wiring.modemReady),
    modemDtr: unused,
    modemStatus: unused,
    lcdSpi: createSpi(wiring.slow, wiring.lcdSelect, 1),
    flashSpi: createSpi(wiring.flash, wiring.flashSelect, 0),
    stripeSpi: createStripeSpi(wiring.stripe),
    lcdLight: output(outputs(LIGHT_BIT, 5)),
    keyRows: output(outputs(ROW_BITS, 0)),
    keyColumns: createInputs(wiring.keyColumns),
    stripeSense: createInputs([wiring.stripeData]),
    powerKey: createInputs([wiring.powerKey]),
    powerLatch: output(outputs(LATCH_BIT, 7)),
    batteryAdc: createAdc(wiring.battery),
    charger: createInputs([wiring.charger]),
    buzzer: output(outputs(BUZZER_BIT, 6)),
  };
}
