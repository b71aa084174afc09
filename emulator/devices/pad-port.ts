/**
 * The pad's end of its frame protocol (docs/protocol/pinpad.md): finds frames in bursts, acknowledges, notices repeats,
 * and sends an answer again until it is acknowledged. A port's memory is plain data inside the pad's state.
 */
import type { Bytes } from '../../hal/bytes';
import { byte, crc16, readU16, u16 } from '../../hal/bytes';
import { PAD_ANSWER, PAD_FIRST_SEQUENCE, PAD_HELLO } from '../../hal/pad-commands';

const STX = 0x02;
const ACK = 0x06;
const NAK = 0x15;
const NAK_BYTES = '\x15\x00';
const LONGEST_BODY_BYTES = 514;
const GAP_US = 100_000;
const ACK_WAIT_US = 200_000;
const TRIES = 3;

/** What goes wrong on the pad's side of the line, each a count of frames still to spoil. */
export interface PortFaults {
  /** Hears nothing and says nothing. */
  silent: boolean;
  /** Frames to send with a damaged byte. */
  garble: number;
  /** Good frames to answer NAK. */
  nak: number;
  /** Answers that vanish on the line. */
  drop: number;
  /** Acknowledgements that vanish on the line. */
  dropAck: number;
  /** Answers to send twice. */
  duplicate: number;
}

export interface PortState {
  /** Bytes of a frame that is not complete. */
  pending: Bytes;
  pendingAtUs: number;
  /** The last command taken: a repeat of it is not done again. */
  lastSequence: number;
  lastCrc: number;
  lastCommand: number;
  /** Its answer frame, '' while it runs. */
  lastAnswer: Bytes;
  /** Frames sent and not acknowledged, oldest first. */
  unacknowledged: { frame: Bytes; sequence: number; triesLeft: number }[];
  /** Number of the newest transmission; older resend events are void. */
  transmission: number;
}

export function freshPort(): PortState {
  return {
    pending: '',
    pendingAtUs: 0,
    lastSequence: 0,
    lastCrc: 0,
    lastCommand: 0,
    lastAnswer: '',
    unacknowledged: [],
    transmission: 0,
  };
}

/** What a port needs from its pad. */
export interface PortOwner {
  nowUs(): number;
  send(bytes: Bytes): void;
  /** Have `resend(transmission)` called after `delayUs`. */
  resendAfter(delayUs: number, transmission: number): void;
  faults(): PortFaults;
  /** A new command: answers it at once through the port, or later. */
  command(command: number, data: Bytes, sequence: number): void;
}

function frameOf(sequence: number, command: number, data: Bytes): Bytes {
  const body = u16(data.length + 2) + byte(sequence) + byte(command) + data;
  return byte(STX) + body + u16(crc16(body));
}

/** Length of the frame at `at`, 0 while incomplete, -1 when it is none. */
function frameLength(text: Bytes, at: number): number {
  if (text.length < at + 5) return 0;
  const bodyBytes = readU16(text, at + 1);
  if (bodyBytes < 2 || bodyBytes > LONGEST_BODY_BYTES) return -1;
  if (text.charCodeAt(at + 3) < PAD_FIRST_SEQUENCE || text.charCodeAt(at + 4) >= PAD_ANSWER) return -1;
  const crcAt = at + 3 + bodyBytes;
  if (text.length < crcAt + 2) return 0;
  return crc16(text.slice(at + 1, crcAt)) === readU16(text, crcAt) ? bodyBytes + 5 : -1;
}

export class PadPort {
  /** Acknowledgement that leaves together with the answer, as one write. */
  private held: Bytes = '';

  constructor(
    private readonly owner: PortOwner,
    private readonly stateOf: () => PortState,
    private readonly byteUs: number,
  ) {}

