/**
 * What the page and the server say to each other over the socket: one JSON object a message. The page sends `Action`s,
 * the server `Update`s. Everything in an update is already masked.
 */

import type { NextStep } from './next-step';

/** What a person can do on the page. */
export type Action =
  | { do: 'press'; key: string }
  | { do: 'power-key'; held: boolean }
  | { do: 'swipe'; card: string; reverse?: boolean; scratched?: boolean }
  | { do: 'pad'; key: string }
  | { do: 'fault'; device: string; fault: string; value?: number }
  | { do: 'cut' }
  | { do: 'tear' }
  | { do: 'pause'; paused: boolean }
  | { do: 'step' }
  | { do: 'speed'; factor: number };

export interface CardView {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly maskedPan: string;
  /** PIN of a TEST card, shown so that a newcomer can finish a sale; '' where the card takes none. */
  readonly pin: string;
}

export interface TimelineRow {
  readonly id: number;
  readonly atMs: number;
  readonly wire: string;
  readonly direction: 'out' | 'in' | 'note';
  /** Decoded and masked, one line. */
  readonly text: string;
  readonly lengthBytes: number;
  /** Every field of an ISO 8583 frame, masked, a line each. */
  readonly detail?: string;
}

export interface LedgerRow {
  /** Of day, HH:MM:SS. */
  readonly time: string;
  readonly kind: 'sale' | 'reversal';
  readonly maskedPan: string;
  readonly stan: string;
  readonly amountFen: number;
}

export interface SlipView {
  /** Its picture is at `/paper/<id>.png`. */
  readonly id: number;
  readonly version: number;
  readonly cut: boolean;
}

export interface State {
  readonly type: 'state';
  readonly atMs: number;
  readonly paused: boolean;
  readonly speed: number;
  readonly supply: boolean;
  readonly light: boolean;
  /** 128 × 64 pixels, one bit each, row by row, most significant bit left, base64. */
  readonly lcd: string;
  readonly pad: readonly [string, string];
  /** The pad waits for a PIN. */
  readonly padAsking: boolean;
  readonly next: NextStep;
  /** Id of the card swiped last, '' before the first. */
  readonly card: string;
  /** Slips on the paper, oldest first; `version` changes when more lines came out. */
  readonly slips: readonly SlipView[];
  readonly paperOut: boolean;
  readonly connected: boolean;
  /** What is broken until somebody mends it: `line`, `paper`. */
  readonly broken: readonly string[];
  readonly beeps: number;
}

export interface Hello {
  readonly type: 'hello';
  readonly cards: readonly CardView[];
  readonly seed: number;
  /** The terminal speaks English. */
  readonly english: boolean;
}

export interface TimelineUpdate {
  readonly type: 'timeline';
  readonly rows: readonly TimelineRow[];
}

export interface LedgerUpdate {
  readonly type: 'ledger';
  /** `card` is the id of a card of the tray. */
  readonly accounts: readonly { card: string; maskedPan: string; balanceFen: number }[];
  readonly rows: readonly LedgerRow[];
}

export interface Refusal {
  readonly type: 'refused';
  readonly message: string;
}

export type Update = State | Hello | TimelineUpdate | LedgerUpdate | Refusal;
