/**
 * A reversible transaction at the center, by the money rules: the reversal is durable as owed before the first byte
 * leaves (rule 1), only the answer that belongs and verifies counts (rule 2), the outcome is durable before the flag
 * falls (rule 2), and what is unknown is reversed at once (rule 3).
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE, FAULT_PAD_NO_KEY } from '../../hal/fault';
import { PAD_END } from '../../hal/pad-commands';
import { exchangeBody, type Answer } from '../exchange/exchange';
import { PAD_TIMEOUT_MS, sealRequest } from '../exchange/mac';
import { run, type Go, type Step } from '../flow';
import { wireField } from '../iso8583/message';
import { RECORD_APPROVED, RECORD_DECLINED, type TransactionRecord } from '../journal/transaction-record';
import { judge, VERDICT_APPROVED } from '../line/judge';
import type { Job, OnlineJob, Terminal } from '../terminal-context';
import { T_LCD_PLEASE_WAIT, T_LCD_PROCESSING } from '../texts/ids';
import { faultText, padFaultText } from '../ui/fault-text';
import {
  askPartial,
  notApproved,
  notDurable,
  tellApproved,
  tellFault,
  unanswered,
  type OnlineState,
} from './online-troubles';

interface Online extends OnlineState {
  body: Bytes;
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
    else unanswered(online, answer, go);
  });
}

/** A record of its own: should the journal fail, the owed one must still say what is owed. */
function outcome({ job, answer }: Online, state: number): TransactionRecord {
  const { record } = job;
  const fields = record.fields.slice();
  // Without an answer only what was asked is kept.
  if (answer && !answer.fault) {
    for (let i = 0; i < kept.length; i++) {
      const n = kept[i];
      const wire = wireField(answer.body, answer.index, n);
      if (wire !== '') fields[n] = wire;
    }
    if (answer.code === '10') fields[4] = wireField(answer.body, answer.index, 4);
  }
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

function decide(online: Online, go: Go): void {
  const answer = online.answer as Answer;
  const verdict = judge(online.job.fields, answer.body, answer.index, answer.mac);
  if (verdict === VERDICT_APPROVED) {
    if (answer.code === '10') askPartial(online, () => approve(online, go), go);
    else approve(online, go);
  } else notApproved(online, verdict, go);
}

function approve(online: Online, go: Go): void {
  const { terminal, answer } = online;
  const settled = outcome(online, RECORD_APPROVED);
  terminal.journal.settle(settled, (fault) => {
    if (fault) {
      notDurable(online, fault, go);
      return;
    }
    terminal.toPrint = settled;
    const code = (answer as Answer).code;
    if (code === '00' || code === '10') go();
    else tellApproved(online, code, go);
  });
}

const steps: readonly Step<Online>[] = [seal, begin, send, decide];

/** Job: `online`, with the card still in the pad. Ends with 0 only when approved and durable; `terminal.toPrint` is then the record. */
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
    declined: () => outcome(context, RECORD_DECLINED),
  };
  const forget = (fault: number): void => {
    terminal.board.pinpad.start(PAD_END, '', PAD_TIMEOUT_MS, () => {
      done(fault);
    });
  };
  run(terminal.board.clock, steps, context, (fault) => {
    if (fault) tellFault(context, fault, forget);
    else forget(FAULT_NONE);
  });
}