  receive(burst: Bytes): void {
    if (this.owner.faults().silent) return;
    const state = this.stateOf();
    const nowUs = this.owner.nowUs();
    const pausedUs = nowUs - state.pendingAtUs - burst.length * this.byteUs;
    let at = state.pending !== '' && pausedUs > GAP_US ? 1 : 0;
    const text = state.pending + burst;
    let good = false;
    let bad = false;
    state.pending = '';
    state.pendingAtUs = nowUs;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      let used = 1;
      if (code === STX) {
        used = frameLength(text, at);
        if (used > 0) {
          good = true;
          this.onFrame(text.slice(at, at + used));
        } else if (used < 0) {
          bad = true;
          used = 1;
        }
      } else if (code === ACK || code === NAK) used = this.onControl(code, text, at);
      if (used === 0) {
        state.pending = text.slice(at);
        break;
      }
      at += used;
    }
    if (bad && !good) this.owner.send(NAK_BYTES);
  }

  /** Answers a command taken earlier. Nothing is sent when another one was taken since, except for `late` answers. */
  answer(sequence: number, command: number, data: Bytes): void {
    const state = this.stateOf();
    const frame = frameOf(sequence, command | PAD_ANSWER, data);
    if (sequence === state.lastSequence) state.lastAnswer = frame;
    state.unacknowledged.push({ frame, sequence, triesLeft: TRIES });
    if (state.unacknowledged.length === 1) this.transmit();
  }

  /** Sends an event once; nobody acknowledges it. */
  event(code: number, data: Bytes): void {
    this.put(frameOf(0, code, data));
  }

  resend(transmission: number): void {
    const state = this.stateOf();
    if (transmission !== state.transmission || state.unacknowledged.length === 0) return;
    this.transmit();
  }

  private onFrame(frame: Bytes): void {
    const state = this.stateOf();
    const faults = this.owner.faults();
    if (faults.nak > 0) {
      faults.nak--;
      this.owner.send(NAK_BYTES);
      return;
    }
    const sequence = frame.charCodeAt(3);
    const command = frame.charCodeAt(4);
    const crc = readU16(frame, frame.length - 2);
    if (faults.dropAck > 0) faults.dropAck--;
    else this.held = byte(ACK) + byte(sequence);
    const repeated = command !== PAD_HELLO && sequence === state.lastSequence && crc === state.lastCrc;
    // A terminal that sends its next command has no use for answers that it never acknowledged.
    if (repeated) {
      if (state.lastAnswer !== '') {
        state.unacknowledged = [{ frame: state.lastAnswer, sequence, triesLeft: TRIES }];
        this.transmit();
      }
    } else {
      state.unacknowledged = [];
      state.lastSequence = sequence;
      state.lastCrc = crc;
      state.lastCommand = command;
      state.lastAnswer = '';
      this.owner.command(command, frame.slice(5, -2), sequence);
    }
    if (this.held !== '') {
      const acknowledgement = this.held;
      this.held = '';
      this.owner.send(acknowledgement);
    }
  }

  private onControl(code: number, text: Bytes, at: number): number {
    if (at + 1 >= text.length) return 0;
    const next = text.charCodeAt(at + 1);
    const { unacknowledged } = this.stateOf();
    if (code === ACK) {
      if (next < PAD_FIRST_SEQUENCE) return 1;
      if (unacknowledged.length > 0 && (unacknowledged[0] as { sequence: number }).sequence === next) {
        unacknowledged.shift();
        if (unacknowledged.length > 0) this.transmit();
      }
      return 2;
    }
    if (next !== 0) return 1;
    if (unacknowledged.length > 0) this.transmit();
    return 2;
  }

  /** Sends the oldest unacknowledged frame once more, or gives it up and goes on with the next. */
  private transmit(): void {
    const state = this.stateOf();
    let first = state.unacknowledged[0];
    while (first && first.triesLeft === 0) {
      state.unacknowledged.shift();
      first = state.unacknowledged[0];
    }
    if (!first) return;
    first.triesLeft--;
    state.transmission++;
    const faults = this.owner.faults();
    this.put(first.frame);
    if (faults.duplicate > 0) {
      faults.duplicate--;
      this.put(first.frame);
    }
    this.owner.resendAfter(ACK_WAIT_US + first.frame.length * this.byteUs, state.transmission);
  }

  private put(frame: Bytes): void {
    const faults = this.owner.faults();
    if (faults.silent) return;
    const acknowledgement = this.held;
    this.held = '';
    let out = frame;
    if (faults.drop > 0) {
      faults.drop--;
      out = '';
    } else if (faults.garble > 0) {
      faults.garble--;
      out = frame.slice(0, -3) + byte(frame.charCodeAt(frame.length - 3) ^ 0x11) + frame.slice(-2);
    }
    if (acknowledgement + out !== '') this.owner.send(acknowledgement + out);
  }
}
