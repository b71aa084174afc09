/**
 * What a transaction with a card gathers on its way. Lives in RAM for one transaction: tracks and PIN block are never
 * written anywhere.
 */
import type { Bytes } from '../../hal/bytes';
import type { StripeTracks } from '../../hal/devices';
import type { Terminal } from '../terminal-context';
import type { TransactionRow } from '../transactions/transaction-row';

export interface CardJob {
  readonly terminal: Terminal;
  readonly row: TransactionRow;
  tracks: StripeTracks | null;
  maskedPan: Bytes;
  /** Twelve digits of fen; '' not entered yet, or an inquiry that has none. */
  amountFen: Bytes;
  /** Eight bytes, '' without a PIN. */
  pinBlock: Bytes;
  /** F35 and F36 in wire form, encrypted where the acquirer wants it. */
  field35: Bytes;
  field36: Bytes;
  /** The pad holds the card, or shows something of it: it must be told to forget it. */
  padHoldsCard: boolean;
  /** The clerk has read what became of it. */
  told: boolean;
}
