/**
 * Sale: {amount, card: either first} → confirm the card → the same again? → PIN or none → online → slips. This file is
 * the clerk's and the customer's part; nothing here can owe anything. The money's part is online.ts.
 */
import type { StripeTracks } from '../../hal/devices';
import type { Go, Step } from '../flow';
import type { WireFields } from '../iso8583/message';
import { bcd } from '../iso8583/wire-form';
import { RECORD_OWED, type TransactionRecord } from '../journal/transaction-record';
import { MODULE_SECOND_SWIPE } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import { rowSale } from '../transactions/bank-card';
import { enterAmount, swipeCard } from './amount';
import { expiryOf } from './card';
import type { CardJob } from './card-job';
import { confirmCard, requestFields, runCard } from './card-request';
import { giveCard, makeTracks, takePin } from './pin';

/** What the journal keeps of the request, beside the answer's fields. */
const kept = [3, 4, 11, 22, 25, 41, 42, 49, 60];

function expiry(card: CardJob): string {
  return bcd(expiryOf((card.tracks as StripeTracks).track2));
}

/** The same card and amount a moment ago may be a second swipe by mistake. */
function checkSecondSwipe(card: CardJob, go: Go): boolean | void {
  const { terminal, maskedPan, amountFen } = card;
  if (!terminal.settings.secondSwipeMinutes) return true;
  terminal.perform(MODULE_SECOND_SWIPE, { swiped: { maskedPan, amount: bcd(amountFen), expiry: expiry(card) } }, go);
}

function recordOf(card: CardJob, fields: WireFields): TransactionRecord {
  const keptFields: WireFields = [];
  for (let i = 0; i < kept.length; i++) {
    const n = kept[i];
    keptFields[n] = fields[n];
  }
  keptFields[14] = expiry(card);
  return {
    transaction: card.row.id,
    state: RECORD_OWED,
    fields: keptFields,
    maskedPan: card.maskedPan,
    operator: card.terminal.operator,
    reason: '98',
    tries: 0,
    slipsDone: 0,
  };
}

/** It goes when all that served the clerk and the customer is gone; then the pad is told to forget the card. */
function goOnline(card: CardJob): boolean {
  const { terminal, row } = card;
  const fields = requestFields(card, terminal.journal.upcomingStan());
  terminal.toSend = { lcdTitle: row.lcdTitle, mti: row.mti, fields, record: recordOf(card, fields) };
  card.padHoldsCard = false;
  return true;
}

const steps: readonly Step<CardJob>[] = [
  enterAmount,
  swipeCard,
  confirmCard,
  checkSecondSwipe,
  giveCard,
  takePin,
  makeTracks,
  goOnline,
];

/** Job: see `runCard`. */
export function sale(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  runCard(terminal, rowSale, job, steps, done);
}
