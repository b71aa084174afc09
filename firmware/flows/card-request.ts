/**
 * What all transactions with a card share: the clerk confirms the card, the request is built, and at the end the pad
 * forgets the card whatever happened.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_CANCELLED, FAULT_PAD_NO_KEY } from '../../hal/fault';
import { FAULT_POWER_KEY } from '../app-faults';
import { SECURITY_ALWAYS, SECURITY_NEEDED, SECURITY_WITH_PIN } from '../dialect';
import { run, type Go, type Step } from '../flow';
import type { WireFields } from '../iso8583/message';
import { bcd, bcdLeft } from '../iso8583/wire-form';
import { MODULE_PREPARE } from '../modules';
import type { TerminalSettings } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_CARD_CONFIRM } from '../texts/ids';
import { fixedFields } from '../transactions/request-fields';
import type { TransactionRow } from '../transactions/transaction-row';
import { ask, warn } from '../ui/dialog';
import { cardFaultText, padFaultText } from '../ui/fault-text';
import { amountRow, takeCard } from './amount';
import { panRow } from './card';
import type { CardJob } from './card-job';
import { forgetCard } from './pin';

/** Step. */
export function confirmCard(card: CardJob, go: Go): void {
  const { text } = card.terminal;
  ask(card.terminal, text(T_LCD_CARD_CONFIRM), panRow(card.maskedPan), amountRow(card), (confirmed) => {
    go(confirmed ? 0 : FAULT_CANCELLED);
  });
}

/** The complete request without F64. `stan`: six digits. */
export function requestFields(card: CardJob, stan: Bytes): WireFields {
  const { settings, journal } = card.terminal;
  const fields = fixedFields(card.row, settings, journal.batch());
  if (card.amountFen !== '') fields[4] = bcd(card.amountFen);
  fields[11] = bcd(stan);
  fields[22] = bcdLeft(card.pinBlock === '' ? '022' : '021');
  fields[35] = card.field35;
  if (card.field36 !== '') fields[36] = card.field36;
  if (card.pinBlock !== '') {
    fields[26] = bcd(settings.pinCaptureCode);
    fields[52] = card.pinBlock;
  }
  if (sendsSecurityControl(settings, card.pinBlock !== ''))
    fields[53] = securityControl(settings, card.pinBlock !== '');
  return fields;
}

function sendsSecurityControl(settings: TerminalSettings, withPin: boolean): boolean {
  const mode = settings.securityControl;
  if (mode === SECURITY_NEEDED) return withPin || settings.trackEncryption;
  return mode === SECURITY_WITH_PIN ? withPin : mode === SECURITY_ALWAYS;
}

/** F53: PIN format (2 with PAN), algorithm (6 double-length 3DES, 0 DES), tracks encrypted or not. */
function securityControl(settings: TerminalSettings, withPin: boolean): Bytes {
  const algorithm = settings.singleLengthKeys && !settings.trackEncryption ? '0' : '6';
  return bcd((withPin ? '2' : '0') + algorithm + (settings.trackEncryption ? '1' : '0') + '0000000000000');
}

/** The pad forgets the card, and a fault nobody has told yet is told. */
function finish(card: CardJob, fault: number, done: (fault: number) => void): void {
  const { terminal, row } = card;
  const reachedPad = card.padHoldsCard;

  function tell(): void {
    const textId = reachedPad ? padFaultText(fault) : cardFaultText(fault);
    warn(terminal, terminal.text(row.lcdTitle), terminal.text(textId), '', () => {
      done(fault);
    });
  }

  forgetCard(card, () => {
    if (!fault || card.told || fault === FAULT_POWER_KEY) done(fault);
    else if (fault === FAULT_PAD_NO_KEY) terminal.journal.markKeysStale(tell);
    else tell();
  });
}

/** Runs `steps` for a card. Job: `tracks` of a swipe that began it, with `stripeFault` where it could not be read. */
export function runCard(
  terminal: Terminal,
  row: TransactionRow,
  job: Job,
  steps: readonly Step<CardJob>[],
  done: (fault: number) => void,
): void {
  const card: CardJob = {
    terminal,
    row,
    tracks: null,
    maskedPan: '',
    amountFen: '',
    pinBlock: '',
    field35: '',
    field36: '',
    padHoldsCard: false,
    told: false,
  };
  const fault = job.tracks || job.stripeFault ? takeCard(card, job.stripeFault || 0, job.tracks || null) : 0;
  if (fault) {
    finish(card, fault, done);
    return;
  }
  terminal.perform(MODULE_PREPARE, { row }, (unprepared) => {
    if (unprepared) done(unprepared);
    else {
      run(terminal.board.clock, steps, card, (ended) => {
        finish(card, ended, done);
      });
    }
  });
}
