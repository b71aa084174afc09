/** Every message between terminal and center as the network carried it, cut out of the two streams. */
import { createIndex, fieldData, hasField, indexMessage } from '../../firmware/iso8583/message';
import { digitsOf } from '../../firmware/iso8583/wire-form';
import type { World } from '../world/world';

export interface LoggedMessage {
  readonly direction: 'out' | 'in';
  readonly mti: string;
  /** F60.2; '' without F60. */
  readonly batch: string;
  readonly stan: string;
  /** F3, F4, F41, F42 as they stand on the wire, and F39. */
  readonly processing: string;
  readonly amount: string;
  readonly terminalId: string;
  readonly merchantId: string;
  readonly code: string;
}

const ENVELOPE_BYTES = 2 + 5 + 6;
/** Pieces of one frame follow each other sooner than this. */
const SILENCE_US = 1_000_000;

function parse(direction: 'out' | 'in', bytes: string): LoggedMessage | null {
  const body = bytes.slice(ENVELOPE_BYTES);
  const index = createIndex();
  if (indexMessage(body, index) !== 0) return null;
  const data = (field: number): string => (hasField(index, field) ? fieldData(body, index, field) : '');
  return {
    direction,
    mti: digitsOf(index.mti),
    batch: digitsOf(data(60)).slice(2, 8),
    stan: digitsOf(data(11)),
    processing: data(3),
    amount: data(4),
    terminalId: data(41),
    merchantId: data(42),
    code: data(39),
  };
}

export class FrameLog {
  readonly messages: LoggedMessage[];

  /** Goes on from what another log has seen. */
  constructor(world: World, seen: readonly LoggedMessage[] = []) {
    this.messages = seen.slice();
    const streams = { out: '', in: '' };
    let lastUs = 0;
    world.timeline.listen((entry) => {
      if (entry.wire !== 'network' || entry.direction === 'note') return;
      // What a broken connection left unfinished belongs to no later frame.
      if (entry.atUs - lastUs > SILENCE_US) streams[entry.direction] = '';
      lastUs = entry.atUs;
      streams[entry.direction] += entry.bytes;
      this.takeFrames(entry.direction, streams);
    });
  }

  private takeFrames(direction: 'out' | 'in', streams: { out: string; in: string }): void {
    for (;;) {
      const stream = streams[direction];
      const length = ((stream.charCodeAt(0) << 8) | stream.charCodeAt(1)) + 2;
      if (stream.length < 2 || stream.length < length) return;
      const message = parse(direction, stream.slice(0, length));
      if (message) this.messages.push(message);
      streams[direction] = stream.slice(length);
    }
  }
}
