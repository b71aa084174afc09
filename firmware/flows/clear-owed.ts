/** The supervisor clears an owed reversal by hand (money rule 3): question, journal, slip. */
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import { run, type Go, type Step } from '../flow';
import { digitsOf } from '../iso8583/wire-form';
import { RECORD_CLEARED, type TransactionRecord } from '../journal/transaction-record';
import { MODULE_NOTICE_SLIP } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_CLEAR_OWED_ASK,
  T_LCD_CLEARED,
  T_LCD_NOTHING_OWED,
  T_LCD_REVERSAL_NEEDED,
  T_LCD_SUPERVISOR,
} from '../texts/ids';
import { ask, tell, warn } from '../ui/dialog';
import { faultText } from '../ui/fault-text';
import { yuan } from './digits';

interface Clearing {
  readonly terminal: Terminal;
  record: TransactionRecord | null;
}

function find(clearing: Clearing, go: Go): boolean | void {
  const { terminal } = clearing;
  clearing.record = terminal.journal.owed();
  if (clearing.record) return true;
  warn(terminal, terminal.text(T_LCD_SUPERVISOR), terminal.text(T_LCD_NOTHING_OWED), '', () => {
    go(FAULT_CANCELLED);
  });
}

function confirm(clearing: Clearing, go: Go): void {
  const { terminal, record } = clearing;
  const amount = 'RMB ' + yuan(digitsOf((record as TransactionRecord).fields[4] || ''));
  const { text } = terminal;
  ask(terminal, text(T_LCD_REVERSAL_NEEDED), amount, text(T_LCD_CLEAR_OWED_ASK), (confirmed) => {
    go(confirmed ? FAULT_NONE : FAULT_CANCELLED);
  });
}

function clear(clearing: Clearing, go: Go): void {
  const { terminal } = clearing;
  const { journal, text } = terminal;
  journal.owedEnded(RECORD_CLEARED, (fault) => {
    if (!fault) go();
    else {
      warn(terminal, text(T_LCD_REVERSAL_NEEDED), text(faultText(fault)), '', () => {
        go(fault);
      });
    }
  });
}

function printSlip(clearing: Clearing, go: Go): void {
  const { terminal } = clearing;
  const record = clearing.record as TransactionRecord;
  record.state = RECORD_CLEARED;
  terminal.perform(MODULE_NOTICE_SLIP, { record }, () => {
    tell(terminal, terminal.text(T_LCD_SUPERVISOR), terminal.text(T_LCD_CLEARED), '', go);
  });
}

const steps: readonly Step<Clearing>[] = [find, confirm, clear, printSlip];

export function clearOwed(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, { terminal, record: null }, done);
}
