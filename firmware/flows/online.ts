/**
 * A reversible transaction at the center, by the money rules: the reversal is durable as owed before the first byte
 * leaves (rule 1), only the answer that belongs and verifies counts (rule 2), the outcome is durable before the flag
 * falls (rule 2), and what is unknown is reversed at once (rule 3).
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE, FAULT_PAD_NO_KEY } from '../../hal/fault';
import { FAULT_DECLINED, FAULT_OUTCOME_UNKNOWN } from '../app-faults';
import { exchangeBody, type Answer } from '../exchange/exchange';
import { sealRequest } from '../exchange/mac';
import { run, type Go, type Step } from '../flow';
import { digitsOf } from '../iso8583/wire-form';
import { fieldData, wireField, type WireFields } from '../iso8583/message';
import { RECORD_APPROVED, RECORD_DECLINED, type TransactionRecord } from '../journal/transaction-record';
import {
  judge,
  reversalReason,
  VERDICT_APPROVED,
  VERDICT_DECLINED,
  VERDICT_DECLINED_OWED,
  VERDICT_UNKNOWN_A0,
} from '../line/judge';
import { MODULE_REVERSAL } from '../modules';
import type { Job, OnlineJob, Terminal } from '../terminal-context';
import {
  T_LCD_ANSWER_BAD,
  T_LCD_APPROVED,
  T_LCD_MAC_BAD,
  T_LCD_PARTIAL,
  T_LCD_PARTIAL_ASK,
  T_LCD_PLEASE_WAIT,
  T_LCD_PROCESSING,
  T_LCD_REVERSAL_OPEN,
  T_LCD_REVERSED,
  T_LCD_UNKNOWN,
  T_LCD_CANCELLED,
} from '../texts/ids';
import { ANSWER_MS, awaitConfirm, tell, warn } from '../ui/dialog';
import { faultText, lineFaultText, padFaultText } from '../ui/fault-text';
import { asksForSignIn, declineRows, declineTitle } from './decline';
import { yuan } from './digits';

interface Online {
  readonly terminal: Terminal;
  readonly job: OnlineJob;
  body: Bytes;
  answer: Answer | null;
  /** What the clerk reads when it did not go well: title and two rows. */
  title: Bytes;
  row1: Bytes;
  row2: Bytes;
}

/** Answer fields that the journal keeps; F4 too where less was approved than asked. */
const kept = [12, 13, 15, 32, 37, 38, 39, 44, 63];

function seal(online: Online, go: Go): void {
  const { terminal, job } = online;
  const { ui, text, journal } = terminal;
  ui.show(text(online.job.lcdTitle), text(T_LCD_PROCESSING), text(T_LCD_PLEASE_WAIT), '');
  sealRequest(terminal, job.mti, job.fields, (fault, body) => {
    online.body = body;
    online.row1 = fault ? text(padFaultText(fault)) : '';
    if (fault !== FAULT_PAD_NO_KEY) go(fault);
    else {
      journal.markKeysStale(() => {
        go(fault);
      });
    }
  });
}

function begin(online: Online, go: Go): void {
  online.terminal.journal.begin(online.job.record, (fault) => {
    online.row1 = fault ? online.terminal.text(faultText(fault)) : '';
    go(fault);
  });
}

function send(online: Online, go: Go): void {
  const { terminal, job } = online;
  exchangeBody(terminal, job.mti, job.fields, online.body, (answer) => {
    online.answer = answer;
    if (!answer.fault) go();
    else if (answer.sent) unanswered(online, answer.fault, go);
    else unsent(online, answer.fault, go);
  });
}

/** No byte can have reached the center: the record ends here, without an answer code, and nothing is owed. */
function unsent(online: Online, lineFault: number, go: Go): void {
  const { journal, text } = online.terminal;
  online.row1 = text(lineFaultText(lineFault));
  journal.settle(outcome(online.job.record, RECORD_DECLINED, online.job.record.fields), () => {
    go(lineFault);
  });
}

function unanswered(online: Online, lineFault: number, go: Go): void {
  const { text } = online.terminal;
  online.title = text(T_LCD_UNKNOWN);
  online.row1 = text(lineFaultText(lineFault));
  go(FAULT_OUTCOME_UNKNOWN);
}

