/** What the center's shells, the emulator and the tests see of the center. `createCenter` is in center.ts. */
import type { TerminalDialect } from './dialect';
import type { CardFate } from './test-cards';

/** One frame the center sends. The shell adds the 2-byte length and waits `delayMs` first. */
export interface CenterReply {
  /** TPDU, header and body; without the 2-byte length. Empty with `close`: nothing is sent. */
  readonly frame: Uint8Array;
  readonly delayMs: number;
  /** The shell closes the connection once the frame is out. */
  readonly close?: boolean;
}

/** How a center begins; all of it optional. */
export interface CenterOptions {
  /** 32 bytes that seal PANs and keys in the store. Default: a published TEST key, right for `:memory:` only. */
  readonly key?: Uint8Array;
  /**
   * Given: working keys come from this seed and a counter in the store, so that a run can be repeated and branched.
   * Absent: from the system's random source.
   */
  readonly seed?: number;
  /** Added to every `nowMs`: what Unix time (ms) a World's time 0 is. Default 0: `nowMs` is Unix time. */
  readonly epochMs?: number;
  /** Told of what went wrong inside (a full disk, say); the message concerned was answered 96 and nothing of it kept. */
  readonly onError?: (error: unknown) => void;
}

/** Ways the far end can fail, see docs/center.md. */
export type CenterFault =
  | 'silence'
  | 'lost'
  | 'late'
  | 'slow'
  | 'duplicate'
  | 'badMac'
  | 'noMac'
  | 'close'
  | 'wrongStan'
  | 'wrongAmount'
  | 'wrongTerminal'
  | 'wrongMti'
  | 'macOfOther'
  /** Somebody on the line turns the answer into an approval; its MAC stays that of the true one. */
  | 'forged'
  | 'truncated'
  | 'garbage';

/** A fault that waits for its messages. */
export interface FaultRow {
  readonly id: number;
  /** '*' for any terminal, or any message. */
  readonly terminalId: string;
  readonly mti: string;
  readonly fault: CenterFault;
  readonly remaining: number;
}

/** A terminal for `addTerminal`. */
export interface TerminalSetup {
  /** 8 characters. */
  readonly terminalId: string;
  /** 15 characters. */
  readonly merchantId: string;
  /** 32 hex digits; a single-length key is given twice. */
  readonly tmk: string;
  /** Default: UnionPay's own. */
  readonly dialect?: Partial<TerminalDialect>;
}

/** A merchant for `addMerchant`. */
export interface MerchantSetup {
  readonly merchantId: string;
  /** Up to 40 bytes in GBK. */
  readonly name: string;
}

/** A card for `addCard`; the PAN and PIN are sealed. */
export interface CardSetup {
  readonly id: string;
  readonly pan: string;
  readonly expiry: string;
  readonly pin: string;
  readonly needsPin: boolean;
  readonly balanceFen: number;
  readonly limitFen: number;
  readonly fate: string;
  readonly issuer: string;
}

/** What is left out stays as it is. */
export interface CardChange {
  /** What the account holds, in fen, 0 or more. */
  readonly balanceFen?: number;
  /** Most for one sale, in fen; 0: no limit. */
  readonly limitFen?: number;
  readonly fate?: CardFate;
  /** A new PIN, also for a card that had none; '' for none. It is asked for from then on, and tries begin anew. */
  readonly pin?: string;
  /** Wrong PINs in a row; from 3 on the card is refused. */
  readonly pinTries?: number;
}

/** A card and what its account holds. */
export interface AccountRow {
  readonly card: string;
  readonly maskedPan: string;
  readonly balanceFen: number;
  readonly limitFen: number;
  readonly fate: string;
  readonly pinTries: number;
}

/** One posting. A sale takes from the card's account, its reversal gives back. */
export interface LedgerRow {
  readonly id: number;
  readonly kind: 'sale' | 'reversal';
  readonly card: string;
  readonly maskedPan: string;
  /** Change of the account: negative for a sale. */
  readonly amountFen: number;
  readonly terminalId: string;
  readonly batch: string;
  readonly stan: string;
  readonly reference: string;
  readonly atMs: number;
}

/** One answered request that has a STAN and a MAC; nothing secret. */
export interface ExchangeRow {
  readonly id: number;
  readonly terminalId: string;
  readonly batch: string;
  readonly stan: string;
  readonly mti: string;
  readonly transaction: string;
  readonly maskedPan: string;
  readonly amountFen: number;
  /** What was approved, 0 for a declined one. */
  readonly approvedFen: number;
  readonly code: string;
  readonly reference: string;
  readonly reversed: boolean;
  /** How often the same request came again. */
  readonly repeats: number;
  readonly atMs: number;
}

/** Approved and not reversed, of one terminal's batch. */
export interface BatchTotals {
  readonly debitFen: number;
  readonly debitCount: number;
  readonly creditFen: number;
  readonly creditCount: number;
}

/** A terminal as the center knows it; no key. */
export interface TerminalRow {
  readonly terminalId: string;
  readonly merchantId: string;
  /** '000000' before the first sign-in. */
  readonly batch: string;
  readonly state: 'new' | 'signedIn' | 'signedOff';
  readonly dialect: TerminalDialect;
}

/** The acquiring center. */
export interface Center {
  /**
   * The whole center: one frame in (TPDU, header, body; without the 2-byte length), the answers out, [] for none. Never
   * throws for what a frame holds; does not keep the array.
   */
  handle(frame: Uint8Array, nowMs: number): CenterReply[];

  addMerchant(merchant: MerchantSetup): void;
  /** A new terminal, or a new TMK for a known one (its working keys are gone then). The merchant must exist. */
  addTerminal(terminal: TerminalSetup): void;
  /** A new card with its account; a known PAN keeps its account and balance. */
  addCard(card: CardSetup): void;

  /** The next `count` messages (of this MTI, e.g. '0200'; '*' any) of the terminal ('*' any) meet this fault. */
  setFault(terminalId: string, fault: CenterFault, count?: number, mti?: string): void;
  clearFaults(): void;
  /** Faults that wait, the next one first. */
  faults(): FaultRow[];
  removeFault(id: number): void;
  /** Replaces a terminal's working keys without telling it: its next MAC is wrong until it signs in again. */
  replaceKeys(terminalId: string): void;
  /** Sets what an account holds; throws for an unknown card. */
  setBalance(cardId: string, balanceFen: number): void;
  /** Throws for an unknown card. */
  changeCard(cardId: string, change: CardChange): void;
  /** Opens a new batch behind the terminal's back, as a sign-in with F60.2 = 000000 does; its six digits. */
  openBatch(terminalId: string): string;

  terminals(): TerminalRow[];
  accounts(): AccountRow[];
  /** Postings after this id, oldest first. */
  ledger(afterId?: number): LedgerRow[];
  /** Exchanges after this id, oldest first. */
  exchanges(afterId?: number): ExchangeRow[];
  totals(terminalId: string, batch: string): BatchTotals;
}
