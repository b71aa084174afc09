/**
 * The test of a freshly wired board, at the engine's console: `var test = require("test")`, then `test.lcd()`, `test.keys()`
 * and so on; `test.all()` asks every part whether it answers. Loading it stops the firmware, whose ports it takes; `load()`
 * starts that again. What it prints names lengths and faults (hal/fault.ts), never what a card or a key holds.
 */
import type { Board } from '../../../hal/board';
import { PAD_HELLO } from '../../../hal/pad-commands';
import { createReferenceBoard, type ReferenceBus } from '../reference';
import type { Engine, Require } from './engine';

declare const E: Engine;
declare const exports: Record<string, () => void>;
declare const global: { require: Require };
declare const process: { readonly env: { readonly BOARD: string }; removeAllListeners(event: string): void };
declare function clearTimeout(): void;
declare function clearWatch(): void;
declare function print(...what: unknown[]): void;

const PAD_TIMEOUT_MS = 1000;
const WATCHDOG_SECONDS = 8;
const CARD_TIMEOUT_MS = 30000;

function takeBoard(): Board {
  const name = process.env.BOARD.substr(0, 5) === 'ESP32' ? 'esp32-s3' : 'pico2';
  clearTimeout();
  clearWatch();
  // Nobody kicks the watchdog any more but the engine itself, and what is mistyped restarts nothing.
  E.enableWatchdog(WATCHDOG_SECONDS, true);
  process.removeAllListeners('uncaughtException');
  const wired = global.require('drivers/boards/espruino/' + name) as { createBus: () => ReferenceBus };
  return createReferenceBoard(wired.createBus());
}

const board = takeBoard();

/** Faults (hal/fault.ts) for whoever wires a board: what to look at. */
const FAULTS: Readonly<Record<number, string>> = {
  2: 'no answer',
  3: 'busy',
  4: 'not there, or not ready',
  5: 'answers something else: baud rate?',
  10: 'no paper',
  11: 'cover open',
  12: 'too hot',
  30: 'unreadable',
  31: 'unreadable',
  32: 'unreadable',
  54: 'answers damaged: baud rate?',
};

function tell(part: string, fault: number, more: string): void {
  print(
    part +
      ': ' +
      (fault ? 'fault ' + fault + (FAULTS[fault] ? ' (' + FAULTS[fault] + ')' : '') : 'ok') +
      (more ? ', ' + more : ''),
  );
}

function lcd(): void {
  // Every dot in turn: two rows of blocks, letters, GB2312's first line of Chinese characters.
  board.display.row(0, '\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6\xa1\xf6');
  board.display.row(1, '0123456789ABCDEF');
  board.display.row(2, '\xb0\xa1\xb0\xa2\xb0\xa3\xb0\xa4\xb0\xa5\xb0\xa6\xb0\xa7\xb0\xa8');
  board.display.row(3, '................');
  board.display.light(true);
  tell('lcd', 0, 'four rows: blocks, digits and letters, Chinese, dots; the light is on');
}

/** By their codes (hal/devices.ts). */
const KEYS: Readonly<Record<number, string>> = {
  8: 'clear',
  13: 'confirm',
  27: 'cancel',
  68: 'down',
  70: 'function',
  77: 'menu',
  80: 'feed',
  85: 'up',
  122: '00',
};

function keys(): void {
  board.keypad.onKey((key) => print('key ' + (KEYS[key] || String.fromCharCode(key))));
  tell('keys', 0, 'press them all, each prints its name');
}

function printer(): void {
  board.printer.start('Cupos\n0123456789ABCDEFGHIJKLMNOPQRSTUV\n\xb0\xa1\xb0\xa2\xb0\xa3\n\n\n', (fault) =>
    tell('printer', fault, 'three lines'),
  );
}

function pinpad(): void {
  board.pinpad.start(PAD_HELLO, '', PAD_TIMEOUT_MS, (fault, answer) =>
    tell('pinpad', fault, answer.length + ' bytes of answer'),
  );
}

function stripe(): void {
  print('stripe: swipe a card');
  board.stripe.start(CARD_TIMEOUT_MS, (fault, tracks) => {
    const lengths = tracks ? [tracks.track1.length, tracks.track2.length, tracks.track3.length].join(' ') : '';
    tell('stripe', fault, lengths ? 'characters of the tracks: ' + lengths : '');
  });
}

function modem(): void {
  board.modem.signal();
  board.clock.alarm(1000, () => {
    const bars = board.modem.signal();
    tell('modem', bars > 31 ? 1 : 0, 'signal ' + bars);
  });
}

function flash(): void {
  const { sizeBytes } = board.flash;
  tell('flash', sizeBytes ? 0 : 1, (sizeBytes >> 10) + ' KB');
}

function battery(): void {
  tell('battery', 0, board.battery.percent() + ' %, charger ' + (board.battery.isPlugged() ? 'plugged in' : 'away'));
}

function clock(): void {
  tell('clock', 0, board.rtc.read() + ', random ' + board.random.bytes(4).charCodeAt(0));
}

function beeper(): void {
  board.beeper.beep(200);
  tell('beeper', 0, 'it sounds');
}

exports['lcd'] = lcd;
exports['keys'] = keys;
exports['printer'] = printer;
exports['pinpad'] = pinpad;
exports['stripe'] = stripe;
exports['modem'] = modem;
exports['flash'] = flash;
exports['battery'] = battery;
exports['clock'] = clock;
exports['beeper'] = beeper;
exports['all'] = () => [lcd, beeper, flash, battery, clock, pinpad, printer, modem, keys].forEach((part) => part());
const told = 'The firmware has stopped. test.' + Object.keys(exports).join('() test.') + '(); load() starts it again';
exports['help'] = () => print(told);
print(told);