/** A record of its own: should the journal fail, the owed one must still say what is owed. */
function outcome(record: TransactionRecord, state: number, fields: WireFields): TransactionRecord {
  return {
    transaction: record.transaction,
    state,
    fields,
    maskedPan: record.maskedPan,
    operator: record.operator,
    reason: record.reason,
    tries: record.tries,
    slipsDone: 0,
  };
}

function outcomeFields(online: Online): WireFields {
  const { body, index, code } = online.answer as Answer;
  const fields = online.job.record.fields.slice();
  for (let i = 0; i < kept.length; i++) {
    const n = kept[i];
    const wire = wireField(body, index, n);
    if (wire !== '') fields[n] = wire;
  }
  if (code === '10') fields[4] = wireField(body, index, 4);
  return fields;
}

function decide(online: Online, go: Go): void {
  const answer = online.answer as Answer;
  const verdict = judge(online.job.fields, answer.body, answer.index, answer.mac);
  if (verdict === VERDICT_APPROVED) {
    if (answer.code === '10') askPartial(online, go);
    else approve(online, go);
  } else if (verdict === VERDICT_DECLINED) {
    declined(online, go);
  } else {
    unknown(online, verdict, go);
  }
}

/** The customer may not want what the card still holds: then it is reversed, and no slip has said approved. */
function askPartial(online: Online, go: Go): void {
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
    if (confirmed) approve(online, go);
    else {
      online.row1 = text(T_LCD_CANCELLED);
      owe(online, '06', go);
    }
  });
}

function approve(online: Online, go: Go): void {
  const { terminal, job, answer } = online;
  const { journal, text } = terminal;
  const settled = outcome(job.record, RECORD_APPROVED, outcomeFields(online));
  journal.settle(settled, (fault) => {
    if (fault) {
      // Not durable, so not approved: the center will be told to take it back.
      online.title = text(T_LCD_UNKNOWN);
      online.row1 = text(faultText(fault));
      go(FAULT_OUTCOME_UNKNOWN);
      return;
    }
    job.settled = settled;
    const code = (answer as Answer).code;
    if (code === '00' || code === '10') go();
    else {
      const rows = declineRows(terminal, code);
      tell(terminal, text(T_LCD_APPROVED), rows[0], rows[1], go);
    }
  });
}

function showDecline(online: Online): void {
  const code = (online.answer as Answer).code;
  const rows = declineRows(online.terminal, code);
  online.title = declineTitle(online.terminal, code);
  online.row1 = rows[0];
  online.row2 = rows[1];
}

function declined(online: Online, go: Go): void {
  const { journal } = online.terminal;
  showDecline(online);
  journal.settle(outcome(online.job.record, RECORD_DECLINED, outcomeFields(online)), (fault) => {
    if (fault || !asksForSignIn((online.answer as Answer).code)) go(FAULT_DECLINED);
    else {
      journal.markKeysStale(() => {
        go(FAULT_DECLINED);
      });
    }
  });
}

function unknown(online: Online, verdict: number, go: Go): void {
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
function owe(online: Online, reason: Bytes, go: Go): void {
  online.terminal.journal.owedTried(reason, 0, () => {
    go(FAULT_OUTCOME_UNKNOWN);
  });
}

const steps: readonly Step<Online>[] = [seal, begin, send, decide];

function finish(online: Online, fault: number, done: (fault: number) => void): void {
  const { terminal } = online;
  const { journal, text } = terminal;
  const say = (row2: Bytes): void => {
    warn(terminal, online.title, online.row1, row2, () => {
      done(fault);
    });
  };
  if (!fault) {
    done(FAULT_NONE);
  } else if (!journal.owed()) {
    say(online.row2);
  } else {
    // A decline that could not be trusted may need both rows for its text: then the reversal speaks for itself.
    terminal.perform(MODULE_REVERSAL, { quiet: online.row2 === '' }, () => {
      say(online.row2 !== '' ? online.row2 : text(journal.owed() ? T_LCD_REVERSAL_OPEN : T_LCD_REVERSED));
    });
  }
}

/** Job: `online`. Ends with 0 only when approved and durable; `job.online.settled` is then the record. */
export function online(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const task = job.online as OnlineJob;
  const context: Online = {
    terminal,
    job: task,
    body: '',
    answer: null,
    title: terminal.text(task.lcdTitle),
    row1: '',
    row2: '',
  };
  run(terminal.board.clock, steps, context, (fault) => {
    finish(context, fault, done);
  });
}
