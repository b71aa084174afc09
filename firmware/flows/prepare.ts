/**
 * What must be so before a new financial transaction: provisioned, signed in today with keys that are good and a batch that is known
 * (money rule 4), no reversal owed (money rule 3), room in the batch. What is not so is put right here, or the
 * transaction does not begin.
 */
import { FAULT_JOURNAL_FULL, FAULT_NONE } from '../../hal/fault';
import { FAULT_REVERSAL_OWED } from '../app-faults';
import { run, type Go, type Step } from '../flow';
import type { Job, Terminal } from '../terminal-context';
import { MODULE_REVERSAL, MODULE_SIGN_IN } from '../modules';
import { T_LCD_JOURNAL_FULL } from '../texts/ids';
import type { TransactionRow } from '../transactions/transaction-row';
import { warn } from '../ui/dialog';
import { isProvisioned } from './missing';
import { needsSignIn } from './needs-sign-in';

interface Prepared {
  readonly terminal: Terminal;
  readonly row: TransactionRow;
}

function checkNumbers({ terminal, row }: Prepared, go: Go): boolean {
  return isProvisioned(terminal, row.lcdTitle, go);
}

function signInFirst({ terminal }: Prepared, go: Go): boolean | void {
  if (!needsSignIn(terminal)) return true;
  terminal.perform(MODULE_SIGN_IN, { quiet: true }, go);
}

function reverseFirst({ terminal }: Prepared, go: Go): boolean | void {
  if (!terminal.journal.owed()) return true;
  terminal.perform(MODULE_REVERSAL, {}, (fault) => {
    go(fault || (terminal.journal.owed() ? FAULT_REVERSAL_OWED : FAULT_NONE));
  });
}

/** An inquiry needs a number, but takes no room. */
function checkRoom({ terminal, row }: Prepared, go: Go): boolean | void {
  const { journal, settings, text } = terminal;
  const hasRoom = !row.reversible || journal.count() < settings.batchLimit;
  if (hasRoom && journal.upcomingStan() !== '') return true;
  warn(terminal, text(row.lcdTitle), text(T_LCD_JOURNAL_FULL), '', () => {
    go(FAULT_JOURNAL_FULL);
  });
}

const steps: readonly Step<Prepared>[] = [checkNumbers, signInFirst, reverseFirst, checkRoom];

/** Job: `row`. Ends with a fault that the clerk has been told already. */
export function prepare(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, { terminal, row: job.row as TransactionRow }, done);
}
