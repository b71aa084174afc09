/**
 * Dial modem with the Hayes command set on a UART and its control lines: ITU-T V.250 (formerly V.25 ter), the board's /DTR
 * out, /DCD and the line sense of the modem's line interface in. It looks for voltage before it lifts, dials up to three
 * numbers in turn, and hangs up by /DTR, where that fails by +++ and ATH. After CONNECT every byte is data.
 * docs/devices/pstn.md.
 */
import type { Clock, GpioPort, Uart } from '../hal/bus';
import { WORK_AT_LINE } from '../hal/bus';
import type { Bytes } from '../hal/bytes';
import type { DialRequest, Done, Link, Modem } from '../hal/devices';
import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_LINE_BUSY,
  FAULT_LINE_CLOSED,
  FAULT_NO_ANSWER,
  FAULT_NO_CARRIER,
  FAULT_NO_DIALTONE,
  FAULT_NO_LINE,
  FAULT_NONE,
  FAULT_NOT_READY,
} from '../hal/fault';
import { partOf } from './modem-dialect';

/** The modem's inputs, low when true. */
const STATUS_CARRIER = 1;
const STATUS_VOLTAGE = 4;
const STATUS_PHONE = 8;

const ON_HOOK = 0;
const SETTING_UP = 1;
const DIALLING = 2;
const ONLINE = 3;
const HANGING_UP = 4;

/** Results in words, all of them, /DCD as the carrier is, on hook when /DTR rises; 40 s for the far end's carrier. */
const SETUP = 'ATE0V1Q0X4&C1&D2S0=0S7=40\r';
const SETUP_MS = 1000;
const SETUP_TRIES = 3;
/** Dialling through an office exchange, S7, and something to spare. */
const DIAL_MS = 60000;
const REDIAL_MS = 2000;
const DTR_MS = 500;
/** More than the second of silence on either side of +++ (S12). */
const GUARD_MS = 1200;
const PHONE_LIMIT = 3;
const LINE_LIMIT_BYTES = 64;
/** At 115,200 baud. */
const BYTES_PER_MS = 11;
const SIGNAL_GOOD = 31;
const SIGNAL_UNKNOWN = 99;

interface Connection {
  onData: ((bytes: Bytes) => void) | null;
  onClose: (() => void) | null;
}

