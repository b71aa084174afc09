/**
 * A transaction at the center that does not go well (online.ts): no answer, one that declines or cannot be trusted, less
 * approved than asked, and what the clerk reads of it. Kept by nobody: most transactions never need it.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_DECLINED, FAULT_OUTCOME_UNKNOWN } from '../app-faults';
import type { Answer } from '../exchange/exchange';
import type { Go } from '../flow';
import { fieldData } from '../iso8583/message';
import { digitsOf } from '../iso8583/wire-form';
import type { TransactionRecord } from '../journal/transaction-record';
import { reversalReason, VERDICT_DECLINED, VERDICT_DECLINED_OWED, VERDICT_UNKNOWN_A0 } from '../line/judge';
import { MODULE_REVERSAL } from '../modules';
import type { OnlineJob, Terminal } from '../terminal-context';
import {
  T_LCD_ANSWER_BAD,
  T_LCD_APPROVED,
  T_LCD_CANCELLED,
  T_LCD_MAC_BAD,
  T_LCD_PARTIAL,
  T_LCD_PARTIAL_ASK,
  T_LCD_REVERSAL_OPEN,
  T_LCD_REVERSED,
  T_LCD_UNKNOWN,
} from '../texts/ids';
import { ANSWER_MS, awaitConfirm, tell, warn } from '../ui/dialog';
import { faultText, lineFaultText } from '../ui/fault-text';
import { asksForSignIn, declineRows, declineTitle } from './decline';
import { yuan } from './digits';

export interface OnlineState {
  readonly terminal: Terminal;
  readonly job: OnlineJob;
  answer: Answer | null;
  /** What the clerk reads when it did not go well: title and two rows. */
  title: Bytes;
  row1: Bytes;
  row2: Bytes;
  /** The record of an outcome that is not approved. */
  readonly declined: () => TransactionRecord;
}

/** With a fault of the line. Where no byte can have reached the center the record ends here, and nothing is owed. */
export function unanswered(online: OnlineState, { fault, sent }: Answer, go: Go): void {
  const { journal, text } = online.terminal;
  online.row1 = text(lineFaultText(fault));
  if (sent) {
    online.title = text(T_LCD_UNKNOWN);
    go(FAULT_OUTCOME_UNKNOWN);
  } else
    journal.settle(online.declined(), () => {
      go(fault);
    });
}

/** The customer may not want what the card still holds: then it is reversed, and no slip has said approved. */
export function askPartial(online: OnlineState, approve: () => void, go: Go): void {
  const { terminal, answer } = online;
  const { ui, text } = terminal;
  const { body, index } = answer as Answer;
  ui.show(
    text(online.job.lcdTitle),
    text(T_LCD_PARTIAL),
    yuan(digitsOf(fieldData(body, index, 4))),
    text(T_LCD_PARTIAL_ASK),
  );
  awaitConfirm(terminal, ANSWER_MS, (confirmed) => {
    if (confirmed) approve();
    else {
      online.row1 = text(T_LCD_CANCELLED);
      owe(online, '06', go);
    }
  });
}

/** Not durable, so not approved: the center will be told to take it back. */
export function notDurable(online: OnlineState, fault: number, go: Go): void {
  const { text } = online.terminal;
  online.title = text(T_LCD_UNKNOWN);
  online.row1 = text(faultText(fault));
  go(FAULT_OUTCOME_UNKNOWN);
}

/** Approved, and the center has something to say to it. */
export function tellApproved({ terminal }: OnlineState, code: Bytes, go: Go): void {
  const rows = declineRows(terminal, code);
  tell(terminal, terminal.text(T_LCD_APPROVED), rows[0], rows[1], go);
}

function showDecline(online: OnlineState): void {
  const code = (online.answer as Answer).code;
  const rows = declineRows(online.terminal, code);
  online.title = declineTitle(online.terminal, code);
  online.row1 = rows[0];
  online.row2 = rows[1];
}

/** By the verdict on its answer. */
export function notApproved(online: OnlineState, verdict: number, go: Go): void {
  if (verdict === VERDICT_DECLINED) declined(online, go);
  else unknown(online, verdict, go);
}

function declined(online: OnlineState, go: Go): void {
  const { journal } = online.terminal;
  showDecline(online);
  journal.settle(online.declined(), (fault) => {
    if (fault || !asksForSignIn((online.answer as Answer).code)) go(FAULT_DECLINED);
    else {
      journal.markKeysStale(() => {
        go(FAULT_DECLINED);
      });
    }
  });
}

function unknown(online: OnlineState, verdict: number, go: Go): void {
  const { text, journal } = online.terminal;
  if (verdict === VERDICT_DECLINED_OWED) {
    showDecline(online);
  } else {
    online.title = text(T_LCD_UNKNOWN);
    online.row1 = text(verdict === VERDICT_UNKNOWN_A0 ? T_LCD_MAC_BAD : T_LCD_ANSWER_BAD);
  }
  const reason = reversalReason(verdict);
  if (!asksForSignIn((online.answer as Answer).code)) owe(online, reason, go);
  else {
    journal.markKeysStale(() => {
      owe(online, reason, go);
    });
  }
}

/** The reversal stays owed, with a reason of its own. */
function owe(online: OnlineState, reason: Bytes, go: Go): void {
  online.terminal.journal.owedTried(reason, 0, () => {
    go(FAULT_OUTCOME_UNKNOWN);
  });
}

/** What it ends with: an owed reversal goes out at once, and the clerk reads what became of it all. */
export function tellFault(online: OnlineState, fault: number, done: (fault: number) => void): void {
  const { terminal } = online;
  const { journal, text } = terminal;
  const say = (row2: Bytes): void => {
    warn(terminal, online.title, online.row1, row2, () => {
      done(fault);
    });
  };
  if (!journal.owed()) {
    say(online.row2);
  } else {
    // A decline that could not be trusted may need both rows for its text: then the reversal speaks for itself.
    terminal.perform(MODULE_REVERSAL, { quiet: online.row2 === '' }, () => {
      say(online.row2 !== '' ? online.row2 : text(journal.owed() ? T_LCD_REVERSAL_OPEN : T_LCD_REVERSED));
    });
  }
}
