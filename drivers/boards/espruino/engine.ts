/**
 * What the board files use of Espruino's own API (2v29 reference), as types only. Its globals are declared in each file that
 * uses them, so that nothing of this module is left after lowering.
 */
import type { Bytes, Words } from '../../../hal/bytes';

/** A pin is an object of the engine: `D5.write(1)`. */
export interface Pin {
  read(): boolean;
  write(level: number): void;
}

export interface SerialOptions {
  readonly tx: Pin;
  readonly rx: Pin;
  /** What a data sheet calls RTS: the engine pulls it low while it can take bytes. */
  readonly cts?: Pin;
}

/** `Serial1` and so on, or `new Serial()` for one made of a timer and a watched pin. */
export interface SerialPort {
  setup(baud: number, options: SerialOptions): void;
  /** Returns when all bytes are in the engine's transmit buffer. */
  write(bytes: Bytes): void;
  /** What came while nobody listened; undefined for nothing. */
  read(): Bytes | undefined;
  on(event: 'data', listener: (bytes: Bytes) => void): void;
  removeAllListeners(event: 'data'): void;
}

export interface SpiOptions {
  readonly sck: Pin;
  readonly mosi?: Pin;
  readonly miso?: Pin;
  readonly baud?: number;
  readonly mode?: number;
}

/** `SPI1` and so on, or `new SPI()` for one that the engine clocks by hand. */
export interface SpiPort {
  setup(options: SpiOptions): void;
  /** `select` is low meanwhile. */
  write(bytes: Bytes | number, select?: Pin): void;
  /** Sends and gives as many bytes as came back. */
  send(bytes: Bytes): Bytes;
}

export interface WatchOptions {
  readonly repeat: boolean;
  readonly edge: 'both';
}

/** `require('Storage')`. */
export interface Storage {
  /** On a board a string that lies in flash; undefined where there is no such file. */
  read(name: string): Bytes | undefined;
}

/** The part of `E` that is used. */
export interface Engine {
  CRC32(bytes: Bytes): number;
  toUint8Array(bytes: Bytes): Uint8Array;
  /** Of an array that is made of a string of its own: that string. */
  toString(bytes: Uint8Array): Bytes;
  /** The string itself as a buffer. */
  toArrayBuffer(bytes: Bytes): ArrayBuffer;
  mapInPlace(from: Uint8Array, to: Words, map?: Words, bits?: number): void;
  sum(words: Words): number;
  convolve(a: Words, b: Words, offset: number): number;
  /** 32 bits of the chip's own randomness. */
  hwRand(): number;
  /** `address`: in `code`, 1 more for Thumb. undefined where there is no such piece of memory. */
  nativeCall?: (address: number, signature: string, code: Bytes) => ((address: number) => number) | undefined;
  /** With `true`: of the data of something that lies in one piece, else 0. */
  getAddressOf(of: Uint8Array, isData: boolean): number;
  getErrorFlags(): string[];
  /** `errorFlag`: an error that was not there before. `kill`: `reset()` and the like are about to forget everything. */
  on(event: 'errorFlag' | 'kill', listener: () => void): void;
  /** As the reset pin does. */
  reboot(): void;
  setConsole(device: string, options: { force: boolean }): void;
  /** `automatic`: kicked whenever the engine is idle. */
  enableWatchdog(seconds: number, automatic: boolean): void;
  kickWatchdog(): void;
}

/** The engine's `require`, and the one that the boot file puts in its place, which can tell and forget. */
export interface Require {
  (id: string): unknown;
  /** The engine's own: by the name of a stored file (scripts/mcu/link.mjs). */
  raw?: (name: string) => unknown;
  loaded?: (id: string) => boolean;
  unload?: (id: string) => void;
  /** A long piece of work goes on as it should: the watchdog waits again. undefined once something broke. */
  kick?: () => void;
  /** Of any port, since the boot. */
  lostBytes?: () => number;
  /** The ports that the firmware listens to, among others. */
  bus?: Readonly<Record<string, { onData?(listener: null): void } | undefined>>;
  /** A module that nobody keeps: scripts/mcu/seldom.mjs. */
  fresh?: (id: string) => unknown;
}
