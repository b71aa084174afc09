/**
 * What the terminal keeps of one transaction: the fields of its request and answer in wire form (ISO 8583 bytes with
 * their length), without any that may not be stored (F2, 35, 36, 52, 53, 55, 64). A reversal, a reprint and the totals
 * are made from it. PCI DSS 3.3.1, 3.5.1: no track, no PIN block, no full PAN.
 */
import type { Bytes } from '../../hal/bytes';

/** Request durable, no settled answer: a reversal is owed. */
export const RECORD_OWED = 1;
export const RECORD_APPROVED = 2;
export const RECORD_DECLINED = 3;
/** The reversal ended: nothing is owed any more. */
export const RECORD_REVERSED = 4;
/** The supervisor cleared an owed reversal by hand. */
export const RECORD_CLEARED = 5;

export interface TransactionRecord {
  /** Row of the transaction table. */
  readonly transaction: number;
  /** `RECORD_…`. */
  state: number;
  /** Index is the field number; wire form with length prefix; answer fields (12, 13, 15, 32, 37–39, 44, 63) once it came. */
  readonly fields: (Bytes | undefined)[];
  /** First six, `*`, last four, as shown and printed. */
  readonly maskedPan: Bytes;
  /** Two digits. */
  readonly operator: Bytes;
  /** Of an owed one: reason for F39 of the reversal, `98`, `A0` or `06`. */
  reason: Bytes;
  /** Of an owed one: 0400 sent and not ended so far. */
  tries: number;
  /** Slips finished on paper: 0, 1 (cardholder) or 2 (both). Of an owed one: 1 once the fault slip came out. */
  slipsDone: number;
}