export function createPstnModem(uart: Uart, dtr: GpioPort, status: GpioPort, clock: Clock): Modem {
  let state = ON_HOOK;
  let buffer = '';
  let alarm = 0;

  // The running `start`.
  let request: DialRequest | null = null;
  let dialDone: ((fault: number, link: Link | null) => void) | null = null;
  let deadline = 0;
  let triesLeft = 0;
  let phone = 0;
  let roundsLeft = 0;
  let lastFault = FAULT_NONE;
  let escaped = false;

  let connection: Connection | null = null;
  let sendDone: Done | null = null;
  let sendAlarm = 0;

  function has(bit: number): boolean {
    return (status.read() & bit) === 0;
  }

  function later(delayMs: number, step: () => void): void {
    clock.cancelAlarm(alarm);
    alarm = clock.alarm(delayMs, step);
  }

  function finishDial(fault: number, link: Link | null): void {
    const done = dialDone;
    dialDone = null;
    clock.cancelAlarm(deadline);
    if (done) done(fault, link);
  }

  function begin(): void {
    if (!dialDone) return;
    lastFault = lineFault();
    if (lastFault !== FAULT_NONE) giveUp(lastFault);
    else {
      lastFault = FAULT_NOT_READY;
      dtr.write(0);
      triesLeft = SETUP_TRIES;
      setUp();
    }
  }

  /** Before lifting: lifted, we pull the voltage down ourselves. */
  function lineFault(): number {
    if (!has(STATUS_VOLTAGE)) return FAULT_NO_LINE;
    return has(STATUS_PHONE) ? FAULT_LINE_BUSY : FAULT_NONE;
  }

  function setUp(): void {
    state = SETTING_UP;
    // What the modem heard in part is ended first.
    uart.write(triesLeft < SETUP_TRIES ? '\r' + SETUP : SETUP);
    later(SETUP_MS, setUpFailed);
  }

  function setUpFailed(): void {
    if (--triesLeft > 0) setUp();
    else if (has(STATUS_CARRIER) && !escaped) {
      // It may be online still, and take every command for data.
      escaped = true;
      hangUp();
    } else giveUp(FAULT_NOT_READY);
  }

  function dial(): void {
    if (!request) return;
    const fault = lineFault();
    if (fault !== FAULT_NONE) {
      giveUp(fault);
      return;
    }
    state = DIALLING;
    const outside = request.outsideLine === '' ? '' : request.outsideLine + ',';
    uart.write('ATDT' + outside + partOf(request.phones, ',', phone) + '\r');
    later(DIAL_MS, () => attemptFailed(FAULT_NOT_READY, true));
  }

  /** The next number, or the next round; what does not depend on the number (`whole`) ends the round. */
  function attemptFailed(fault: number, whole: boolean): void {
    if (!request) return;
    lastFault = fault;
    state = SETTING_UP;
    phone++;
    if (whole || partOf(request.phones, ',', phone) === '') {
      phone = 0;
      if (--roundsLeft < 0) {
        giveUp(fault);
        return;
      }
    }
    later(REDIAL_MS, dial);
  }

  function giveUp(fault: number): void {
    clock.cancelAlarm(alarm);
    hangUp();
    finishDial(fault, null);
  }

  function hangUp(): void {
    // Any byte ends a dial that still runs.
    if (state === DIALLING) uart.write('\r');
    state = HANGING_UP;
    buffer = '';
    dtr.write(1);
    later(DTR_MS, () => {
      if (has(STATUS_CARRIER)) later(GUARD_MS, escape);
      else onHook();
    });
  }

  function escape(): void {
    uart.write('+++');
    later(GUARD_MS, () => {
      uart.write('ATH\r');
      later(SETUP_MS, onHook);
    });
  }

  function onHook(): void {
    state = ON_HOOK;
    begin();
  }

  function onLine(line: Bytes): void {
    clock.worked(WORK_AT_LINE);
    if (state === SETTING_UP && triesLeft > 0) {
      if (line === 'OK') {
        triesLeft = 0;
        dial();
      } else if (line === 'ERROR') later(SETUP_MS, setUpFailed);
    } else if (state === DIALLING) onDialResult(line);
  }

  function onDialResult(line: Bytes): void {
    if (line.indexOf('CONNECT') === 0) {
      if (has(STATUS_CARRIER)) connected();
      else attemptFailed(FAULT_NO_CARRIER, false);
    } else if (line === 'BUSY') attemptFailed(FAULT_LINE_BUSY, false);
    else if (line === 'NO ANSWER') attemptFailed(FAULT_NO_ANSWER, false);
    else if (line === 'NO CARRIER') attemptFailed(FAULT_NO_CARRIER, false);
    // Both spellings are about.
    else if (line === 'NO DIALTONE' || line === 'NO DIAL TONE') attemptFailed(FAULT_NO_DIALTONE, true);
    else if (line === 'ERROR') attemptFailed(FAULT_NOT_READY, true);
  }

  function connected(): void {
    clock.cancelAlarm(alarm);
    state = ONLINE;
    const opened: Connection = { onData: null, onClose: null };
    connection = opened;
    finishDial(FAULT_NONE, linkOf(opened));
  }

  function linkOf(own: Connection): Link {
    return {
      send: (bytes, done) => {
        if (connection !== own || sendDone) {
          const fault = connection === own ? FAULT_BUSY : FAULT_NOT_READY;
          clock.alarm(0, () => done(fault));
          return;
        }
        sendDone = done;
        uart.write(bytes);
        sendAlarm = clock.alarm(1 + ((bytes.length / BYTES_PER_MS) | 0), () => endSend(FAULT_NONE));
      },
      onData: (listener) => {
        own.onData = listener;
      },
      onClose: (listener) => {
        own.onClose = listener;
      },
      close: () => {
        if (connection !== own) return;
        connection = null;
        sendDone = null;
        clock.cancelAlarm(sendAlarm);
        hangUp();
      },
    };
  }

  function endSend(fault: number): void {
    const done = sendDone;
    sendDone = null;
    clock.cancelAlarm(sendAlarm);
    if (done) done(fault);
  }

  /** The carrier is gone, not by our will. */
  function lost(): void {
    const gone = connection;
    connection = null;
    hangUp();
    endSend(FAULT_LINE_CLOSED);
    if (gone && gone.onClose) gone.onClose();
  }

  function takeLines(): void {
    let end = buffer.indexOf('\n');
    while (end >= 0 && state !== ONLINE) {
      let line = buffer.slice(0, end);
      buffer = buffer.slice(end + 1);
      while (line !== '' && line.charCodeAt(line.length - 1) === 13) line = line.slice(0, -1);
      if (line !== '') onLine(line);
      end = buffer.indexOf('\n');
    }
    if (state !== ONLINE && buffer.length > LINE_LIMIT_BYTES) buffer = '';
  }

  uart.onData((burst) => {
    if (state !== ONLINE) {
      buffer += burst;
      takeLines();
      burst = '';
      if (state === ONLINE) {
        burst = buffer;
        buffer = '';
      }
    }
    if (burst !== '' && connection && connection.onData) connection.onData(burst);
  });
  status.onChange(() => {
    if (state === ONLINE && !has(STATUS_CARRIER)) lost();
  });

  /** Ends a `start` from outside its steps. */
  function abort(fault: number): void {
    if (!dialDone) return;
    if (state === SETTING_UP || state === DIALLING) giveUp(fault);
    else finishDial(fault, null);
  }

  return {
    start: (wanted, done) => {
      if (dialDone || connection) {
        clock.alarm(0, () => done(FAULT_BUSY, null));
        return;
      }
      if (!areGood(wanted)) {
        clock.alarm(0, () => done(FAULT_BAD_REQUEST, null));
        return;
      }
      request = wanted;
      dialDone = done;
      phone = 0;
      roundsLeft = wanted.redials;
      lastFault = FAULT_NOT_READY;
      escaped = false;
      deadline = clock.alarm(wanted.timeoutMs, () => {
        // Still ringing: that is all that can be said.
        abort(state === DIALLING && lastFault === FAULT_NOT_READY ? FAULT_NO_ANSWER : lastFault);
      });
      if (state === ON_HOOK) later(0, begin);
    },
    cancel: () => abort(FAULT_CANCELLED),
    signal: () => (state !== ON_HOOK || lineFault() === FAULT_NONE ? SIGNAL_GOOD : SIGNAL_UNKNOWN),
  };
}

function isDialable(text: Bytes): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if ((c < 48 || c > 57) && c !== 42 && c !== 35) return false;
  }
  return text.length <= 24;
}

/** Digits, * and # only: anything else would be a command to the modem. */
function areGood(request: DialRequest): boolean {
  if (partOf(request.phones, ',', 0) === '' || partOf(request.phones, ',', PHONE_LIMIT) !== '') return false;
  for (let i = 0; i < PHONE_LIMIT; i++) if (!isDialable(partOf(request.phones, ',', i))) return false;
  return isDialable(request.outsideLine);
}
