/**
 * A board of the device tier on a virtual clock, for tests of the application alone: no wires, no drivers. Whatever a
 * device would do by itself, the test does.
 */
import iconv from 'iconv-lite';
import type { Board } from '../../hal/board';
import { byte, crc32, type Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import {
  KEY_CANCEL,
  KEY_CLEAR,
  KEY_CONFIRM,
  KEY_DOT,
  KEY_DOUBLE_ZERO,
  KEY_FUNCTION,
  type Link,
  type StripeTracks,
} from '../../hal/devices';
import {
  FAULT_CANCELLED,
  FAULT_CONNECT_FAILED,
  FAULT_NONE,
  FAULT_PAD_BYPASS,
  FAULT_PAD_KEY_CHECK,
  FAULT_PAD_NO_KEY,
  FAULT_TIMEOUT,
} from '../../hal/fault';
import * as pad from '../../hal/pad-commands';
import { foldBlocks } from '../../firmware/exchange/fold';

/** Alarms in order of time, then of setting. */
export class VirtualClock implements Clock {
  now = 0;
  private nextHandle = 1;
  private alarms: { handle: number; atMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.now;
  }

  alarm(delayMs: number, callback: () => void): number {
    const handle = this.nextHandle++;
    this.alarms.push({ handle, atMs: this.now + delayMs, callback });
    return handle;
  }

  cancelAlarm(handle: number): void {
    this.alarms = this.alarms.filter((alarm) => alarm.handle !== handle);
  }

  worked(): void {}

  /** Runs for `ms`, or until `reached`. */
  run(ms: number, reached: () => boolean = () => false): boolean {
    const end = this.now + ms;
    while (!reached()) {
      let next = this.alarms[0];
      for (const alarm of this.alarms) if (next && alarm.atMs < next.atMs) next = alarm;
      if (!next || next.atMs > end) {
        this.now = end;
        return reached();
      }
      this.now = Math.max(this.now, next.atMs);
      this.cancelAlarm(next.handle);
      next.callback();
    }
    return true;
  }

  /** The power is cut: nothing that was set will happen. */
  forget(): void {
    this.alarms = [];
  }
}

/** What outlives a power cut. */
export interface Remains {
  readonly flash: Uint8Array;
  /** The pad's working key: its "MAC" is a checksum under this. */
  padKey: string;
  padHasTmk: boolean;
  /** Check value of the TMK. */
  padTmkCheck: Bytes;
}

const FLASH_BYTES = 64 * 4096;

export function freshRemains(): Remains {
  return {
    flash: new Uint8Array(FLASH_BYTES).fill(0xff),
    padKey: '',
    padHasTmk: true,
    padTmkCheck: '\x08\xd7\xb4\xfb',
  };
}

/** The fake pad's MAC, which the fake center uses too. It says nothing about DES; the pad's own tests do. */
export function fakeMac(key: string, message: Bytes): Bytes {
  return crc32(key + foldBlocks(message))
    .toString(16)
    .toUpperCase()
    .padStart(8, '0');
}

export type Answering = (frame: Bytes, link: { answer(bytes: Bytes, delayMs?: number): void; close(): void }) => void;

const keys: Record<string, number> = { '.': KEY_DOT, z: KEY_DOUBLE_ZERO, '\r': KEY_CONFIRM, '\b': KEY_CLEAR };

/** The real panel would show something else, or nothing. */
function checkRow(row: number, text: Bytes): void {
  if (row < 0 || row > 3) throw new Error(`no row ${row}`);
  if (text.length > 16) throw new Error(`${text.length} columns in a row: ${text}`);
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x80) continue;
    if (i % 2 === 1) throw new Error(`Chinese on odd column ${i}: ${text}`);
    i++;
  }
}

/** One life of the board: from power-on to power cut. */
export class FakeBoard {
  readonly clock = new VirtualClock();
  readonly rows: Bytes[] = ['', '', '', ''];
  /** Every row ever shown. */
  readonly shown: Bytes[] = [];
  lit = false;
  keyListener: ((key: number) => void) | null = null;
  holdListener: (() => void) | null = null;
  poweredOff = 0;
  beeps: number[] = [];
  /** Blocks that came out. */
  readonly paper: Bytes[] = [];
  /** Fault of the next prints, one each. */
  printFaults: number[] = [];
  printerBits = 0;
  /** Commands the pad got. */
  readonly padLog: number[] = [];
  padHoldsCard = false;
  padSilent = false;
  padRefusesKeys = false;
  /** Fault of the next connects, one each; a number beyond the list connects. */
  dialFaults: number[] = [];
  lineDead = false;
  dials = 0;
  /** Every frame that left, without its length. */
  readonly sent: Bytes[] = [];
  rtc = '20260301090000';
  flashFault = 0;
  alive = true;
  private pinDone: ((fault: number, answer: Bytes) => void) | null = null;
  private pinAlarm = 0;
  private progress: ((count: number) => void) | null = null;
  private stripeDone: ((fault: number, tracks: StripeTracks | null) => void) | null = null;
  private card: StripeTracks = { track1: '', track2: '', track3: '' };

