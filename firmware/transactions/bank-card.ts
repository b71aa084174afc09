/** Bank card family of the transaction matrix (Q/CUP 009; docs/protocol/iso8583.md). */
import { T_LCD_BALANCE, T_LCD_SALE, T_SLIP_SALE } from '../texts/ids';
import {
  TOTALS_DEBIT,
  TOTALS_NONE,
  TRANSACTION_BALANCE,
  TRANSACTION_SALE,
  type TransactionRow,
} from './transaction-row';

export const rowSale: TransactionRow = {
  id: TRANSACTION_SALE,
  mti: '\x02\x00',
  processingCode: '\x00\x00\x00',
  conditionCode: '\x00',
  messageType: '22',
  management: '000',
  stan: true,
  mac: true,
  reversible: true,
  totals: TOTALS_DEBIT,
  lcdTitle: T_LCD_SALE,
  slipTitle: T_SLIP_SALE,
};

/** An inquiry: nothing is owed for it, no slip comes of it. */
export const rowBalance: TransactionRow = {
  id: TRANSACTION_BALANCE,
  mti: '\x02\x00',
  processingCode: '\x31\x00\x00',
  conditionCode: '\x00',
  messageType: '01',
  management: '000',
  stan: true,
  mac: true,
  reversible: false,
  totals: TOTALS_NONE,
  lcdTitle: T_LCD_BALANCE,
  slipTitle: 0,
};
