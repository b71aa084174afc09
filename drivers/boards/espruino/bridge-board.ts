/**
 * The board that the firmware gets when it runs over the bridge: PIN pad, printer and modem by the board's own drivers on
 * UARTs that end beyond the bridge (or at the board's own pins), everything else asked for there. Time, alarms and chance
 * are the board's.
 */
import type { Board } from '../../../hal/board';
import type { Clock, Uart } from '../../../hal/bus';
import { find, readU16, readU32, u16, u32, type Bytes, type NativeStrings } from '../../../hal/bytes';
import type { MagstripeReader, StripeTracks } from '../../../hal/devices';
import { createEscPosPrinter } from '../../escpos-printer';
import { createGprsModem } from '../../gprs-modem';
import { createSerialPinPad } from '../../serial-pinpad';
import { sim800 } from '../../sim800';
import type { ReferenceBus } from '../reference';
import { createFlashCopy, type FlashCopy } from './bridge-flash';
import { createLink } from './bridge-link';
import {
  HEAR_BEEP,
  HEAR_CALENDAR,
  HEAR_CLEAR,
  HEAR_ERASE,
  HEAR_HELLO,
  HEAR_LIGHT,
  HEAR_OFF,
  HEAR_PROGRAM,
  HEAR_ROW,
  HEAR_STARTED,
  HEAR_STRIPE_CANCEL,
  HEAR_STRIPE_START,
  HEAR_UART,
  MESSAGE_HEAD_BYTES,
  PORT_MODEM,
  PORT_PINPAD,
  PORT_PRINTER,
} from './bridge-messages';
import { createServices } from './bus';
import type { Engine, Require } from './engine';
import { nativeStrings } from './native-strings';

type StripeDone = (fault: number, tracks: StripeTracks | null) => void;

declare const E: Engine;
declare const global: { require: Require; hil: (text: Bytes) => void };
declare const process: {
  readonly env: { readonly BOARD: Bytes; readonly VERSION: Bytes };
  on(event: 'uncaughtException', listener: (error: { stack?: Bytes } | null) => void): void;
  removeAllListeners(event: 'uncaughtException'): void;
};
declare const Date: new (value: number | Bytes) => { getTime(): number; toISOString(): Bytes };
declare function atob(text: Bytes): Bytes;
declare function btoa(bytes: Bytes): Bytes;
declare function print(...what: unknown[]): void;
declare function setTimeout(callback: () => void, delayMs: number): number;

const ROWS = 4;

const notDigits = /[^0-9]/g;

function later(callback: () => void): void {
  setTimeout(callback, 0);
}

/** A line that came damaged is an error of its own statement: the other end sends it again. */
function isOfConsole(stack: Bytes): boolean {
  return find((stack + '\n').split('\n')[0], 'REPL', 0) >= 0;
}

/** In place of the loader's restart: the other end decides what follows. */
function watchErrors(): void {
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => {
    const stack = (error && error.stack) || '';
    if (isOfConsole(stack)) return;
    print(error);
    print(stack);
    print('Cupos: stopped by an error');
  });
}

