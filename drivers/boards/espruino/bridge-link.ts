/**
 * The board's end of the bridge: a stream of bytes each way over the console, cut into numbered frames with a CRC-32. A frame
 * from the board is a printed line, one to it the text of a call. Whatever is lost the other end asks for: this one keeps
 * what was not acknowledged, and no time.
 */
import { u32, type Bytes } from '../../../hal/bytes';
import { BOARD_WINDOW, FLAG_AGAIN, FLAG_BUSY, FRAME_DATA_BYTES, FRAME_HEAD_BYTES, FRAME_MARK } from './bridge-messages';

/** The engine's own functions. */
export interface LinkEngine {
  crc32(bytes: Bytes): number;
  fromBase64(text: Bytes): Bytes;
  toBase64(bytes: Bytes): Bytes;
  print(line: Bytes): void;
  /** Calls back when the engine has nothing else to do. */
  later(callback: () => void): void;
  /** Whether something goes on that needs nothing from outside, not even time. */
  isBusy(): boolean;
}

export interface BoardLink {
  /** A frame's text, as the call brought it. */
  receive(text: Bytes): void;
  send(bytes: Bytes): void;
  /** Nothing goes on any more: the other end hears of it where it heard that something did. */
  rest(): void;
}

/** `take` gets the stream in pieces. Frames of another `session` are not looked at. */
export function createLink(session: number, engine: LinkEngine, take: (bytes: Bytes) => void): BoardLink {
  /** Numbers of the last frame sent and received. */
  let sent = 0;
  let received = 0;
  const unacknowledged: Bytes[] = [];
  let waiting = '';
  /** Somebody sends what waits, sooner or later. */
  let isDue = false;
  let saidBusy = false;

  function line(number: number, data: Bytes): void {
    saidBusy = engine.isBusy();
    const body = String.fromCharCode(session, number & 255, received, saidBusy ? FLAG_BUSY : 0) + data;
    engine.print(FRAME_MARK + engine.toBase64(body + u32(engine.crc32(body))));
  }

  function sendAgain(): void {
    const first = sent - unacknowledged.length + 1;
    unacknowledged.forEach((data, at) => line(first + at, data));
  }

  /** Sends what may go; false when nothing went. */
  function sendWaiting(): boolean {
    const before = sent;
    while (waiting.length > 0 && unacknowledged.length < BOARD_WINDOW) {
      const data = waiting.substr(0, FRAME_DATA_BYTES);
      waiting = waiting.substr(FRAME_DATA_BYTES);
      sent = (sent + 1) & 255;
      unacknowledged.push(data);
      line(sent, data);
    }
    return sent !== before;
  }

  function send(bytes: Bytes): void {
    waiting += bytes;
    if (isDue) return;
    isDue = true;
    // What is said at one time goes as one frame.
    engine.later(() => {
      isDue = false;
      sendWaiting();
    });
  }

  function receive(text: Bytes): void {
    const raw = engine.fromBase64(text);
    const end = raw.length - 4;
    if (end < FRAME_HEAD_BYTES || raw.charCodeAt(0) !== session) return;
    if (u32(engine.crc32(raw.substr(0, end))) !== raw.substr(end)) return;
    const open = (sent - raw.charCodeAt(2)) & 255;
    if (open < unacknowledged.length) unacknowledged.splice(0, unacknowledged.length - open);
    if (raw.charCodeAt(3) & FLAG_AGAIN) sendAgain();
    if (end > FRAME_HEAD_BYTES && raw.charCodeAt(1) === ((received + 1) & 255)) {
      received = raw.charCodeAt(1);
      const wasDue = isDue;
      isDue = true;
      take(raw.substring(FRAME_HEAD_BYTES, end));
      isDue = wasDue;
    }
    // Every frame is answered, if only with where both ends are.
    if (!sendWaiting()) line(sent, '');
  }

  return {
    receive,
    send,
    rest: () => {
      if (!saidBusy) return;
      isDue = false;
      if (!sendWaiting()) line(sent, '');
    },
  };
}
