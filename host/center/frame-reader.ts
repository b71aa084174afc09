/**
 * A byte stream as frames: two bytes of length before each, or none, as some hosts' terminals send them; then a message
 * ends where its last field ends.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE, FAULT_TOO_SHORT, FAULT_TRAILING_BYTES } from '../../hal/fault';
import { createIndex, indexMessage } from '../../firmware/iso8583/message';
import { createDeframer, FRAME_LIMIT_BYTES } from '../../firmware/line/envelope';
import { envelopeBytes } from './request';

export interface FrameReader {
  push(bytes: Bytes): void;
  /** The next frame (TPDU, header, body), '' while there is none. */
  next(): Bytes;
  /** The stream cannot be followed any more. */
  broken(): boolean;
}

/** TPDU, header, MTI and bitmap: what has to be there to tell where a message begins. */
const LONGEST_START_BYTES = 21;

/** Where the first message of a stream without lengths ends: 0 not yet, -1 never. */
export function lengthlessEnd(stream: Bytes): number {
  if (stream.length < LONGEST_START_BYTES) return 0;
  const before = envelopeBytes(Buffer.from(stream.slice(0, LONGEST_START_BYTES), 'latin1'));
  if (before < 0) return -1;
  const index = createIndex();
  const fault = indexMessage(stream.slice(before), index);
  if (fault === FAULT_NONE || fault === FAULT_TRAILING_BYTES) return before + index.offset;
  return fault === FAULT_TOO_SHORT && stream.length <= FRAME_LIMIT_BYTES ? 0 : -1;
}

function createLengthlessReader(): FrameReader {
  let stream = '';
  let broken = false;
  return {
    push: (bytes) => void (stream += broken ? '' : bytes),
    next: () => {
      const end = broken ? 0 : lengthlessEnd(stream);
      broken ||= end < 0;
      const frame = stream.slice(0, Math.max(end, 0));
      stream = broken ? '' : stream.slice(frame.length);
      return frame;
    },
    broken: () => broken,
  };
}

export function createFrameReader(frameLength: boolean): FrameReader {
  return frameLength ? createDeframer() : createLengthlessReader();
}

/** A frame as it goes out on such a stream. */
export function framed(frame: Uint8Array, frameLength: boolean): Uint8Array {
  return frameLength ? Buffer.concat([Buffer.from([frame.length >> 8, frame.length & 255]), frame]) : frame;
}
