/** A transaction of the journal on the screen: what it was, and what became of it. */
import type { Bytes } from '../../hal/bytes';
import { digitsOf } from '../iso8583/wire-form';
import {
  RECORD_APPROVED,
  RECORD_CLEARED,
  RECORD_OWED,
  RECORD_REVERSED,
  type TransactionRecord,
} from '../journal/transaction-record';
import type { Terminal } from '../terminal-context';
import {
  T_LCD_STATE_APPROVED,
  T_LCD_STATE_CLEARED,
  T_LCD_STATE_DECLINED,
  T_LCD_STATE_OWED,
  T_LCD_STATE_REVERSED,
} from '../texts/ids';
import { panRow } from './card';
import { yuan } from './digits';

/** Text id for `RECORD_…`. */
export function stateText(state: number): number {
  if (state === RECORD_APPROVED) return T_LCD_STATE_APPROVED;
  if (state === RECORD_OWED) return T_LCD_STATE_OWED;
  if (state === RECORD_REVERSED) return T_LCD_STATE_REVERSED;
  return state === RECORD_CLEARED ? T_LCD_STATE_CLEARED : T_LCD_STATE_DECLINED;
}

/** What became of it, and the answer code where that says more. */
function fate(terminal: Terminal, record: TransactionRecord): Bytes {
  const code = record.fields[39];
  const state = terminal.text(stateText(record.state));
  return code && record.state !== RECORD_APPROVED ? state + ' ' + code : state;
}

/** Shows it under `title`; `place` stands at the end of the last row where there is room. */
export function showTransaction(terminal: Terminal, title: Bytes, record: TransactionRecord, place: Bytes): void {
  const state = fate(terminal, record);
  const free = 16 - state.length - place.length;
  terminal.ui.show(
    title,
    panRow(record.maskedPan),
    'RMB ' + yuan(digitsOf(record.fields[4] || '')),
    free > 0 ? state + '                '.substr(0, free) + place : state,
  );
}