  constructor(
    readonly remains: Remains,
    private readonly center: Answering,
  ) {}

  private later(callback: () => void, delayMs = 1): void {
    this.clock.alarm(delayMs, callback);
  }

  /** Keys by character: digits, `.`, `z` (00), Enter and backspace. */
  type(text: string): void {
    for (const character of text) this.key(keys[character] ?? character.charCodeAt(0));
  }

  key(code: number): void {
    this.keyListener?.(code);
    this.clock.run(5);
  }

  confirm(): void {
    this.key(KEY_CONFIRM);
  }

  cancel(): void {
    this.key(KEY_CANCEL);
  }

  menu(): void {
    this.key(KEY_FUNCTION);
  }

  swipe(tracks: Partial<StripeTracks>): void {
    this.swipeEnds(FAULT_NONE, { track1: '', track2: '', track3: '', ...tracks });
  }

  /** A swipe ends as the head sees it. */
  swipeEnds(fault: number, tracks: StripeTracks | null): void {
    const done = this.stripeDone;
    this.stripeDone = null;
    done?.(fault, tracks);
    this.clock.run(5);
  }

  /** The customer has keyed so many digits, and thinks. */
  pinKeyed(digits: number): void {
    for (let count = 1; count <= digits; count++) this.progress?.(count);
  }

  /** The customer keys a PIN ('' for none) and confirms. */
  pin(pin: string): void {
    this.pinKeyed(pin.length);
    if (pin === '') this.endPin(FAULT_PAD_BYPASS, '');
    else this.endPin(FAULT_NONE, fakePinBlock(pin));
    this.clock.run(5);
  }

  private endPin(fault: number, answer: Bytes): void {
    const done = this.pinDone;
    this.pinDone = null;
    this.clock.cancelAlarm(this.pinAlarm);
    if (done) done(fault, answer);
  }

  lcd(): string[] {
    return this.rows.map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk').trimEnd());
  }

  screen(): string {
    return this.lcd().join('\n');
  }

  /** Runs until the screen shows `text`. */
  see(text: string, limitMs = 200000): void {
    if (!this.clock.run(limitMs, () => this.screen().includes(text))) {
      const last = this.shown.slice(-40).map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk'));
      throw new Error(`expected ${text} on the screen; shown last:\n${last.join('\n')}`);
    }
  }

  slips(): string[] {
    return this.paper.map((block) => iconv.decode(Buffer.from(block, 'latin1'), 'gb18030'));
  }

  private padCommand(command: number, data: Bytes): [number, Bytes] {
    const { remains } = this;
    const bits =
      (remains.padHasTmk ? pad.PAD_HAS_TMK : 0) |
      (remains.padKey ? pad.PAD_HAS_MAK | pad.PAD_HAS_PIK | pad.PAD_HAS_TDK : 0);
    if (command === pad.PAD_HELLO) return [FAULT_NONE, '\x01' + byte(bits) + 'PAD00001'];
    if (command === pad.PAD_KEY_STATUS) {
      return [FAULT_NONE, byte(bits) + (data !== '' && remains.padHasTmk ? '\0' + remains.padTmkCheck : '')];
    }
    if (command === pad.PAD_LOAD_KEYS) {
      if (!remains.padHasTmk) return [FAULT_PAD_NO_KEY, ''];
      remains.padKey = this.padRefusesKeys ? '' : data;
      return this.padRefusesKeys ? [FAULT_PAD_KEY_CHECK, ''] : [FAULT_NONE, byte(15)];
    }
    if (command === pad.PAD_MAC) {
      if (!remains.padKey) return [FAULT_PAD_NO_KEY, ''];
      return [
        FAULT_NONE,
        crc32(remains.padKey + data.substring(1))
          .toString(16)
          .toUpperCase()
          .padStart(8, '0'),
      ];
    }
    if (command === pad.PAD_CARD) {
      const end2 = 1 + data.charCodeAt(0);
      this.card = { track1: '', track2: data.substring(1, end2), track3: data.substring(end2 + 1) };
      this.padHoldsCard = true;
      return [FAULT_NONE, ''];
    }
    if (command === pad.PAD_TRACKS) {
      const track = (text: Bytes): Bytes => byte(text.length) + '\xee'.repeat((text.length + 1) >> 1);
      return [FAULT_NONE, track(this.card.track2) + track(this.card.track3)];
    }
    if (command === pad.PAD_END) this.padHoldsCard = false;
    return [FAULT_NONE, ''];
  }

