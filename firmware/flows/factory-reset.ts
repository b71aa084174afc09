/**
 * Factory reset: the journal forgets everything, settings, passwords and batch too, in one step (money rule 4). Refused
 * while a reversal is owed or sales are not settled; the administrator may force it, and then a slip that says what will
 * be lost comes out before anything is. The terminal switches itself off: what begins anew begins with a boot.
 */
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import { run, type Go, type Step } from '../flow';
import { digitsOf } from '../iso8583/wire-form';
import { RECORD_APPROVED } from '../journal/transaction-record';
import { ADMINISTRATOR } from '../settings';
import { resetSlip } from '../slips/reset-slip';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_FACTORY_RESET,
  T_LCD_FORCE_ASK,
  T_LCD_RESET_ASK,
  T_LCD_RESET_DONE,
  T_LCD_RESET_STOPPED,
  T_LCD_RESTART,
} from '../texts/ids';
import { ask, warn } from '../ui/dialog';
import { faultText } from '../ui/fault-text';
import { yuan } from './digits';
import { numbersHeldBy } from './numbers-held';
import { printBlock } from './print-block';
import { slipInfo } from './slip-info';

const READ_MS = 3000;
const SUPPLY_GONE_AFTER_MS = 5000;

interface Reset {
  readonly terminal: Terminal;
  forced: boolean;
}

function refuse(reset: Reset, go: Go): boolean | void {
  const { terminal } = reset;
  const { text } = terminal;
  const held = numbersHeldBy(terminal);
  if (held === 0) return true;
  reset.forced = true;
  terminal.ui.alert();
  ask(terminal, text(T_LCD_FACTORY_RESET), text(held), text(T_LCD_FORCE_ASK), (confirmed) => {
    go(confirmed ? FAULT_NONE : FAULT_CANCELLED);
  });
}

/** Sum of the approved sales of the batch in fen, 12 digits, and their count. */
function unsettled({ journal }: Terminal): { count: number; totalFen: Bytes } {
  let count = 0;
  // Two numbers: the small engine's integers end before the largest sum does.
  let yuanSum = 0;
  let fenSum = 0;
  journal.forEach((record) => {
    if (record.state !== RECORD_APPROVED) return;
    const fen = digitsOf(record.fields[4] || '');
    count++;
    fenSum += parseInt(fen.substr(10), 10) || 0;
    yuanSum += (parseInt(fen.substr(0, 10), 10) || 0) + ((fenSum / 100) | 0);
    fenSum %= 100;
  });
  return { count, totalFen: ('000000000' + yuanSum).substr(-10) + ('0' + fenSum).substr(-2) };
}

function printLoss({ terminal, forced }: Reset, go: Go): boolean | void {
  if (!forced) return true;
  const { journal, text } = terminal;
  const { count, totalFen } = unsettled(terminal);
  const forgotten = {
    operator: ADMINISTRATOR,
    batch: journal.batch(),
    count,
    total: yuan(totalFen),
    owed: journal.owed(),
  };
  printBlock(terminal, resetSlip(forgotten, slipInfo(terminal)), '', (fault) => {
    if (!fault) go();
    else {
      warn(terminal, text(T_LCD_FACTORY_RESET), text(T_LCD_RESET_STOPPED), '', () => {
        go(fault);
      });
    }
  });
}

function confirm({ terminal }: Reset, go: Go): void {
  const { text } = terminal;
  ask(terminal, text(T_LCD_FACTORY_RESET), text(T_LCD_RESET_ASK), '', (confirmed) => {
    go(confirmed ? FAULT_NONE : FAULT_CANCELLED);
  });
}

function forget({ terminal }: Reset, go: Go): void {
  const { journal, text } = terminal;
  journal.reset((fault) => {
    if (!fault) go();
    else {
      warn(terminal, text(T_LCD_FACTORY_RESET), text(faultText(fault)), '', () => {
        go(fault);
      });
    }
  });
}

/** Never goes on: what this life knows is of the old terminal. */
function switchOff({ terminal }: Reset): void {
  const { ui, text, board } = terminal;

  function off(): void {
    board.power.off();
    board.clock.alarm(SUPPLY_GONE_AFTER_MS, off);
  }

  ui.keys(null, 0);
  ui.show(text(T_LCD_FACTORY_RESET), text(T_LCD_RESET_DONE), text(T_LCD_RESTART), '');
  board.clock.alarm(READ_MS, off);
}

const steps: readonly Step<Reset>[] = [refuse, printLoss, confirm, forget, switchOff];

export function factoryReset(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, { terminal, forced: false }, done);
}