/** Serves the other end until the next reset. */
export function serve(session: number, build: Bytes): void {
  const load = global.require;
  const settings = (load('firmware/settings') as { defaultSettings: unknown }).defaultSettings as Record<
    string,
    unknown
  >;
  const fields = Object.keys(settings);
  const services = createServices();
  /** Alarms without a delay: one after the other they are a piece of work that the other end waits for. */
  const alarms: number[] = [];
  const listeners: (((bytes: Bytes) => void) | null)[] = [null, null, null];
  const shown: Bytes[] = [];
  let wired = 0;
  let onKey: ((key: number) => void) | null = null;
  let onHold: (() => void) | null = null;
  let onPlug: (() => void) | null = null;
  let percent = 100;
  let isPlugged = false;
  let reads: { id: number; done: StripeDone }[] = [];
  let lastRead = 0;
  let flash: FlashCopy | null = null;
  let stream = '';
  /** Of the World beyond: the board's own clock stays as it is. */
  let calendarMs = 0;

  function ended(handle: number): void {
    const at = alarms.indexOf(handle);
    if (at < 0) return;
    alarms.splice(at, 1);
    if (alarms.length === 0) link.rest();
  }

  const clock: Clock = {
    nowMs: services.clock.nowMs,
    alarm: (delayMs, callback) => {
      if (delayMs > 0) return services.clock.alarm(delayMs, callback);
      const handle = services.clock.alarm(0, () => {
        callback();
        ended(handle);
      });
      alarms.push(handle);
      return handle;
    },
    cancelAlarm: (handle) => {
      ended(handle);
      services.clock.cancelAlarm(handle);
    },
    worked: services.clock.worked,
  };

  function setCalendar(digits: Bytes): void {
    const at = (from: number): Bytes => digits.substr(from, 2);
    const day = digits.substr(0, 4) + '-' + at(4) + '-' + at(6);
    const ms = new Date(day + 'T' + at(8) + ':' + at(10) + ':' + at(12)).getTime();
    if (!isNaN(ms)) calendarMs = ms - clock.nowMs();
  }

  function say(kind: number, data: Bytes): void {
    link.send(String.fromCharCode(kind) + u16(data.length) + data);
  }

  function bridged(port: number): Uart {
    return {
      write: (bytes) => say(HEAR_UART, String.fromCharCode(port) + bytes),
      onData: (listener) => {
        listeners[port] = listener;
      },
      lostBytes: () => 0,
    };
  }

  const stripe: MagstripeReader = {
    start: (timeoutMs, done) => {
      lastRead = (lastRead + 1) & 255;
      reads.push({ id: lastRead, done });
      say(HEAR_STRIPE_START, String.fromCharCode(lastRead) + u32(timeoutMs));
    },
    cancel: () => say(HEAR_STRIPE_CANCEL, ''),
  };

  function createBoard(copy: FlashCopy): Board {
    const name = process.env.BOARD.substr(0, 5) === 'ESP32' ? 'esp32-s3' : 'pico2';
    const own = wired
      ? (load('drivers/boards/espruino/' + name) as { createBus: () => ReferenceBus }).createBus()
      : null;
    const uart = (port: number, wire: Uart | null): Uart => (wire && wired & (1 << port) ? wire : bridged(port));
    return {
      clock,
      rtc: {
        read: () => new Date(calendarMs + clock.nowMs()).toISOString().substr(0, 19).replace(notDigits, ''),
        write: (digits) => {
          setCalendar(digits);
          say(HEAR_CALENDAR, digits);
        },
      },
      random: services.random,
      display: {
        row: (row, text) => {
          if (shown[row] === text) return;
          shown[row] = text;
          say(HEAR_ROW, String.fromCharCode(row) + text);
        },
        clear: () => {
          shown.splice(0, ROWS);
          say(HEAR_CLEAR, '');
        },
        light: (on) => say(HEAR_LIGHT, on ? '1' : '0'),
      },
      keypad: {
        onKey: (listener) => {
          onKey = listener;
        },
      },
      stripe,
      pinpad: createSerialPinPad(uart(PORT_PINPAD, own && own.pinpadUart), clock),
      printer: createEscPosPrinter(uart(PORT_PRINTER, own && own.printerUart), clock),
      modem: createGprsModem(uart(PORT_MODEM, own && own.modemUart), clock, sim800),
      beeper: { beep: (durationMs) => say(HEAR_BEEP, u16(durationMs)) },
      power: {
        onHold: (listener) => {
          onHold = listener;
        },
        off: () => say(HEAR_OFF, ''),
      },
      battery: {
        percent: () => percent,
        isPlugged: () => isPlugged,
        onPlug: (listener) => {
          onPlug = listener;
        },
      },
      flash: copy,
    };
  }

  function askFlash(address: number, bytes: Bytes): void {
    say(bytes ? HEAR_PROGRAM : HEAR_ERASE, u32(address) + bytes);
  }

  function start(): void {
    watchErrors();
    if (!flash) return;
    const main = load('board') as {
      start: (bus: null, settings: unknown, native: NativeStrings, board: Board) => void;
    };
    main.start(null, settings, nativeStrings(), createBoard(flash));
    say(HEAR_STARTED, '');
  }

  function tellSetting(data: Bytes): void {
    const form = data.charAt(1);
    const text = data.substr(2);
    settings[fields[data.charCodeAt(0)]] = form === 's' ? text : form === 'n' ? parseInt(text, 10) : text === '1';
  }

  function tellStripe(data: Bytes): void {
    const id = data.charCodeAt(0);
    const found = reads.filter((one) => one.id === id);
    reads = reads.filter((one) => one.id !== id);
    let at = 5;
    const next = (track: number): Bytes => {
      const from = at;
      at += data.charCodeAt(1 + track);
      return data.substring(from, at);
    };
    const fault = data.charCodeAt(1);
    const tracks = fault ? null : { track1: next(1), track2: next(2), track3: next(3) };
    found.forEach((one) => one.done(fault, tracks));
  }

  function tellBattery(data: Bytes): void {
    const before = isPlugged;
    percent = data.charCodeAt(0);
    isPlugged = data.charCodeAt(1) === 1;
    if (isPlugged !== before && onPlug) onPlug();
  }

  /** In the order of the kinds. */
  const tellers: ((data: Bytes) => void)[] = [
    start,
    (data) => {
      flash = createFlashCopy(readU32(data, 0), askFlash, later);
    },
    tellSetting,
    setCalendar,
    (data) => {
      if (flash) flash.tell(readU16(data, 0), data.substr(2));
    },
    (data) => {
      wired = data.charCodeAt(0);
    },
    (data) => {
      const listener = listeners[data.charCodeAt(0)];
      if (listener) listener(data.substr(1));
    },
    (data) => {
      if (onKey) onKey(data.charCodeAt(0));
    },
    tellStripe,
    (data) => {
      if (flash) flash.finish(data.charCodeAt(0));
    },
    () => {
      if (onHold) onHold();
    },
    tellBattery,
  ];

  function take(bytes: Bytes): void {
    stream += bytes;
    while (stream.length >= MESSAGE_HEAD_BYTES && stream.length >= MESSAGE_HEAD_BYTES + readU16(stream, 1)) {
      const end = MESSAGE_HEAD_BYTES + readU16(stream, 1);
      const kind = stream.charCodeAt(0);
      const data = stream.substring(MESSAGE_HEAD_BYTES, end);
      stream = stream.substr(end);
      if (kind < tellers.length) tellers[kind](data);
    }
  }

  const crc32 = (bytes: Bytes): number => E.CRC32(bytes);
  const link = createLink(
    session,
    { crc32, fromBase64: atob, toBase64: btoa, print, later, isBusy: () => alarms.length > 0 },
    take,
  );
  global.hil = link.receive;
  say(HEAR_HELLO, process.env.BOARD + ' ' + process.env.VERSION + ' ' + build + ' ' + fields.length);
}
