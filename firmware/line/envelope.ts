/**
 * The envelope of a UnionPay message on TCP: two bytes of length (big-endian, of all that follows), five of TPDU, six of
 * application header, then the ISO 8583 body. Q/CUP 009 family, "message header"; docs/protocol/line.md. Foreign hosts may
 * want it without any of the three.
 */
import type { Bytes } from '../../hal/bytes';
import { readU16, u16 } from '../../hal/bytes';

/** MTI and bitmap: nothing shorter is a message. */
const SHORTEST_BODY_BYTES = 10;
/** Longest frame we send or take, without its length: every field of UnionPay's messages at its longest fits. */
export const FRAME_LIMIT_BYTES = 4096;

/** A frame ready for the line, with its length. */
export function wrapFrame(tpdu: Bytes, header: Bytes, body: Bytes): Bytes {
  return u16(tpdu.length + header.length + body.length) + tpdu + header + body;
}

/**
 * The body in a frame without its length, or '' where it is too short to hold one. `envelopeBytes` is what TPDU and header
 * take; they are not compared.
 */
export function bodyOf(frame: Bytes, envelopeBytes: number): Bytes {
  return frame.length < envelopeBytes + SHORTEST_BODY_BYTES ? '' : frame.slice(envelopeBytes);
}

/** Cuts a byte stream into frames. */
export interface Deframer {
  /** Adds received bytes, however they were split or joined; false where nothing new can be taken out yet. */
  push(bytes: Bytes): boolean;
  /** The next whole frame without its length, or '' while there is none. Empty frames (keep-alive) are passed over. */
  next(): Bytes;
  /** A length beyond `FRAME_LIMIT_BYTES`: the stream cannot be followed any more, its bytes are forgotten. */
  broken(): boolean;
  /**
   * Forgets everything: for a new connection. `lengthless`: no frame has a length; then each `next` gives, once after every
   * `push`, everything since `reset`, and whoever reads it must find the messages in it.
   */
  reset(lengthless?: boolean): void;
}

export function createDeframer(): Deframer {
  // Chunks are kept apart until a frame is whole: joining at every chunk would copy the frame once a chunk.
  let chunks: Bytes[] = [];
  let heldBytes = 0;
  let neededBytes = 2;
  let broken = false;
  let whole = false;

  function reset(lengthless?: boolean): void {
    chunks = [];
    heldBytes = 0;
    neededBytes = 2;
    broken = false;
    whole = !!lengthless;
  }

  /** The stream since `reset`, once: `neededBytes` is what has to be there before it is worth a look again. */
  function everything(): Bytes {
    if (heldBytes < neededBytes) return '';
    broken = heldBytes > FRAME_LIMIT_BYTES;
    neededBytes = heldBytes + 1;
    chunks = [chunks.join('')];
    return broken ? '' : chunks[0];
  }

  function keep(rest: Bytes): void {
    chunks = rest === '' ? [] : [rest];
    heldBytes = rest.length;
    neededBytes = 2;
  }

  function next(): Bytes {
    let frame = '';
    while (frame === '' && !broken && heldBytes >= neededBytes) {
      const stream = chunks.length === 1 ? chunks[0] : chunks.join('');
      const lengthBytes = readU16(stream, 0);
      if (lengthBytes > FRAME_LIMIT_BYTES) {
        reset();
        broken = true;
      } else if (stream.length < 2 + lengthBytes) {
        keep(stream);
        neededBytes = 2 + lengthBytes;
      } else {
        frame = stream.slice(2, 2 + lengthBytes);
        keep(stream.slice(2 + lengthBytes));
      }
    }
    return frame;
  }

  return {
    push: (bytes) => {
      if (broken || bytes === '') return false;
      chunks.push(bytes);
      heldBytes += bytes.length;
      return heldBytes >= neededBytes;
    },
    next: () => (whole ? everything() : next()),
    broken: () => broken,
    reset,
  };
}
