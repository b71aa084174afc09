/** Every request the terminal put on the network, by what makes it one: MTI, batch, STAN and its bytes without MAC. */
import { createIndex, fieldData, hasField, indexMessage } from '../../firmware/iso8583/message';
import { digitsOf } from '../../firmware/iso8583/wire-form';
import type { World } from '../world/world';

export interface LoggedRequest {
  readonly mti: string;
  readonly batch: string;
  readonly stan: string;
  /** Body without F64. */
  readonly body: string;
}

const ENVELOPE_BYTES = 2 + 5 + 6;

function parse(bytes: string): LoggedRequest | null {
  const body = bytes.slice(ENVELOPE_BYTES);
  const index = createIndex();
  if (indexMessage(body, index) !== 0) return null;
  const mac = hasField(index, 64) ? 8 : 0;
  return {
    mti: digitsOf(index.mti),
    batch: digitsOf(fieldData(body, index, 60)).slice(2, 8),
    stan: hasField(index, 11) ? digitsOf(fieldData(body, index, 11)) : '',
    body: body.slice(0, body.length - mac),
  };
}

export class FrameLog {
  readonly requests: LoggedRequest[];

  /** Goes on from what another log has seen. */
  constructor(world: World, seen: readonly LoggedRequest[] = []) {
    this.requests = seen.slice();
    let stream = '';
    world.timeline.listen((entry) => {
      if (entry.wire !== 'network' || entry.direction !== 'out') return;
      stream += entry.bytes;
      const length = ((stream.charCodeAt(0) << 8) | stream.charCodeAt(1)) + 2;
      if (stream.length < length) return;
      const request = parse(stream.slice(0, length));
      if (request) this.requests.push(request);
      stream = stream.slice(length);
    });
  }
}
