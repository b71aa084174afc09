/**
 * The test of a freshly wired PIN pad, at the engine's console: `var test = require("test")`, then `test.lcd()`, `test.keys()` and so
 * on. Loading it stops the program, whose ports it takes; `load()` starts that again. It prints lengths, levels and times, never
 * what a key of the pad is; the one that it computes with is published.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Uart } from '../../../hal/bus';
import type { PadBoard, PadNatives } from '../../../hal/pad-board';
import type { Engine, Require } from './engine';

declare const E: Engine;
declare const exports: Record<string, () => void>;
declare const global: { require: Require };
declare const process: {
  readonly env: { readonly BOARD: string };
  removeAllListeners(event: 'uncaughtException'): void;
};
declare function clearTimeout(): void;
declare function clearWatch(): void;
declare function getTime(): number;
declare function print(...what: unknown[]): void;

const WATCHDOG_SECONDS = 8;
const LISTEN_MS = 10000;
/** FIPS 81, table B1, and the time that it takes twenty blocks long, as many as a MAC has. */
const KEY = '\x01\x23\x45\x67\x89\xab\xcd\xef';
const CLEAR = '\x4e\x6f\x77\x20\x69\x73\x20\x74';
const CIPHER = '\x3f\xa4\x0e\x8a\x98\x4d\x48\x15';
const BLOCKS = 20;

interface Des {
  desKeys(key: Bytes): unknown;
  desEcb(keys: unknown, data: Bytes, decrypt: boolean): Bytes;
  desChain(keys: unknown, iv: Bytes, data: Bytes): Bytes;
}

function takeBoard(): PadBoard {
  const name = process.env.BOARD.substr(0, 5) === 'ESP32' ? 'esp32-s3' : 'pico2';
  clearTimeout();
  clearWatch();
  // Nobody kicks the watchdog any more but the engine itself, and what is mistyped restarts nothing.
  E.enableWatchdog(WATCHDOG_SECONDS, true);
  process.removeAllListeners('uncaughtException');
  const wired = global.require('drivers/boards/espruino/pad-' + name) as { createPadBoard: () => PadBoard };
  return wired.createPadBoard();
}

const board = takeBoard();

function tell(part: string, isGood: boolean, more: string): void {
  print(part + ': ' + (isGood ? 'ok' : 'fault') + ', ' + more);
}

function lcd(): void {
  board.display.row(0, '\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6');
  board.display.row(1, '\xb0\xa1\xb0\xa2\xb0\xa30123456789');
  board.display.light(true);
  tell('lcd', true, 'a row of blocks, Chinese and digits below; the light is on');
}

function keys(): void {
  const names: Readonly<Record<number, string>> = { 8: 'clear', 13: 'confirm', 27: 'cancel' };
  board.keypad.onKey((key) => print('key ' + (names[key] || String.fromCharCode(key))));
  tell('keys', true, 'press them all, each prints its name');
}

function beeper(): void {
  board.beeper.beep(200);
  tell('beeper', true, 'it sounds');
}

function lid(): void {
  const port = board.caseSwitch;
  tell('lid', true, port && port.read() ? 'open' : 'closed');
}

function hear(name: string, uart: Uart): void {
  let heard = 0;
  uart.onData((burst) => {
    heard += burst.length;
  });
  board.clock.alarm(LISTEN_MS, () => tell(name, heard > 0, heard + ' bytes heard'));
  print(name + ': listening for ten seconds');
}

function store(): void {
  tell('store', true, board.store.read(0).length + ' and ' + board.store.read(1).length + ' bytes in two copies');
}

function random(): void {
  const [first, second] = [board.random.bytes(8), board.random.bytes(8)];
  tell('random', first !== second, 'two draws differ');
}

function crypto(): void {
  const { useNativeLookups, lookups } = global.require('firmware/pinpad/lookups') as {
    useNativeLookups: (native: PadNatives) => void;
    lookups: () => PadNatives;
  };
  const { desKeys, desEcb, desChain } = global.require('firmware/pinpad/des') as Des;
  useNativeLookups(board.native);
  const round = desKeys(KEY);
  const isGood = desEcb(round, CLEAR, false) === CIPHER;
  const beganAt = getTime();
  desChain(round, CLEAR, CLEAR.repeat(BLOCKS));
  const ms = Math.round((getTime() - beganAt) * 1000);
  const way = lookups().des ? ' by machine code' : '';
  tell('crypto', isGood, 'DES of ' + BLOCKS + ' blocks' + way + ' in ' + ms + ' ms');
}

exports['lcd'] = lcd;
exports['keys'] = keys;
exports['beeper'] = beeper;
exports['lid'] = lid;
exports['terminal'] = () => hear('terminal', board.hostUart);
exports['loader'] = () => hear('loader', board.loaderUart);
exports['store'] = store;
exports['random'] = random;
exports['crypto'] = crypto;
exports['all'] = () => [lcd, beeper, lid, store, random, crypto, keys].forEach((part) => part());
const told = 'The program has stopped. test.' + Object.keys(exports).join('() test.') + '(); load() starts it again';
exports['help'] = () => print(told);
print(told);
