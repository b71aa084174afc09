/** What every part of the terminal's application is given. Types only: nothing here is resident. */
import type { Board } from '../hal/board';
import type { Bytes } from '../hal/bytes';
import type { StripeTracks } from '../hal/devices';
import type { Journal } from './journal/journal';
import type { TransactionRecord } from './journal/transaction-record';
import type { Line } from './line/line';
import type { Perform } from './modules';
import type { TerminalSettings } from './settings';
import type { TransactionRow } from './transactions/transaction-row';
import type { Texts } from './texts/text-table';
import type { Ui } from './ui/ui';

/** The one form of a late module: does a job, then calls `done` once; from inside the call where nothing had to wait. */
export type LateModule = (terminal: Terminal, job: Job, done: (fault: number) => void) => void;

/** What a job may be given; each module says what it reads. */
export interface Job {
  /** A swipe that began the job. */
  readonly tracks?: StripeTracks | null;
  /** Fault of a swipe that began the job. */
  readonly stripeFault?: number;
  readonly record?: TransactionRecord;
  /** The slip is marked as a duplicate. */
  readonly reprint?: boolean;
  /** Two digits; for a sign-in that the terminal does by itself. */
  readonly operator?: Bytes;
  /** Text id of the screen's first row. */
  readonly title?: number;
  /** Waits for ever. */
  readonly patient?: boolean;
  /** A new password without the old one. */
  readonly withoutOld?: boolean;
  /** The parameters of the connection. */
  readonly line?: boolean;
  /** Nobody stands in front of the terminal: say nothing that waits for a key. */
  readonly quiet?: boolean;
  /** What is about to begin: its name, and whether it takes room in the batch. */
  readonly row?: TransactionRow;
  /** A card and an amount, about to be charged. */
  readonly swiped?: SwipedCard;
  /** A slip of the batch: every transaction, not the totals only. */
  readonly details?: boolean;
  /** A slip of a batch that is about to be forgotten: records of it were lost. */
  readonly damaged?: boolean;
  /** By voucher number, which is asked for. */
  readonly any?: boolean;
  /** A transaction on its way to the center. */
  readonly online?: OnlineJob;
  /** A message that wants its F64. */
  readonly mac?: MacJob;
}

/** What `MODULE_WHOLE_MAC` takes, and what it leaves behind. */
export interface MacJob {
  /** From the MTI to the last byte before F64. */
  readonly message: Bytes;
  /** Eight bytes. */
  mac: Bytes;
}

/** What tells one sale from another without keeping a PAN. */
export interface SwipedCard {
  readonly maskedPan: Bytes;
  /** F14 and F4 in wire form. */
  readonly expiry: Bytes;
  readonly amount: Bytes;
}

/** What `MODULE_ONLINE` takes. */
export interface OnlineJob {
  /** Text id. */
  readonly lcdTitle: number;
  readonly mti: Bytes;
  /** The complete request without F64. */
  readonly fields: (Bytes | undefined)[];
  /** What is kept of it, as owed. */
  readonly record: TransactionRecord;
}

export type SwipeListener = (fault: number, tracks: StripeTracks | null) => void;

export interface Terminal {
  readonly board: Board;
  readonly settings: TerminalSettings;
  readonly journal: Journal;
  readonly line: Line;
  readonly ui: Ui;
  readonly text: Texts;
  readonly perform: Perform;
  /** Clerk who is logged in, two digits; '' nobody. */
  operator: Bytes;
  /** A transaction on its way to the center, as soon as the running job is over: memory is short on a board. */
  toSend: OnlineJob | null;
  /** An approved transaction: its slips come as soon as the running job is over. */
  toPrint: TransactionRecord | null;
  /** The one listener for swipes. Without one a swipe is read and forgotten, so that none waits in the head. */
  onSwipe(listener: SwipeListener | null): void;
}
