/**
 * What the page and the server say to each other over the socket: one JSON object a message. The page sends `Action`s,
 * the server `Update`s. Everything in an update is already masked.
 */
import type { NextStep } from './next-step';

/** How a card is drawn through the slot. */
export interface Swiping {
  readonly speed?: SwipeSpeed;
  readonly reverse?: boolean;
  readonly scratched?: boolean;
}

export type SwipeSpeed = 'slow' | 'normal' | 'fast';

/** What can be done at once or later. */
export type PlannedAction = { do: 'fault'; device: string; fault: string; value?: number } | { do: 'cut' };

/** Virtual seconds from now, virtual seconds since the World began, or the next message of a type that goes out. */
export type When = { readonly in: number } | { readonly at: number } | { readonly sent: string };

/** What a person can do on the page. */
export type Action =
  | { do: 'press'; key: string }
  | { do: 'power-key'; held: boolean }
  | ({ do: 'swipe'; card: string } & Swiping)
  /** A card of one's own: its tracks as a reader gives them. Listeners get the action without them. */
  | ({ do: 'swipe-own'; tracks: string } & Swiping)
  | { do: 'pad'; key: string }
  | PlannedAction
  | { do: 'schedule'; when: When; what: PlannedAction }
  | { do: 'unschedule'; id: number }
  /** Takes back a fault that waits at the center. */
  | { do: 'spare'; id: number }
  | { do: 'tear' }
  /** Throws torn slips away: one, or all. */
  | { do: 'discard'; id?: number }
  /** Asks for a row's bytes. */
  | { do: 'open'; id: number }
  | { do: 'pause'; paused: boolean }
  | { do: 'step' }
  /** Times the wall clock; 0 is as fast as it goes, until the terminal waits for a person. */
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

export interface ExchangeView {
  readonly id: number;
  readonly time: string;
  readonly mti: string;
  readonly transaction: string;
  readonly maskedPan: string;
  readonly stan: string;
  readonly amountFen: number;
  readonly code: string;
  readonly reversed: boolean;
  readonly repeats: number;
}

export interface SlipView {
  /** Its picture is at `/paper/<id>.png`. */
  readonly id: number;
  /** Lines so far; 0 of a whole slip. */
  readonly version: number;
  readonly cut: boolean;
  /** It has not been torn off yet. */
  readonly inMouth: boolean;
}

export interface ModemView {
  /** `sim800`, `ec20`, `pstn`, … */
  readonly kind: string;
  /** 0–5 bars, -1 for a modem without a radio. */
  readonly bars: number;
  readonly power: boolean;
  /** Registered, or a line with a dial tone. */
  readonly ready: boolean;
  /** A connection or carrier is there. */
  readonly online: boolean;
  /** Bytes so far, from the terminal and to it. */
  readonly sent: number;
  readonly received: number;
}

/** What a newcomer has seen so far: a sale, a decline, a power cut in mid-sale, what was open put right. */
export interface Tour {
  readonly sale: boolean;
  readonly declined: boolean;
  readonly cut: boolean;
  readonly recovered: boolean;
}

export interface WaitingFault {
  readonly id: number;
  readonly what: PlannedAction;
  /** Virtual time, or the message type it waits for. */
  readonly atMs?: number;
  readonly sent?: string;
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
  /** What the screen says, for those who cannot see it. */
  readonly lcdText: string;
  /** The same in the other language, row by row. */
  readonly gloss: readonly string[];
  /** 128 × 32 pixels of the PIN pad's display, as `lcd`. */
  readonly pad: string;
  readonly padText: string;
  /** The pad waits for a PIN. */
  readonly padAsking: boolean;
  readonly next: NextStep;
  /** Id of the card swiped last, '' before the first and after one of the user's own. */
  readonly card: string;
  /** Oldest first. */
  readonly slips: readonly SlipView[];
  readonly paperOut: boolean;
  readonly modem: ModemView;
  /** What is broken until somebody mends it: `network down`, `printer paper`, … */
  readonly broken: readonly string[];
  readonly waiting: readonly WaitingFault[];
  readonly beeps: number;
  readonly tour: Tour;
  /** Short facts about this terminal, by name: what is loaded, what is built in. */
  readonly facts: Readonly<Record<string, string>>;
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

/** A row's bytes: hex, what is secret overwritten with 00 or `*` at its place. */
export interface OpenedRow {
  readonly type: 'opened';
  readonly id: number;
  readonly hex: string;
}

export interface LedgerUpdate {
  readonly type: 'ledger';
  /** `card` is the id of a card of the tray. */
  readonly accounts: readonly {
    card: string;
    maskedPan: string;
    balanceFen: number;
    fate: string;
    pinTries: number;
  }[];
  readonly rows: readonly LedgerRow[];
  readonly exchanges: readonly ExchangeView[];
  /** Faults that wait for their messages. */
  readonly faults: readonly { id: number; fault: string; mti: string; remaining: number }[];
}

export interface Refusal {
  readonly type: 'refused';
  /** What was refused: the action's `do`, '' where none could be read. */
  readonly place: string;
  readonly message: string;
}

export type Update = State | Hello | TimelineUpdate | OpenedRow | LedgerUpdate | Refusal;
