/**
 * A customer keys a PIN on the pad: stars for digits, clear takes one back, confirm ends it when there are enough, cancel
 * and time end it without. Only the encrypted block leaves, and for each digit the count so far.
 */
import type { Clock } from '../../hal/bus';
import { byte, type Bytes } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM } from '../../hal/devices';
import type { PadBoard } from '../../hal/pad-board';
import {
  PAD_EVENT_PROGRESS,
  PAD_OK,
  PAD_PIN,
  PAD_STATUS_BAD_REQUEST,
  PAD_STATUS_BYPASS,
  PAD_STATUS_CANCELLED,
  PAD_STATUS_NO_KEY,
  PAD_STATUS_TIMEOUT,
  PIN_MAY_BYPASS,
  PIN_WITH_PAN,
} from '../../hal/pad-commands';
import type { KeyStore } from './key-store';
import type { PadPort } from './pad-port';
import type { PadScreen } from './pad-screen';
import { pinBlock } from './pin-block';

const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;
const REQUEST_BYTES = 16;
const KEY_BEEP_MS = 30;
const ASK_BEEP_MS = 120;

export interface PinEntry {
  isRunning(): boolean;
  /** Asks; `request` is a good one. The answer comes through the port. */
  start(sequence: number, request: Bytes, pan: Bytes): void;
  /** Ends what runs with an answer of this status. */
  end(status: number): void;
  /** Ends what runs without an answer. */
  abandon(): void;
}

/** `PAD_STATUS_BAD_REQUEST`, or 0 for the data of a PIN command that can be asked. */
export function checkPinRequest(request: Bytes): number {
  const shortest = request.charCodeAt(1);
  const longest = request.charCodeAt(2);
  if (request.length !== REQUEST_BYTES || request.charCodeAt(0) > (PIN_WITH_PAN | PIN_MAY_BYPASS))
    return PAD_STATUS_BAD_REQUEST;
  if (shortest < SHORTEST_PIN || longest < shortest || longest > LONGEST_PIN || request.charCodeAt(3) === 0)
    return PAD_STATUS_BAD_REQUEST;
  for (let i = 4; i < REQUEST_BYTES; i++) {
    const code = request.charCodeAt(i);
    if (code < 48 || code > 57) return PAD_STATUS_BAD_REQUEST;
  }
  return PAD_OK;
}

export function createPinEntry(board: PadBoard, keys: KeyStore, screen: PadScreen, port: PadPort): PinEntry {
  const clock: Clock = board.clock;
  let running = false;
  let sequence = 0;
  let request = '';
  let pan = '';
  let digits = '';
  let alarm = 0;

  function draw(): void {
    screen.pin(request.substring(4), digits.length, request.charCodeAt(2));
  }

  function abandon(): void {
    if (!running) return;
    running = false;
    digits = pan = '';
    clock.cancelAlarm(alarm);
    board.keypad.onKey(null);
  }

  function finish(status: number, block: Bytes): void {
    if (!running) return;
    abandon();
    screen.wait();
    port.answer(sequence, PAD_PIN, byte(status) + block);
  }

  function confirm(): void {
    const count = digits.length;
    if (count === 0 && request.charCodeAt(0) & PIN_MAY_BYPASS) finish(PAD_STATUS_BYPASS, '');
    else if (count >= request.charCodeAt(1)) {
      const { pik, algorithm } = keys.read();
      // The key may have been lost since the question.
      if (pik === '') finish(PAD_STATUS_NO_KEY, '');
      else finish(PAD_OK, pinBlock(pik, digits, pan, algorithm));
    }
  }

  function change(next: Bytes): void {
    if (next.length === digits.length) return;
    digits = next;
    board.beeper.beep(KEY_BEEP_MS);
    draw();
    port.event(PAD_EVENT_PROGRESS, byte(next.length));
  }

  function onKey(key: number): void {
    const count = digits.length;
    if (key === KEY_CANCEL) finish(PAD_STATUS_CANCELLED, '');
    else if (key === KEY_CONFIRM) confirm();
    else if (key === KEY_CLEAR) change(digits.substring(0, count > 0 ? count - 1 : 0));
    else if (key >= 48 && key <= 57 && count < request.charCodeAt(2)) change(digits + byte(key));
  }

  return {
    isRunning: () => running,
    start: (newSequence, newRequest, newPan) => {
      running = true;
      sequence = newSequence;
      request = newRequest;
      pan = newPan;
      digits = '';
      draw();
      board.beeper.beep(ASK_BEEP_MS);
      board.keypad.onKey(onKey);
      alarm = clock.alarm(request.charCodeAt(3) * 1000, () => finish(PAD_STATUS_TIMEOUT, ''));
    },
    end: (status) => finish(status, ''),
    abandon,
  };
}
