/**
 * PIN pad on a UART: the terminal's end of the frame protocol in docs/protocol/pinpad.md. One command at a time; lost and
 * damaged frames are repeated, answers that nobody waits for are acknowledged and dropped, and a cancelled or overdue
 * command is cancelled on the pad too before it ends here. Works on whole bursts; only noise is skipped byte by byte.
 */
import type { Clock, Uart } from '../hal/bus';
import { WORK_PAD_FRAME } from '../hal/bus';
import type { Bytes } from '../hal/bytes';
import { crc16, u16 } from '../hal/bytes';
import type { PinPad } from '../hal/devices';
import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_PAD_CHECKSUM,
  FAULT_PROTOCOL,
  FAULT_TIMEOUT,
} from '../hal/fault';
import {
  PAD_ANSWER,
  PAD_CANCEL,
  PAD_EVENT_PROGRESS,
  PAD_EVENT_STARTED,
  PAD_FIRST_SEQUENCE,
  PAD_HELLO,
  PAD_PIN,
} from '../hal/pad-commands';

const STX = 0x02;
const STX_BYTE = '\x02';
const ACK = 0x06;
const NAK = 0x15;
const NAK_BYTES = '\x15\x00';
const LONGEST_BODY_BYTES = 514;
const TRIES = 3;
const ACK_WAIT_MS = 200;
/** A frame that pauses for longer is given up. */
const GAP_MS = 100;
const CANCEL_WAIT_MS = 1000;
/** Where the caller names no time-out. */
const DEFAULT_WAIT_MS = 3000;

type PadDone = (fault: number, answer: Bytes) => void;

/**
 * Fault for each status, by its number (hal/fault.ts): none, no key, key check, bypass, cancelled, timeout, no card, seal,
 * bad request, tampered, busy, and not ready where its storage failed. A text, for that stays in a board's flash.
 */
const faultOfStatus = '\x00\x32\x33\x34\x01\x02\x37\x38\x06\x35\x03\x04';

function statusFault(data: Bytes): number {
  if (data.length === 0) return FAULT_PROTOCOL;
  const status = data.charCodeAt(0);
  return status < faultOfStatus.length ? faultOfStatus.charCodeAt(status) : FAULT_PROTOCOL;
}

/**
 * Length of the frame that begins at `at`: 0 while it is incomplete, -1 when it is none (wrong length, not from a pad,
 * wrong check value).
 */
