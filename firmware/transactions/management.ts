/** Management family of the transaction matrix: no card, no amount, no F64 (Q/CUP 009; docs/protocol/iso8583.md). */
import { T_LCD_ECHO, T_LCD_SIGN_IN, T_LCD_SIGN_OFF } from '../texts/ids';
import {
  TOTALS_NONE,
  TRANSACTION_ECHO,
  TRANSACTION_SIGN_IN,
  TRANSACTION_SIGN_OFF,
  type TransactionRow,
} from './transaction-row';

function management(id: number, mti: string, code: string, stan: boolean, lcdTitle: number): TransactionRow {
  return {
    id,
    mti,
    processingCode: '',
    conditionCode: '',
    messageType: '00',
    management: code,
    stan,
    mac: false,
    reversible: false,
    totals: TOTALS_NONE,
    lcdTitle,
    slipTitle: 0,
  };
}

/** Working keys: 001 single-length (for foreign hosts), 003 double-length, 004 with a track key too. */
export const rowSignInSingle = management(TRANSACTION_SIGN_IN, '\x08\x00', '001', true, T_LCD_SIGN_IN);
export const rowSignIn = management(TRANSACTION_SIGN_IN, '\x08\x00', '003', true, T_LCD_SIGN_IN);
export const rowSignInTracks = management(TRANSACTION_SIGN_IN, '\x08\x00', '004', true, T_LCD_SIGN_IN);
export const rowSignOff = management(TRANSACTION_SIGN_OFF, '\x08\x20', '002', true, T_LCD_SIGN_OFF);
export const rowEcho = management(TRANSACTION_ECHO, '\x08\x20', '301', false, T_LCD_ECHO);
