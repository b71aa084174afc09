/** What became of the last sale (money rule 7), and its slips again. */
import { FAULT_NONE } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import { digitsOf } from '../iso8583/wire-form';
import {
  RECORD_APPROVED,
  RECORD_CLEARED,
  RECORD_OWED,
  RECORD_REVERSED,
  type TransactionRecord,
} from '../journal/transaction-record';
import { MODULE_PRINT } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_LAST_SALE,
  T_LCD_NOTHING_TO_PRINT,
  T_LCD_REPRINT,
  T_LCD_STATE_APPROVED,
  T_LCD_STATE_CLEARED,
  T_LCD_STATE_DECLINED,
  T_LCD_STATE_OWED,
  T_LCD_STATE_REVERSED,
} from '../texts/ids';
import { ANSWER_MS } from '../ui/dialog';
import { warn } from '../ui/dialog';
import { panRow } from './card';
import { yuan } from './digits';

function stateText(state: number): number {
  if (state === RECORD_APPROVED) return T_LCD_STATE_APPROVED;
  if (state === RECORD_OWED) return T_LCD_STATE_OWED;
  if (state === RECORD_REVERSED) return T_LCD_STATE_REVERSED;
  return state === RECORD_CLEARED ? T_LCD_STATE_CLEARED : T_LCD_STATE_DECLINED;
}

/** STAN, then what became of it and the answer code. */
function fateRow(terminal: Terminal, record: TransactionRecord): Bytes {
  const code = record.fields[39];
  const fate = terminal.text(stateText(record.state));
  return code && record.state !== RECORD_APPROVED ? fate + ' ' + code : fate;
}

export function lastSale(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const { ui, text, journal } = terminal;
  const record = journal.last();
  if (!record) {
    warn(terminal, text(T_LCD_LAST_SALE), text(T_LCD_NOTHING_TO_PRINT), '', () => {
      done(FAULT_NONE);
    });
    return;
  }
  const stan = digitsOf(record.fields[11] || '');
  ui.show(
    text(T_LCD_LAST_SALE) + ' ' + stan,
    panRow(record.maskedPan),
    'RMB ' + yuan(digitsOf(record.fields[4] || '')),
    fateRow(terminal, record),
  );
  ui.keys(() => {
    ui.keys(null, 0);
    done(FAULT_NONE);
  }, ANSWER_MS);
}

/** The last approved transaction of the batch. */
function lastApproved(terminal: Terminal): TransactionRecord | null {
  const { journal } = terminal;
  const last = journal.last();
  if (last && last.state === RECORD_APPROVED) return last;
  let found: TransactionRecord | null = null;
  journal.forEach((record) => {
    if (record.state === RECORD_APPROVED) found = record;
  });
  return found;
}

/** Both slips of the last approved transaction again, marked as duplicates. */
export function reprint(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  const record = lastApproved(terminal);
  if (record) {
    terminal.perform(MODULE_PRINT, { record, reprint: true }, done);
    return;
  }
  warn(terminal, terminal.text(T_LCD_REPRINT), terminal.text(T_LCD_NOTHING_TO_PRINT), '', () => {
    done(FAULT_NONE);
  });
}
