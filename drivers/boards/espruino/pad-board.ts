/**
 * The PIN pad's own board over Espruino's calls: two UARTs, a key matrix of 4 × 4, an ST7920 LCD, a buzzer, a switch at the case,
 * and the keys in two files of the engine's Storage. A board file says which pin is which (docs/boards/pinpad.md).
 *
 * Storage never erases in place: what a file held before lies in the flash until everything is compacted, which moves the files
 * that run and is not safe from power cuts. So that is done with the case opened, and when the Storage is nearly full.
 */
import { FAULT_FLASH, FAULT_NONE } from '../../../hal/fault';
import type { Bytes } from '../../../hal/bytes';
import type { Clock, GpioPort, Spi, Uart } from '../../../hal/bus';
import { KEY_CONFIRM, KEY_MENU, type Keypad } from '../../../hal/devices';
import type { PadBoard, PadNatives, PadStore } from '../../../hal/pad-board';
import { createKeyMatrix } from '../../key-matrix';
import { createPinBeeper } from '../../pin-beeper';
import { createSt7920 } from '../../st7920';
import { alarm, cancelAlarm } from './alarms';
import type { Engine, Pin, Require, SerialPort, WatchOptions } from './engine';
import type { LcdWires } from './last-words';
import { nativeStrings } from './native-strings';

declare const E: Engine;
declare const global: { require: Require };
declare function digitalRead(pins: readonly Pin[]): number;
declare function digitalWrite(pins: readonly Pin[], levels: number): void;
declare function getTime(): number;
declare function pinMode(pin: Pin, mode: 'input_pullup' | 'opendrain' | 'output'): void;
declare function setTimeout(callback: (() => void) | string, delayMs: number): number;
declare function setWatch(callback: () => void, pin: Pin, options: WatchOptions): void;

/** What of the engine's Storage a pad writes. */
declare interface KeyFiles {
  read(name: string): Bytes | undefined;
  write(name: string, bytes: Bytes): boolean;
  getFree(): number;
}

export interface PadWiring {
  /** 19,200 baud. */
  readonly terminal: SerialPort;
  /** 9,600 baud. */
  readonly loader: SerialPort;
  readonly lcd: LcdWires;
  readonly light: Pin;
  /** Bit 3 first, as the columns. */
  readonly keyRows: readonly Pin[];
  readonly keyColumns: readonly Pin[];
  readonly buzzer: Pin;
  /** To ground while the case is closed. */
  readonly caseSwitch: Pin;
  /** Machine code, where the board's processor has some. */
  readonly des?: PadNatives['des'];
}

const FILE = 'pad.';
const LONGEST_RECORD = 1024;
/** Both copies of the keys, and as much again. */
const RESERVE_BYTES = 8192;

interface UartPort extends Uart {
  readonly port: SerialPort;
}

function write(this: UartPort, bytes: Bytes): void {
  this.port.write(bytes);
}

function onData(this: UartPort, listener: ((burst: Bytes) => void) | null): void {
  this.port.removeAllListeners('data');
  if (!listener) return;
  // What came while nobody listened is lost.
  this.port.read();
  this.port.on('data', listener);
}

interface Inputs {
  /** Highest bit first. */
  readonly pins: readonly Pin[];
}

function readInputs(this: Inputs): number {
  return digitalRead(this.pins);
}

function onChange(this: Inputs, listener: (levels: number) => void): void {
  const { pins } = this;
  let last = digitalRead(pins);
  const onEdge = (): void => {
    const levels = digitalRead(pins);
    if (levels === last) return;
    last = levels;
    listener(levels);
  };
  pins.forEach((pin) => setWatch(onEdge, pin, { repeat: true, edge: 'both' }));
}

function inputs(pins: readonly Pin[]): GpioPort {
  pins.forEach((pin) => pinMode(pin, 'input_pullup'));
  return { pins, read: readInputs, onChange } as unknown as GpioPort;
}

function output(pin: Pin): GpioPort {
  pin.write(0);
  return { write: (level: number) => pin.write(level) } as unknown as GpioPort;
}

/** A row that is not driven floats, so that two keys held down short nothing. The driver's fifth row is not there. */
function keyRows(pins: readonly Pin[]): GpioPort {
  pins.forEach((pin) => pinMode(pin, 'opendrain'));
  return { write: (levels: number) => digitalWrite(pins, levels & 15) } as unknown as GpioPort;
}

/** The key in the lower right corner confirms here; the terminal's matrix has a menu key in that place. */
function fourByFour(keys: Keypad): Keypad {
  return {
    onKey: (listener) => keys.onKey(listener && ((key) => listener(key === KEY_MENU ? KEY_CONFIRM : key))),
  };
}

/**
 * Tidies the Storage up and restarts. The text is put together in memory and run from there: the file that this stands in is
 * moved meanwhile.
 */
function compact(): void {
  setTimeout(["require('Storage').compact()", 'E.reboot()'].join(';'), 0);
}

function openStore(): PadStore {
  const files = global.require('Storage') as KeyFiles;
  if (files.getFree() < RESERVE_BYTES) compact();
  return {
    read: (slot) => files.read(FILE + slot) || '',
    write: (slot, bytes) => {
      const fits = bytes.length <= LONGEST_RECORD && files.getFree() > LONGEST_RECORD * 2;
      return fits && files.write(FILE + slot, bytes) ? FAULT_NONE : FAULT_FLASH;
    },
    wipe: compact,
  };
}

function createClock(): Clock {
  const beganAt = getTime();
  return {
    nowMs: () => Math.round((getTime() - beganAt) * 1000),
    alarm,
    cancelAlarm,
    worked: () => undefined,
  };
}

function lcdSpi(wires: LcdWires): Spi {
  return {
    transfer: (out) => {
      wires.select.write(1);
      wires.port.write(out);
      wires.select.write(0);
      return '';
    },
  };
}

export function createEspruinoPad(wiring: PadWiring): PadBoard {
  const clock = createClock();
  const native: PadNatives = nativeStrings();
  const lostBytes = global.require.lostBytes as () => number;
  const hostUart: UartPort = { port: wiring.terminal, write, onData, lostBytes };
  const loaderUart: UartPort = { port: wiring.loader, write, onData, lostBytes };
  native.des = wiring.des;
  return {
    clock,
    random: {
      bytes: (lengthBytes) => {
        let bytes = '';
        while (bytes.length < lengthBytes) bytes += String.fromCharCode((E.hwRand() >> 8) & 255);
        return bytes;
      },
    },
    native,
    hostUart,
    loaderUart,
    display: createSt7920(lcdSpi(wiring.lcd), output(wiring.light)),
    keypad: fourByFour(createKeyMatrix(keyRows(wiring.keyRows), inputs(wiring.keyColumns), clock)),
    beeper: createPinBeeper(output(wiring.buzzer), clock),
    store: openStore(),
    caseSwitch: inputs([wiring.caseSwitch]),
  };
}
