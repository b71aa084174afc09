/**
 * Masks what connections carry. A message may come in several segments, and only a whole one can be masked at the right
 * places: a segment waits until its messages are whole; what never becomes a message is zeros.
 */
import type { Bytes } from '../../hal/bytes';
import { decodeMessage, type MessageJson } from '../../host/iso8583/decode-message';
import { maskFrame } from '../timeline-view/mask-message';
import { zeros } from '../timeline-view/masked-bytes';

const LENGTH_BYTES = 2;
const LONGEST_MESSAGE_BYTES = 4096;
/** A message whose rest has not come by then does not come any more. */
const PATIENCE_US = 5_000_000;

/** A segment on its way: `masked` is as long as it was once it is done. */
export interface Segment {
  readonly atUs: number;
  readonly lengthBytes: number;
  masked: Bytes;
  messages: MessageJson[];
}

interface Stream {
  /** Not yet masked, and the segments that wait for it. */
  bytes: Bytes;
  waiting: Segment[];
}

function messageOf(frame: Bytes): MessageJson[] {
  const message = decodeMessage(Buffer.from(frame, 'latin1'));
  return message.error === undefined ? [message] : [];
}

/** Gives masked bytes to the segments that they came in. */
function deliver(stream: Stream, masked: Bytes, messages: readonly MessageJson[]): void {
  stream.bytes = stream.bytes.slice(masked.length);
  let rest = masked;
  for (const segment of stream.waiting) {
    const missing = segment.lengthBytes - segment.masked.length;
    segment.masked += rest.slice(0, missing);
    rest = rest.slice(missing);
    if (rest !== '') continue;
    segment.messages.push(...messages);
    break;
  }
  stream.waiting = stream.waiting.filter((segment) => segment.masked.length < segment.lengthBytes);
}

export class NetworkStreams {
  private readonly streams: Record<string, Stream> = {};

  /** The segment is done when `isDone` says so: at once, or with a later one. */
  add(name: string, bytes: Bytes, atUs: number): Segment {
    const stream = (this.streams[name] ??= { bytes: '', waiting: [] });
    const segment: Segment = { atUs, lengthBytes: bytes.length, masked: '', messages: [] };
    const isFresh = stream.bytes === '';
    stream.bytes += bytes;
    stream.waiting.push(segment);
    // A dialect without a length in front sends a message a segment.
    const whole = isFresh ? maskFrame(bytes) : null;
    if (whole !== null) deliver(stream, whole, messageOf(bytes));
    else this.takeFrames(stream);
    return segment;
  }

  /** What waits since before `nowUs` for too long, or (`all`) for anything, is zeros. */
  giveUp(nowUs: number, all = false): void {
    for (const stream of Object.values(this.streams)) {
      const [oldest] = stream.waiting;
      if (oldest && (all || nowUs - oldest.atUs > PATIENCE_US)) deliver(stream, zeros(stream.bytes.length), []);
    }
  }

  private takeFrames(stream: Stream): void {
    while (stream.bytes.length >= LENGTH_BYTES) {
      const lengthBytes = (stream.bytes.charCodeAt(0) << 8) | stream.bytes.charCodeAt(1);
      if (lengthBytes > LONGEST_MESSAGE_BYTES) {
        deliver(stream, zeros(stream.bytes.length), []);
        return;
      }
      const frame = stream.bytes.slice(0, LENGTH_BYTES + lengthBytes);
      if (frame.length < LENGTH_BYTES + lengthBytes) return;
      deliver(stream, maskFrame(frame) ?? zeros(frame.length), messageOf(frame));
    }
  }
}

export function isDone(segment: Segment): boolean {
  return segment.masked.length === segment.lengthBytes;
}
