/**
 * One request and its answer over the modem: connect where no connection is open, send, wait, drop every frame that is
 * not the answer. The connection stays for the next message of the same flow until `hangUp`; a wait that ended badly
 * hangs up by itself, since a line that kept silent may be dead. What does all that is made for a flow and let go of when it hangs
 * up: session.ts. docs/protocol/line.md.
 */
import type { Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { Modem } from '../../hal/devices';
import { createSession, type Session } from './session';

/** Read at every exchange: a changed value counts from the next one. */
export interface LineSettings {
  readonly host: Bytes;
  readonly port: number;
  readonly apn: Bytes;
  readonly phones: Bytes;
  readonly outsideLine: Bytes;
  readonly redials: number;
  /** Five bytes, or ''. */
  readonly tpdu: Bytes;
  /** Frames have a length before them. */
  readonly frameLength: boolean;
  readonly connectTimeoutMs: number;
}

/**
 * How an exchange ended. `sent` false: no byte of the request can have reached the far end (not a try, money rule 3).
 * `sent` true with a fault: sent and unanswered, the outcome is unknown. `answerBody` is '' with every fault.
 */
export type ExchangeDone = (fault: number, answerBody: Bytes, sent: boolean) => void;

export interface Line {
  /**
   * Sends `body` under `header` and waits for the frame whose body `accept` takes; without frame lengths `accept` is given
   * all that came so far, from the first message's body on, and `answerBody` is that. `timeoutMs` runs from
   * sending; connecting has its own limit. Faults: those of `Modem.start` (never sent), `FAULT_TIMEOUT`,
   * `FAULT_LINE_CLOSED`, `FAULT_PROTOCOL` (the stream is no message stream), `FAULT_CANCELLED`, `FAULT_BUSY`.
   */
  exchange(
    body: Bytes,
    header: Bytes,
    accept: (answerBody: Bytes) => boolean,
    timeoutMs: number,
    done: ExchangeDone,
  ): void;
  /** Ends the running exchange with `FAULT_CANCELLED` and hangs up. */
  cancel(): void;
  /** Closes the connection; a running exchange is cancelled. */
  hangUp(): void;
  /** True while a connection is open. */
  connected(): boolean;
}

export function createLine(deps: { clock: Clock; modem: Modem }, settings: LineSettings): Line {
  let session: Session | null = null;

  return {
    exchange: (body, header, accept, timeoutMs, done) => {
      session = session || createSession(deps.clock, deps.modem, settings);
      session.exchange(body, header, accept, timeoutMs, done);
    },
    cancel: () => {
      if (session) session.cancel();
    },
    hangUp: () => {
      if (!session) return;
      session.hangUp();
      if (session.over()) session = null;
    },
    connected: () => session !== null && session.connected(),
  };
}