function frameLength(text: Bytes, at: number): number {
  const bodyBytes = (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
  const sequence = text.charCodeAt(at + 3);
  const whole = bodyBytes + 5;
  const held = text.length - at;
  if (held < 5) return 0;
  if (bodyBytes < 2 || bodyBytes > LONGEST_BODY_BYTES || !(text.charCodeAt(at + 4) & PAD_ANSWER)) return -1;
  if (sequence !== 0 && sequence < PAD_FIRST_SEQUENCE) return -1;
  if (held < whole) return 0;
  // With its check value behind it that of a whole frame is 0.
  return crc16(text.substring(at + 1, at + whole)) === 0 ? whole : -1;
}

/**
 * Creates the pad on a 19,200 baud UART. `start` with `timeoutMs` 0 waits 3 s. Faults beside those of the pad's status:
 * `FAULT_NOT_READY` (no pad, or it restarted), `FAULT_PAD_CHECKSUM` (it refuses every frame), `FAULT_PROTOCOL`,
 * `FAULT_TIMEOUT`, `FAULT_BUSY`, `FAULT_BAD_REQUEST` (more than 512 bytes). With `FAULT_PAD_KEY_CHECK` the answer is the
 * number of the bad key.
 */
export function createSerialPinPad(uart: Uart, clock: Clock): PinPad {
  let sequence = 255;
  let command = 0;
  /** Of the last HELLO; '' is what a pad begins with by itself. */
  let greeting = '';
  let frame = '';
  let triesLeft = 0;
  let acknowledged = false;
  let refused = false;
  /** While a CANCEL runs: how the operation it ends will end. */
  let endFault = FAULT_NONE;
  let endsAtMs = 0;
  let alarm = 0;
  let finish: PadDone | null = null;
  let progress: ((digitCount: number) => void) | null = null;
  let pending = '';
  let pendingAtMs = 0;

  function setAlarm(delayMs: number): void {
    clock.cancelAlarm(alarm);
    alarm = clock.alarm(delayMs > 0 ? delayMs : 0, onAlarm);
  }

  function end(fault: number, answer: Bytes): void {
    const done = finish;
    clock.cancelAlarm(alarm);
    finish = null;
    frame = '';
    if (done) done(fault, answer);
  }

  function transmit(): void {
    triesLeft--;
    uart.write(frame);
    clock.worked(WORK_PAD_FRAME);
    const waitMs = ACK_WAIT_MS + (((frame.length * 53) / 100) | 0);
    const restMs = endsAtMs - clock.nowMs();
    // Not by setAlarm: calls are deepest here, and the small engine's stack is short.
    clock.cancelAlarm(alarm);
    alarm = clock.alarm(restMs < 0 ? 0 : restMs < waitMs ? restMs : waitMs, onAlarm);
  }

  function send(nextCommand: number, data: Bytes, timeoutMs: number): void {
    sequence = sequence === 255 ? PAD_FIRST_SEQUENCE : sequence + 1;
    command = nextCommand;
    const bodyBytes = data.length + 2;
    const body = String.fromCharCode(bodyBytes >> 8, bodyBytes & 255, sequence, command) + data;
    frame = STX_BYTE + body + u16(crc16(body));
    triesLeft = TRIES;
    acknowledged = false;
    refused = false;
    endsAtMs = clock.nowMs() + timeoutMs;
    transmit();
  }

  function repeat(): void {
    if (triesLeft > 0) transmit();
    else if (endFault) end(endFault, '');
    else end(refused ? FAULT_PAD_CHECKSUM : FAULT_NOT_READY, '');
  }

  /** Tells the pad to stop; the operation ends when the pad says it did, or when it cannot be reached. */
  function giveUp(fault: number): void {
    if (endFault) {
      end(endFault, '');
      return;
    }
    endFault = fault;
    send(PAD_CANCEL, '', CANCEL_WAIT_MS);
  }

  function onAlarm(): void {
    if (!finish) return;
    if (clock.nowMs() >= endsAtMs) giveUp(FAULT_TIMEOUT);
    else if (acknowledged) setAlarm(endsAtMs - clock.nowMs());
    else repeat();
  }

  function onEvent(code: number, data: Bytes): void {
    if (code === PAD_EVENT_PROGRESS) {
      if (progress && finish && command === PAD_PIN && data.length === 1) progress(data.charCodeAt(0));
    } else if (code === PAD_EVENT_STARTED && (!finish || acknowledged)) {
      // Its language went with its memory. Nobody waits for this answer.
      if (greeting) send(PAD_HELLO, greeting, 0);
      if (finish) end(endFault || FAULT_NOT_READY, '');
    }
  }

  function onAnswer(from: number, code: number, data: Bytes): void {
    uart.write(String.fromCharCode(ACK, from));
    clock.worked(WORK_PAD_FRAME);
    if (!finish || from !== sequence || code !== (command | PAD_ANSWER)) return;
    if (endFault) end(endFault, '');
    else end(statusFault(data), data.substring(1));
  }

  /** Takes `06 sequence` or `15 00` at `at`; returns the bytes used, 0 when the second byte is still to come. */
  function onControl(code: number, text: Bytes, at: number): number {
    if (at + 1 >= text.length) return 0;
    const next = text.charCodeAt(at + 1);
    if (code === ACK) {
      if (next < PAD_FIRST_SEQUENCE) return 1;
      // The alarm that waits for it looks again when it rings.
      if (finish && next === sequence) acknowledged = true;
      return 2;
    }
    if (next !== 0) return 1;
    if (finish && !acknowledged) {
      refused = true;
      repeat();
    }
    return 2;
  }

  function onData(burst: Bytes): void {
    const text = pending + burst;
    const length = text.length;
    let at = pending !== '' && clock.nowMs() - pendingAtMs > GAP_MS ? 1 : 0;
    let good = false;
    let bad = false;
    pending = '';
    while (at < length) {
      const code = text.charCodeAt(at);
      let used = 1;
      if (code === STX) {
        used = frameLength(text, at);
        if (used > 0) {
          const from = text.charCodeAt(at + 3);
          good = true;
          if (from === 0) onEvent(text.charCodeAt(at + 4), text.substring(at + 5, at + used - 2));
          else onAnswer(from, text.charCodeAt(at + 4), text.substring(at + 5, at + used - 2));
        } else if (used < 0) {
          bad = true;
          used = 1;
        }
      } else if (code === ACK || code === NAK) used = onControl(code, text, at);
      if (used === 0) {
        pending = text.substring(at);
        pendingAtMs = clock.nowMs();
        break;
      }
      at += used;
    }
    if (bad && !good && finish) uart.write(NAK_BYTES);
  }

  uart.onData(onData);

  return {
    start: (nextCommand, data, timeoutMs, done) => {
      if (finish || data.length > LONGEST_BODY_BYTES - 2) {
        const fault = finish ? FAULT_BUSY : FAULT_BAD_REQUEST;
        clock.alarm(0, () => done(fault, ''));
        return;
      }
      if (nextCommand === PAD_HELLO) greeting = data;
      finish = done;
      endFault = FAULT_NONE;
      send(nextCommand, data, timeoutMs > 0 ? timeoutMs : DEFAULT_WAIT_MS);
    },
    cancel: () => {
      if (finish && !endFault) giveUp(FAULT_CANCELLED);
    },
    onProgress: (listener) => {
      progress = listener;
    },
  };
}