  board(): Board {
    const { clock } = this;
    return {
      clock,
      rtc: {
        read: () => this.rtc,
        write: (digits) => {
          this.rtc = digits;
        },
      },
      random: { bytes: (lengthBytes) => '\x55'.repeat(lengthBytes) },
      display: {
        row: (row, text) => {
          checkRow(row, text);
          this.rows[row] = text;
          this.shown.push(text);
        },
        clear: () => {
          this.rows.fill('');
        },
        light: (on) => {
          this.lit = on;
        },
      },
      keypad: {
        onKey: (listener) => {
          this.keyListener = listener;
        },
      },
      stripe: {
        start: (_timeoutMs, done) => {
          this.stripeDone = done;
        },
        cancel: () => this.later(() => this.swipeEnds(FAULT_CANCELLED, null)),
      },
      pinpad: {
        start: (command, data, timeoutMs, done) => {
          this.padLog.push(command);
          if (this.padSilent) this.later(() => done(FAULT_TIMEOUT, ''), timeoutMs);
          else if (command === pad.PAD_PIN) {
            this.pinDone = done;
            this.pinAlarm = clock.alarm(data.charCodeAt(3) * 1000, () => this.endPin(FAULT_TIMEOUT, ''));
          } else {
            this.later(() => {
              const [fault, answer] = this.padCommand(command, data);
              done(fault, fault ? '' : answer);
            });
          }
        },
        cancel: () => this.later(() => this.endPin(FAULT_CANCELLED, '')),
        onProgress: (listener) => {
          this.progress = listener;
        },
      },
      printer: {
        start: (block, done) => {
          this.later(() => {
            const fault = this.printFaults.shift() ?? FAULT_NONE;
            if (!fault) this.paper.push(block);
            done(fault);
          });
        },
        cancel: () => undefined,
        status: (done) => this.later(() => done(this.printerBits)),
      },
      modem: {
        start: (_request, done) => {
          this.dials++;
          const fault = this.lineDead ? FAULT_CONNECT_FAILED : (this.dialFaults.shift() ?? FAULT_NONE);
          this.later(() => done(fault, fault ? null : this.link()), 20);
        },
        cancel: () => undefined,
        signal: () => 25,
      },
      beeper: { beep: (durationMs) => this.beeps.push(durationMs) },
      power: {
        onHold: (listener) => {
          this.holdListener = listener;
        },
        off: () => {
          this.poweredOff++;
        },
      },
      battery: { percent: () => 100, isPlugged: () => true, onPlug: () => undefined },
      flash: this.flash(),
    };
  }

  private link(): Link {
    let onData: ((bytes: Bytes) => void) | null = null;
    let onClose: (() => void) | null = null;
    const wire = {
      answer: (body: Bytes, delayMs = 5) => {
        const frame = '\x60\0\0\0\x03' + '\x60\x31\0\x31\0\0' + body;
        this.later(() => onData?.(byte(frame.length >> 8) + byte(frame.length) + frame), delayMs);
      },
      close: () => this.later(() => onClose?.(), 5),
    };
    return {
      send: (bytes, done) => {
        this.sent.push(bytes.substring(2));
        this.later(() => done(FAULT_NONE));
        this.center(bytes.substring(13), wire);
      },
      onData: (listener) => {
        onData = listener;
      },
      onClose: (listener) => {
        onClose = listener;
      },
      close: () => {
        onData = null;
        onClose = null;
      },
    };
  }

  private flash(): Board['flash'] {
    const { flash } = this.remains;
    return {
      sizeBytes: FLASH_BYTES,
      sectorBytes: 4096,
      pageBytes: 256,
      read: (address, lengthBytes) => Buffer.from(flash.buffer, address, lengthBytes).toString('latin1'),
      program: (address, bytes, done) => {
        if (!this.flashFault) for (let i = 0; i < bytes.length; i++) flash[address + i] &= bytes.charCodeAt(i);
        this.later(() => done(this.flashFault));
      },
      erase: (address, done) => {
        flash.fill(0xff, address, address + 4096);
        this.later(() => done(FAULT_NONE), 40);
      },
    };
  }
}

/** Stands for an encrypted PIN block: eight bytes that a test can recognise. */
export function fakePinBlock(pin: string): Bytes {
  return ('PB' + pin + '......').substring(0, 8);
}
