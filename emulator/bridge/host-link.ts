/**
 * This end of the bridge's stream (the board's: drivers/boards/espruino/bridge-link.ts): numbered frames with a CRC-32, at
 * most two on their way to the board, whose console keeps no more. All times are kept here: what was not acknowledged is sent
 * again, what is missing asked for, and a board that has nothing to say is asked whether it is there. No I/O: it is told the
 * time, and gives statements for the console.
 */
import { crc32, u32, type Bytes } from '../../hal/bytes';
import {
  FLAG_AGAIN,
  FLAG_BUSY,
  FRAME_DATA_BYTES,
  FRAME_HEAD_BYTES,
  HOST_WINDOW,
} from '../../drivers/boards/espruino/bridge-messages';

/** Clears whatever a damaged line left at the prompt, and hides this one. */
export const LINE_START = '\x1b[2H\x10';

const FIRST_AGAIN_MS = 400;
const LAST_AGAIN_MS = 3200;
/** Between two questions for what is missing. */
const ASK_MS = 150;
const POLL_MS = 1000;
/** The board keeps what is not acknowledged: so many frames at most, and so long. */
const MOST_OWED = 3;
const OWED_MS = 25;

const CRC_BYTES = 4;

function base64(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}

export class HostLink {
  /** When a good frame came last. */
  heardMs: number;
  /** Frames that were sent once more, and asked for once more. */
  repeats = 0;
  private sent = 0;
  private received = 0;
  private unacknowledged: Bytes[] = [];
  private waiting = '';
  private againMs = FIRST_AGAIN_MS;
  /** When a frame left last, and one with data. */
  private sentMs: number;
  private dataMs: number;
  private askedMs = -Infinity;
  private isMissing = false;
  /** As the board said last. */
  private isBusy = false;
  /** Frames received and not acknowledged, and since when. */
  private owed = 0;
  private owedMs = 0;

  constructor(
    private readonly session: number,
    private nowMs: number,
    private readonly statement: (text: Bytes) => void,
    private readonly onStream: (bytes: Bytes) => void,
  ) {
    this.heardMs = this.sentMs = this.dataMs = nowMs;
  }

  /** The board has taken in all that was sent. */
  get isTaken(): boolean {
    return this.unacknowledged.length === 0 && this.waiting === '';
  }

  /** And what followed from it at once is done. */
  get isSettled(): boolean {
    return this.isTaken && !this.isBusy;
  }

  send(bytes: Bytes): void {
    this.waiting += bytes;
    this.sendWaiting();
  }

  /** The text of a frame; one that is damaged or of another session is nothing. */
  receive(text: Bytes): void {
    const raw = Buffer.from(text, 'base64').toString('latin1');
    const end = raw.length - CRC_BYTES;
    if (end < FRAME_HEAD_BYTES || raw.charCodeAt(0) !== this.session) return;
    if (u32(crc32(raw.slice(0, end))) !== raw.slice(end)) return;
    this.heardMs = this.nowMs;
    this.isBusy = (raw.charCodeAt(3) & FLAG_BUSY) !== 0;
    this.acknowledge(raw.charCodeAt(2));
    const ahead = (raw.charCodeAt(1) - this.received) & 255;
    const data = raw.slice(FRAME_HEAD_BYTES, end);
    if (ahead === 1 && data !== '') {
      this.received = raw.charCodeAt(1);
      this.isMissing = false;
      if (this.owed++ === 0) this.owedMs = this.nowMs;
      this.onStream(data);
    } else if (ahead > 0 && ahead < 128) this.isMissing = true;
    this.sendWaiting();
  }

  tick(nowMs: number): void {
    this.nowMs = nowMs;
    if (this.unacknowledged.length > 0 && nowMs - this.dataMs >= this.againMs) {
      this.againMs = Math.min(2 * this.againMs, LAST_AGAIN_MS);
      this.repeats++;
      const first = this.sent - this.unacknowledged.length + 1;
      this.unacknowledged.forEach((data, at) => this.frame(first + at, data));
    } else if (this.isMissing && nowMs - this.askedMs >= ASK_MS) {
      this.repeats++;
      this.frame(this.sent, '');
    } else if (this.owed >= MOST_OWED || (this.owed > 0 && nowMs - this.owedMs >= OWED_MS)) this.frame(this.sent, '');
    else if (nowMs - Math.max(this.heardMs, this.sentMs) >= POLL_MS) this.frame(this.sent, '');
  }

  private acknowledge(number: number): void {
    const open = (this.sent - number) & 255;
    if (open >= this.unacknowledged.length) return;
    this.unacknowledged = open === 0 ? [] : this.unacknowledged.slice(-open);
    this.againMs = FIRST_AGAIN_MS;
    this.dataMs = this.nowMs;
  }

  private sendWaiting(): void {
    while (this.waiting !== '' && this.unacknowledged.length < HOST_WINDOW) {
      const data = this.waiting.slice(0, FRAME_DATA_BYTES);
      this.waiting = this.waiting.slice(FRAME_DATA_BYTES);
      this.sent = (this.sent + 1) & 255;
      this.unacknowledged.push(data);
      this.frame(this.sent, data);
    }
  }

  private frame(number: number, data: Bytes): void {
    if (this.isMissing) this.askedMs = this.nowMs;
    const flags = this.isMissing ? FLAG_AGAIN : 0;
    const body = String.fromCharCode(this.session, number & 255, this.received, flags) + data;
    this.sentMs = this.nowMs;
    if (data !== '') this.dataMs = this.nowMs;
    this.owed = 0;
    this.statement(`${LINE_START}hil("${base64(body + u32(crc32(body)))}")\n`);
  }
}
