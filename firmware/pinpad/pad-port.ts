/**
 * One end of the frame protocol in docs/protocol/pinpad.md, as the PIN pad has two of it: finds frames in bursts,
 * acknowledges them before anything is worked out, notices repeats, sends an answer again until it is acknowledged.
 */
import type { Clock, Uart } from '../../hal/bus';
import { WORK_PAD_FRAME } from '../../hal/bus';
import { byte, crc16, readU16, u16, type Bytes } from '../../hal/bytes';
import { PAD_ANSWER, PAD_FIRST_SEQUENCE, PAD_HELLO } from '../../hal/pad-commands';

const STX = 0x02;
const ACK = 0x06;
const NAK = 0x15;
const NAK_BYTES = '\x15\x00';
const SHORTEST_BODY_BYTES = 2;
const LONGEST_BODY_BYTES = 514;
const TRIES = 3;
const ACK_WAIT_MS = 200;
/** A frame that pauses for longer is given up. */
const GAP_MS = 100;
const BITS_A_BYTE = 10;

export interface PadPort {
  /** Answers a command, now or later; at most one more answer may wait behind it. */
  answer(sequence: number, command: number, data: Bytes): void;
  /** Sends an event once; nobody acknowledges it. */
  event(code: number, data: Bytes): void;
}

/** Takes a new command; it is answered through the port, at once or later. */
export type CommandListener = (command: number, data: Bytes, sequence: number) => void;

function frameOf(sequence: number, code: number, data: Bytes): Bytes {
  const body = u16(data.length + 2) + byte(sequence) + byte(code) + data;
  return byte(STX) + body + u16(crc16(body));
}

/** Length of the terminal's frame at `at`: 0 while it is incomplete, -1 when it is none. */
function frameLength(text: Bytes, at: number): number {
  const have = text.length - at;
  if (have < 5) return 0;
  const bodyBytes = readU16(text, at + 1);
  if (bodyBytes < SHORTEST_BODY_BYTES || bodyBytes > LONGEST_BODY_BYTES) return -1;
  if (text.charCodeAt(at + 3) < PAD_FIRST_SEQUENCE || text.charCodeAt(at + 4) & PAD_ANSWER) return -1;
  if (have < bodyBytes + 5) return 0;
  const crcAt = at + 3 + bodyBytes;
  return crc16(text.substring(at + 1, crcAt)) === readU16(text, crcAt) ? bodyBytes + 5 : -1;
}

export function createPadPort(uart: Uart, clock: Clock, baud: number, onCommand: CommandListener): PadPort {
  /** Bytes of a frame that is not complete. */
  let pending = '';
  let pendingAtMs = 0;
  /** The command taken last, and its answer once there is one: a repeat of it is not done again. */
  let lastSequence = 0;
  let lastCrc = 0;
  let lastAnswer = '';
  /** Answer that is not acknowledged, and the one behind it. */
  let frame = '';
  let nextFrame = '';
  let triesLeft = 0;
  let alarm = 0;
  let good = false;
  let bad = false;

  function lineMs(lengthBytes: number): number {
    return ((lengthBytes * BITS_A_BYTE * 1000) / baud) | 0;
  }

  function transmit(): void {
    clock.cancelAlarm(alarm);
    if (frame !== '' && triesLeft === 0) goOn();
    if (frame === '') return;
    triesLeft--;
    uart.write(frame);
    clock.worked(WORK_PAD_FRAME);
    alarm = clock.alarm(ACK_WAIT_MS + 1 + lineMs(frame.length), transmit);
  }

  /** The answer in front is done with. */
  function goOn(): void {
    frame = nextFrame;
    nextFrame = '';
    triesLeft = TRIES;
  }

  function forget(): void {
    clock.cancelAlarm(alarm);
    frame = nextFrame = '';
  }

  function send(answer: Bytes): void {
    if (frame !== '') {
      nextFrame = answer;
      return;
    }
    frame = answer;
    triesLeft = TRIES;
    transmit();
  }

  function onFrame(sequence: number, code: number, data: Bytes, crc: number): void {
    uart.write(byte(ACK) + byte(sequence));
    if (code !== PAD_HELLO && sequence === lastSequence && crc === lastCrc) {
      if (lastAnswer === '') return;
      forget();
      send(lastAnswer);
      return;
    }
    // A terminal that sends its next command has no use for answers that it never acknowledged.
    forget();
    lastSequence = sequence;
    lastCrc = crc;
    lastAnswer = '';
    onCommand(code, data, sequence);
  }

  /** Takes a frame at `at`; the bytes used. */
  function takeFrame(text: Bytes, at: number): number {
    const used = frameLength(text, at);
    if (used < 0) {
      bad = true;
      return 1;
    }
    if (used > 0) {
      good = true;
      const end = at + used - 2;
      onFrame(text.charCodeAt(at + 3), text.charCodeAt(at + 4), text.substring(at + 5, end), readU16(text, end));
    }
    return used;
  }

  /** Takes `06 sequence` or `15 00` at `at`; the bytes used, 0 when the second is still to come. */
  function takeControl(code: number, text: Bytes, at: number): number {
    if (at + 1 >= text.length) return 0;
    const next = text.charCodeAt(at + 1);
    if (code === NAK) {
      if (next !== 0) return 1;
      transmit();
    } else {
      if (next < PAD_FIRST_SEQUENCE) return 1;
      if (frame !== '' && frame.charCodeAt(3) === next) {
        goOn();
        transmit();
      }
    }
    return 2;
  }

  function onData(burst: Bytes): void {
    const nowMs = clock.nowMs();
    const paused = pending !== '' && nowMs - pendingAtMs - lineMs(burst.length) > GAP_MS;
    const text = pending + burst;
    let at = paused ? 1 : 0;
    pending = '';
    pendingAtMs = nowMs;
    good = bad = false;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      let used = 1;
      if (code === STX) used = takeFrame(text, at);
      else if (code === ACK || code === NAK) used = takeControl(code, text, at);
      if (used === 0) {
        pending = text.substring(at);
        break;
      }
      at += used;
    }
    if (bad && !good) uart.write(NAK_BYTES);
  }

  uart.onData(onData);

  return {
    answer: (sequence, command, data) => {
      const answer = frameOf(sequence, command | PAD_ANSWER, data);
      if (sequence === lastSequence) lastAnswer = answer;
      send(answer);
    },
    event: (code, data) => {
      uart.write(frameOf(0, code, data));
      clock.worked(WORK_PAD_FRAME);
    },
  };
}
