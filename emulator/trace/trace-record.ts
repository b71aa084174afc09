/** One line of a trace: what happened on a wire, in words and in masked bytes (docs/traces.md). */
import type { MessageJson } from '../../host/iso8583/decode-message';

/** First line of a trace. */
export interface TraceHeader {
  readonly trace: 'cupos';
  readonly version: 1;
  /** Version of the package that wrote it. */
  readonly build: string;
  readonly seed: number;
  /** What the board's calendar said at time 0: 14 digits of Beijing time. */
  readonly startsAt: string;
}

export interface TraceRecord {
  /** Virtual time since the World began. */
  readonly atUs: number;
  readonly wire: string;
  /** `out` from the terminal, `in` to it; `note`: a happening without bytes. */
  readonly direction: 'out' | 'in' | 'note';
  /** Decoded and masked. */
  readonly text: string;
  /** Hex, as long as what crossed the wire, secrets overwritten; not of a note. */
  readonly bytes?: string;
  /** Of the network: number of the connection. */
  readonly connection?: number;
  /** Whole ISO 8583 messages that ended here, masked (docs/protocol/iso8583.md). */
  readonly messages?: readonly MessageJson[];
}
