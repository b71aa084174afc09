/**
 * Sale: {amount, card: either first} → confirm the card → PIN or none → online → slips. This file is the clerk's and the
 * customer's part; nothing here can owe anything. The money's part is online.ts.
 */
import { fromHex } from '../../hal/bytes';
import type { StripeTracks } from '../../hal/devices';
import { FAULT_CANCELLED, FAULT_PAD_NO_KEY } from '../../hal/fault';
import { FAULT_POWER_KEY } from '../app-faults';
import { run, type Go, type Step } from '../flow';
import type { WireFields } from '../iso8583/message';
import { bcd, bcdLeft } from '../iso8583/wire-form';
import { RECORD_OWED, type TransactionRecord } from '../journal/transaction-record';
import { MODULE_ONLINE, MODULE_PREPARE, MODULE_PRINT } from '../modules';
import type { Job, OnlineJob, Terminal } from '../terminal-context';
import { T_LCD_CARD_CONFIRM } from '../texts/ids';
import { rowSale } from '../transactions/bank-card';
import { fixedFields } from '../transactions/request-fields';
import { ask, warn } from '../ui/dialog';
import { cardFaultText, padFaultText } from '../ui/fault-text';
import { amountRow, enterAmount, swipeCard, takeCard } from './amount';
import { expiryOf, panRow } from './card';
import { forgetCard, giveCard, makeTracks, takePin } from './pin';
import type { Sale } from './sale-context';

/** What the journal keeps of the request, beside the answer's fields. */
const kept = [3, 4, 11, 22, 25, 41, 42, 49, 60];

function confirmCard(sale: Sale, go: Go): void {
  const { text } = sale.terminal;
  ask(sale.terminal, text(T_LCD_CARD_CONFIRM), panRow(sale.maskedPan), amountRow(sale), (confirmed) => {
    go(confirmed ? 0 : FAULT_CANCELLED);
  });
}

function requestFields(sale: Sale): WireFields {
  const { settings, journal } = sale.terminal;
  const fields = fixedFields(sale.row, settings, journal.batch());
  const encrypted = settings.trackEncryption ? '1' : '0';
  fields[4] = bcd(sale.amountFen);
  fields[11] = bcd(journal.upcomingStan());
  fields[22] = bcdLeft(sale.pinBlock === '' ? '022' : '021');
  fields[35] = sale.field35;
  if (sale.field36 !== '') fields[36] = sale.field36;
  if (sale.pinBlock !== '') {
    fields[26] = bcd('12');
    fields[52] = sale.pinBlock;
    fields[53] = fromHex('26' + encrypted + '0000000000000');
  } else if (settings.trackEncryption) {
    fields[53] = fromHex('0610000000000000');
  }
  return fields;
}

function recordOf(sale: Sale, fields: WireFields): TransactionRecord {
  const keptFields: WireFields = [];
  for (let i = 0; i < kept.length; i++) {
    const n = kept[i];
    keptFields[n] = fields[n];
  }
  keptFields[14] = bcd(expiryOf((sale.tracks as StripeTracks).track2));
  return {
    transaction: sale.row.id,
    state: RECORD_OWED,
    fields: keptFields,
    maskedPan: sale.maskedPan,
    operator: sale.terminal.operator,
    reason: '98',
    tries: 0,
    slipsDone: 0,
  };
}

function goOnline(sale: Sale, go: Go): void {
  const fields = requestFields(sale);
  const { terminal, row } = sale;
  const online: OnlineJob = { lcdTitle: row.lcdTitle, mti: row.mti, fields, record: recordOf(sale, fields) };
  sale.told = true;
  terminal.perform(MODULE_ONLINE, { online }, (fault) => {
    sale.record = online.settled || null;
    go(fault);
  });
}

function releasePad(sale: Sale, go: Go): void {
  forgetCard(sale, go);
}

function printSlips(sale: Sale, go: Go): void {
  sale.terminal.perform(MODULE_PRINT, { record: sale.record as TransactionRecord }, go);
}

const steps: readonly Step<Sale>[] = [
  enterAmount,
  swipeCard,
  confirmCard,
  giveCard,
  takePin,
  makeTracks,
  goOnline,
  releasePad,
  printSlips,
];

/** Ends the sale: the pad forgets the card whatever happened, and a fault nobody has told yet is told. */
function finish(sale: Sale, fault: number, done: (fault: number) => void): void {
  const { terminal, row } = sale;
  const reachedPad = sale.padHoldsCard;
  forgetCard(sale, () => {
    if (fault === FAULT_PAD_NO_KEY) {
      terminal.journal.markKeysStale(() => {
        warn(terminal, terminal.text(row.lcdTitle), terminal.text(padFaultText(fault)), '', () => {
          done(fault);
        });
      });
    } else if (!fault || sale.told || fault === FAULT_POWER_KEY) {
      done(fault);
    } else {
      const textId = reachedPad ? padFaultText(fault) : cardFaultText(fault);
      warn(terminal, terminal.text(row.lcdTitle), terminal.text(textId), '', () => {
        done(fault);
      });
    }
  });
}

/** Job: `tracks` of a swipe that began it, with `stripeFault` where it could not be read. */
export function sale(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const context: Sale = {
    terminal,
    row: rowSale,
    tracks: null,
    maskedPan: '',
    amountFen: '',
    pinBlock: '',
    field35: '',
    field36: '',
    padHoldsCard: false,
    record: null,
    told: false,
  };
  const fault = job.tracks || job.stripeFault ? takeCard(context, job.stripeFault || 0, job.tracks || null) : 0;
  if (fault) {
    finish(context, fault, done);
    return;
  }
  terminal.perform(MODULE_PREPARE, {}, (unprepared) => {
    if (unprepared) done(unprepared);
    else {
      run(terminal.board.clock, steps, context, (ended) => {
        finish(context, ended, done);
      });
    }
  });
}
