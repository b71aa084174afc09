/**
 * A row of UnionPay's transaction matrix as data: what a request is made of and how it is treated. A new transaction is
 * a row and its texts. Ids are the numbers of the matrix and are kept in the journal: they never change.
 */
import type { Bytes } from '../../hal/bytes';

export const TRANSACTION_SIGN_IN = 1;
export const TRANSACTION_SIGN_OFF = 2;
export const TRANSACTION_BALANCE = 4;
export const TRANSACTION_SALE = 5;
export const TRANSACTION_ECHO = 50;

export const TOTALS_NONE = 0;
export const TOTALS_DEBIT = 1;

export interface TransactionRow {
  readonly id: number;
  /** Two bytes. */
  readonly mti: Bytes;
  /** F3 in wire form, '' where it is not sent. */
  readonly processingCode: Bytes;
  /** F25 in wire form, '' where it is not sent. */
  readonly conditionCode: Bytes;
  /** F60.1, two digits. */
  readonly messageType: Bytes;
  /** F60.3, three digits. */
  readonly management: Bytes;
  /** F11 is sent, so that a STAN is used up. */
  readonly stan: boolean;
  /** F64 is sent and required in the answer. */
  readonly mac: boolean;
  /** Owed as a reversal from before it is sent until its settled answer is durable. */
  readonly reversible: boolean;
  /** `TOTALS_…`: side of the settlement it counts on. */
  readonly totals: number;
  /** Text ids of its name. */
  readonly lcdTitle: number;
  readonly slipTitle: number;
}
