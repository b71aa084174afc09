/**
 * Balance inquiry: card → confirm → PIN or none → center → F54 on the screen and on the customer's pad, never on paper.
 * Nothing is owed for it (money rule 1), so nothing of it is kept but the STAN, which is durable before the request
 * leaves. Its answer counts by rule 2 as any other; what cannot be trusted is told, and no balance is shown.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_PAD_NO_KEY } from '../../hal/fault';
import { PAD_SHOW } from '../../hal/pad-commands';
import { FAULT_BAD_ANSWER, FAULT_DECLINED } from '../app-faults';
import { exchangeBody, type Answer } from '../exchange/exchange';
import { PAD_TIMEOUT_MS, sealRequest } from '../exchange/mac';
import type { Go, Step } from '../flow';
import { fieldData, type WireFields } from '../iso8583/message';
import { judge, VERDICT_APPROVED, VERDICT_DECLINED, VERDICT_DECLINED_OWED, VERDICT_UNKNOWN_A0 } from '../line/judge';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_ANSWER_BAD,
  T_LCD_BALANCE_SHOWN,
  T_LCD_MAC_BAD,
  T_LCD_NO_BALANCE,
  T_LCD_PLEASE_WAIT,
  T_LCD_PRESS_ANY,
  T_LCD_PROCESSING,
} from '../texts/ids';
import { rowBalance } from '../transactions/bank-card';
import { warn } from '../ui/dialog';
import { faultText, lineFaultText, padFaultText } from '../ui/fault-text';
import { swipeCard } from './amount';
import type { CardJob } from './card-job';
import { confirmCard, requestFields, runCard } from './card-request';
import { asksForSignIn, declineRows, declineTitle } from './decline';
import { allDigits, yuan } from './digits';
import { forgetCard, giveCard, makeTracks, takePin } from './pin';

/** The customer reads it too, on the clerk's screen or on the pad's. */
const BALANCE_MS = 15000;
const BLANK_ROW = '                ';
const AMOUNT_CHARACTERS = 20;
const AVAILABLE = '02';
const YUAN = '156';

function fail(card: CardJob, title: Bytes, row1: Bytes, row2: Bytes, fault: number, go: Go): void {
  card.told = true;
  warn(card.terminal, title, row1, row2, () => {
    go(fault);
  });
}

function failWith(card: CardJob, textId: number, fault: number, go: Go): void {
  const { text } = card.terminal;
  fail(card, text(card.row.lcdTitle), text(textId), '', fault, go);
}

/** One amount (account type 2, amount type 2, currency 3, sign 1, amount 12) in yuan; '' where it says nothing like that. */
function balanceIn(amount: Bytes): Bytes {
  const sign = amount.charAt(7);
  const fen = amount.substr(8);
  if (amount.substr(4, 3) !== YUAN || !allDigits(fen)) return '';
  return sign === 'C' ? yuan(fen) : sign === 'D' ? '-' + yuan(fen) : '';
}

/** Of the amounts in F54 the first that is available, else the first there is. */
function balanceOf(field54: Bytes): Bytes {
  let first = '';
  if (field54.length % AMOUNT_CHARACTERS !== 0) return '';
  for (let at = 0; at < field54.length; at += AMOUNT_CHARACTERS) {
    const amount = field54.substr(at, AMOUNT_CHARACTERS);
    const balance = balanceIn(amount);
    if (balance !== '' && amount.substr(2, 2) === AVAILABLE) return balance;
    if (first === '') first = balance;
  }
  return first;
}

function show(card: CardJob, balance: Bytes, go: Go): void {
  const { ui, text, board } = card.terminal;
  const label = text(T_LCD_BALANCE_SHOWN);
  const amount = BLANK_ROW.substr(balance.length) + balance;
  // The pad forgets the card first: what it shows would go with it.
  forgetCard(card, () => {
    card.padHoldsCard = true;
    board.pinpad.start(PAD_SHOW, label + BLANK_ROW.substr(label.length) + amount, PAD_TIMEOUT_MS, () => {
      ui.show(text(card.row.lcdTitle), label, amount, text(T_LCD_PRESS_ANY));
      ui.keys(() => {
        ui.keys(null, 0);
        go();
      }, BALANCE_MS);
    });
  });
}

/** Tells an answer that is no balance, and marks the keys stale where they may be the reason. */
function refuse(card: CardJob, answer: Answer, verdict: number, go: Go): void {
  const { terminal } = card;
  const isDecline = verdict === VERDICT_DECLINED || verdict === VERDICT_DECLINED_OWED;
  const rows = declineRows(terminal, answer.code);

  function tell(): void {
    if (isDecline) fail(card, declineTitle(terminal, answer.code), rows[0], rows[1], FAULT_DECLINED, go);
    else failWith(card, verdict === VERDICT_UNKNOWN_A0 ? T_LCD_MAC_BAD : T_LCD_ANSWER_BAD, FAULT_BAD_ANSWER, go);
  }

  // No reversal follows that would find out whether the keys are good.
  if (verdict === VERDICT_UNKNOWN_A0 || asksForSignIn(answer.code)) terminal.journal.markKeysStale(tell);
  else tell();
}

function onAnswer(card: CardJob, fields: WireFields, answer: Answer, go: Go): void {
  if (answer.fault) {
    failWith(card, lineFaultText(answer.fault), answer.fault, go);
    return;
  }
  const verdict = judge(fields, answer.body, answer.index, answer.mac);
  const balance = verdict === VERDICT_APPROVED ? balanceOf(fieldData(answer.body, answer.index, 54)) : '';
  if (balance !== '') show(card, balance, go);
  else if (verdict === VERDICT_APPROVED) failWith(card, T_LCD_NO_BALANCE, FAULT_BAD_ANSWER, go);
  else refuse(card, answer, verdict, go);
}

function send(card: CardJob, stan: Bytes, go: Go): void {
  const { terminal, row } = card;
  const fields = requestFields(card, stan);
  sealRequest(terminal, row.mti, fields, (fault, body) => {
    if (fault === FAULT_PAD_NO_KEY) go(fault);
    else if (fault) failWith(card, padFaultText(fault), fault, go);
    else {
      exchangeBody(terminal, row.mti, fields, body, (answer) => {
        onAnswer(card, fields, answer, go);
      });
    }
  });
}

function inquire(card: CardJob, go: Go): void {
  const { ui, text, journal } = card.terminal;
  ui.show(text(card.row.lcdTitle), text(T_LCD_PROCESSING), text(T_LCD_PLEASE_WAIT), '');
  journal.nextStan((fault, stan) => {
    if (fault) failWith(card, faultText(fault), fault, go);
    else send(card, stan, go);
  });
}

const steps: readonly Step<CardJob>[] = [swipeCard, confirmCard, giveCard, takePin, makeTracks, inquire];

/** Job: see `runCard`. */
export function balance(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  runCard(terminal, rowBalance, job, steps, done);
}
