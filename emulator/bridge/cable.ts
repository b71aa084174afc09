/** A cable to a board's console as the bridge uses it: whoever reads waits, because the World it serves steps synchronously. */
import type { Bytes } from '../../hal/bytes';

export interface Cable {
  /** For people: `/dev/ttyACM0`, `tcp://127.0.0.1:2323`. */
  readonly where: string;
  write(bytes: Bytes): void;
  /** What came, waiting at most so long for the first of it. Throws a `BridgeError` when the cable is gone. */
  read(waitMs: number): Bytes;
  /** Time of the cable's world: the wall's, or that of an emulated board. */
  nowMs(): number;
  /** Takes the board's power away and gives it back, where that can be done from here. */
  cyclePower?(): void;
}

/** What went wrong between here and the board, in a sentence for people. */
export class BridgeError extends Error {
  constructor(
    message: string,
    /** The cable itself is gone: there is nothing more to try. */
    readonly isFinal = false,
  ) {
    super(message);
    this.name = 'BridgeError';
  }
}
