/**
 * Sends the owed reversal (0400; money rule 3) until it ends, the tries are used up, the line fails or the keys turn out
 * stale a second time. Original STAN, batch and amount, current key; no F2 for a swipe, never tracks or PIN. With the
 * tries used up already, one more 0400 is sent: that is how a locked terminal unlocks.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE, FAULT_PAD_NO_KEY } from '../../hal/fault';
import { FAULT_REVERSAL_OWED } from '../app-faults';
import { exchangeBody, type Answer } from '../exchange/exchange';
import { sealRequest } from '../exchange/mac';
import type { WireFields } from '../iso8583/message';
import { digitsOf } from '../iso8583/wire-form';
import { RECORD_REVERSED, type TransactionRecord } from '../journal/transaction-record';
import { judgeReversal, REVERSAL_ENDED, REVERSAL_KEYS_STALE } from '../line/judge';
import { MODULE_NOTICE_SLIP, MODULE_SIGN_IN } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_MAC_BAD,
  T_LCD_PLEASE_WAIT,
  T_LCD_REVERSAL_OPEN,
  T_LCD_REVERSED,
  T_LCD_REVERSING,
  T_LCD_CALL_ACQUIRER,
} from '../texts/ids';
import { faultText, lineFaultText, padFaultText } from '../ui/fault-text';
import { tell, warn } from '../ui/dialog';

const MTI_REVERSAL = '\x04\x00';
/** Reason of a reversal that was answered, but not ended. */
const REASON_OTHER = '06';
/** What a 0400 takes over from its original (Q/CUP 009, fields per message); F39 and F64 are its own. */
const copied = [3, 4, 11, 22, 23, 25, 38, 41, 42, 49, 60, 61, 62];

function reversalFields(record: TransactionRecord): WireFields {
  const fields: WireFields = [];
  for (let i = 0; i < copied.length; i++) {
    const n = copied[i];
    if (record.fields[n]) fields[n] = record.fields[n];
  }
  fields[39] = record.reason;
  return fields;
}

/** Ends with `FAULT_REVERSAL_OWED` while it is still owed. The clerk is told, unless the job is `quiet`. */
export function reversal(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const { journal, settings, text, ui } = terminal;
  let signedIn = false;
  /** 0400s that may still be sent in this run. */
  let left = 1;

  /**
   * With no try left the terminal is locked, and the fault slip says so. It is durable that it came out: where the power
   * fails before that, it comes at the next start.
   */
  function printFaultSlip(next: () => void): void {
    const record = journal.owed();
    if (!record || record.tries < settings.reversalTries || record.slipsDone > 0) {
      next();
      return;
    }
    terminal.perform(MODULE_NOTICE_SLIP, { record }, (fault) => {
      if (fault) next();
      else journal.slipsDone(digitsOf(record.fields[11] || ''), 1, next);
    });
  }

  function stop(rowTextId: number): void {
    printFaultSlip(() => {
      if (job.quiet) {
        done(FAULT_REVERSAL_OWED);
        return;
      }
      warn(terminal, text(T_LCD_REVERSAL_OPEN), text(rowTextId), '', () => {
        done(FAULT_REVERSAL_OWED);
      });
    });
  }

  function ended(): void {
    journal.owedEnded(RECORD_REVERSED, (fault) => {
      if (fault) stop(faultText(fault));
      else if (job.quiet) printReversalSlip();
      else tell(terminal, text(T_LCD_REVERSING), text(T_LCD_REVERSED), '', printReversalSlip);
    });
  }

  /**
   * What is owed is of an older batch only where the journal was damaged: its outcome may have been there, and its slip
   * says approved.
   */
  function printReversalSlip(): void {
    const record = journal.last();
    const batch = record ? digitsOf((record.fields[60] || '').substr(2)).substr(2, 6) : '';
    if (!record || batch === journal.batch()) done(FAULT_NONE);
    else {
      terminal.perform(MODULE_NOTICE_SLIP, { record }, () => {
        done(FAULT_NONE);
      });
    }
  }

  /** One 0400 more was sent for nothing. */
  function tried(reason: Bytes, record: TransactionRecord): void {
    const tries = record.tries + 1;
    journal.owedTried(reason, tries, (fault) => {
      left--;
      if (fault) stop(faultText(fault));
      else if (left > 0) attempt();
      else stop(T_LCD_CALL_ACQUIRER);
    });
  }

  function stale(): void {
    journal.markKeysStale((fault) => {
      if (fault || signedIn) stop(fault ? faultText(fault) : T_LCD_MAC_BAD);
      else attempt();
    });
  }

  function onAnswer(answer: Answer, record: TransactionRecord): void {
    if (answer.fault) {
      if (answer.sent) tried(record.reason, record);
      else stop(lineFaultText(answer.fault));
      return;
    }
    const verdict = judgeReversal(answer.code, answer.mac, settings.reversalEndMacIfPresent);
    if (verdict === REVERSAL_ENDED) ended();
    else if (verdict === REVERSAL_KEYS_STALE) stale();
    else tried(REASON_OTHER, record);
  }

  function send(record: TransactionRecord): void {
    const fields = reversalFields(record);
    ui.show(text(T_LCD_REVERSING), '', text(T_LCD_PLEASE_WAIT), '');
    sealRequest(terminal, MTI_REVERSAL, fields, (fault, body) => {
      if (fault) {
        if (fault === FAULT_PAD_NO_KEY) stale();
        else stop(padFaultText(fault));
        return;
      }
      exchangeBody(terminal, MTI_REVERSAL, fields, body, (answer) => {
        onAnswer(answer, record);
      });
    });
  }

  function attempt(): void {
    const record = journal.owed();
    if (!record) {
      done(FAULT_NONE);
    } else if (journal.inDoubt()) {
      // The flash may hold "approved": nothing is taken back before "owed" is durable once more.
      journal.owedTried(record.reason, record.tries, (fault) => {
        if (fault) stop(faultText(fault));
        else attempt();
      });
    } else if (!journal.keysStale()) {
      send(record);
    } else {
      signedIn = true;
      terminal.perform(MODULE_SIGN_IN, { quiet: true, operator: record.operator }, (fault) => {
        if (!fault) attempt();
        else {
          printFaultSlip(() => {
            done(FAULT_REVERSAL_OWED);
          });
        }
      });
    }
  }

  const owed = journal.owed();
  if (owed && owed.tries < settings.reversalTries) left = settings.reversalTries - owed.tries;
  attempt();
}
