/**
 * Online sign-in (0800, 60.3 = 001, 003 or 004): working keys into the pad, the calendar from the center, the open batch, and
 * only then "signed in today" in the journal. Nothing of it can cost money: it may be cut anywhere and begun again.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_NONE, FAULT_PAD_NO_KEY } from '../../hal/fault';
import { PAD_LOAD_KEYS } from '../../hal/pad-commands';
import { FAULT_BAD_ANSWER, FAULT_DECLINED, FAULT_NOT_PROVISIONED } from '../app-faults';
import { exchangePlain, type Answer } from '../exchange/exchange';
import { run, type Go, type Step } from '../flow';
import { fieldData, fieldDigits } from '../iso8583/message';
import { bcd, lllBytes } from '../iso8583/wire-form';
import { SETTING_BATCH_VOID } from '../setting-ids';
import { CLERK } from '../settings';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_ANSWER_BAD,
  T_LCD_CONNECTING,
  T_LCD_NO_KEY,
  T_LCD_PLEASE_WAIT,
  T_LCD_SIGN_IN,
  T_LCD_SIGN_IN_FAILED,
  T_LCD_SIGNED_IN,
} from '../texts/ids';
import { rowSignIn, rowSignInSingle, rowSignInTracks } from '../transactions/management';
import { fixedFields } from '../transactions/request-fields';
import { lineFaultText, padFaultText } from '../ui/fault-text';
import { tell, warn } from '../ui/dialog';
import { declineRows } from './decline';
import { allDigits } from './digits';
import { isProvisioned } from './missing';

/** Unwrapping and checking three keys takes a pad without a DES engine a while. */
const LOAD_KEYS_TIMEOUT_MS = 8000;

const BATCH_UNKNOWN = '000000';

/** PIK and MAK with check values, single-length and double-length; with TDK and its own. */
const KEYS_SINGLE_BYTES = 24;
const KEYS_BYTES = 40;
const KEYS_WITH_TDK_BYTES = 60;

interface SignIn {
  readonly terminal: Terminal;
  readonly job: Job;
  stan: Bytes;
  answer: Answer | null;
  /** Two rows for the clerk when it fails. */
  rows: readonly [Bytes, Bytes];
}

function fail(signIn: SignIn, textId: number, go: Go, fault: number): void {
  signIn.rows = [signIn.terminal.text(T_LCD_SIGN_IN_FAILED), signIn.terminal.text(textId)];
  go(fault);
}

function checkNumbers({ terminal }: SignIn, go: Go): boolean {
  return isProvisioned(terminal, T_LCD_SIGN_IN, go);
}

function takeStan(signIn: SignIn, go: Go): void {
  const { ui, text, journal } = signIn.terminal;
  ui.show(text(T_LCD_SIGN_IN), text(T_LCD_CONNECTING), text(T_LCD_PLEASE_WAIT), '');
  journal.nextStan((fault, stan) => {
    signIn.stan = stan;
    go(fault);
  });
}

function send(signIn: SignIn, go: Go): void {
  const { terminal, job } = signIn;
  const { settings, journal } = terminal;
  const row = settings.trackEncryption ? rowSignInTracks : settings.singleLengthKeys ? rowSignInSingle : rowSignIn;
  // Numbers that changed have a batch of their own to ask for (money rule 4).
  const isVoid = journal.setting(SETTING_BATCH_VOID) !== '';
  const fields = fixedFields(row, settings, isVoid ? BATCH_UNKNOWN : journal.batch());
  fields[11] = bcd(signIn.stan);
  // Certification number 0000: none. The serial number behind it is the terminal's.
  fields[62] = lllBytes('Sequence No12' + '0000' + settings.terminalId);
  fields[63] = lllBytes((job.operator || terminal.operator || CLERK) + ' ');
  exchangePlain(terminal, row.mti, fields, (answer) => {
    signIn.answer = answer;
    if (answer.fault) fail(signIn, lineFaultText(answer.fault), go, answer.fault);
    else go();
  });
}

function judgeAnswer(signIn: SignIn, go: Go): boolean {
  const answer = signIn.answer as Answer;
  if (answer.code === '00') return true;
  signIn.rows = declineRows(signIn.terminal, answer.code);
  go(FAULT_DECLINED);
  return false;
}

function loadKeys(signIn: SignIn, go: Go): void {
  const { board, journal, settings } = signIn.terminal;
  const answer = signIn.answer as Answer;
  const keys = fieldData(answer.body, answer.index, 62);
  const plain = settings.singleLengthKeys ? KEYS_SINGLE_BYTES : KEYS_BYTES;
  if (keys.length !== (settings.trackEncryption ? KEYS_WITH_TDK_BYTES : plain)) {
    fail(signIn, T_LCD_ANSWER_BAD, go, FAULT_BAD_ANSWER);
    return;
  }
  board.pinpad.start(PAD_LOAD_KEYS, keys, LOAD_KEYS_TIMEOUT_MS, (fault) => {
    if (fault === FAULT_NONE) {
      go();
      return;
    }
    // A pad that refused new keys may have thrown the old ones away.
    journal.markKeysStale(() => {
      fail(signIn, fault === FAULT_PAD_NO_KEY ? T_LCD_NO_KEY : padFaultText(fault), go, fault);
    });
  });
}

/** The center sends no year: ours, unless New Year lies between the two clocks. */
export function fullDate(ownDate: Bytes, monthDay: Bytes): Bytes {
  let year = parseInt(ownDate.substr(0, 4), 10);
  const ownMonth = ownDate.substr(4, 2);
  const month = monthDay.substr(0, 2);
  if (ownMonth === '12' && month === '01') year++;
  if (ownMonth === '01' && month === '12') year--;
  return ('000' + year).substr(-4) + monthDay;
}

function setClock(signIn: SignIn): boolean {
  const { rtc } = signIn.terminal.board;
  const { body, index } = signIn.answer as Answer;
  const time = fieldDigits(body, index, 12);
  const date = fieldDigits(body, index, 13);
  if (time.length === 6 && date.length === 4) rtc.write(fullDate(rtc.read(), date) + time);
  return true;
}

function openBatch(signIn: SignIn, go: Go): void {
  const { body, index } = signIn.answer as Answer;
  const batch = fieldDigits(body, index, 60).substr(2, 6);
  if (batch.length !== 6 || batch === '000000' || !allDigits(batch)) {
    fail(signIn, T_LCD_ANSWER_BAD, go, FAULT_BAD_ANSWER);
    return;
  }
  signIn.terminal.journal.openBatch(batch, go);
}

function endVoid({ terminal }: SignIn, go: Go): boolean | void {
  const { journal } = terminal;
  if (journal.setting(SETTING_BATCH_VOID) === '') return true;
  journal.setSettings([[SETTING_BATCH_VOID, '']], go);
}

function markSignedIn(signIn: SignIn, go: Go): void {
  const { board, journal } = signIn.terminal;
  journal.markSignedIn(board.rtc.read().substr(0, 8), go);
}

const steps: readonly Step<SignIn>[] = [
  checkNumbers,
  takeStan,
  send,
  judgeAnswer,
  loadKeys,
  setClock,
  openBatch,
  endVoid,
  markSignedIn,
];

/** Job: `operator` where nobody is logged in, `quiet` to say nothing on success. */
export function signIn(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const text = terminal.text;
  const context: SignIn = { terminal, job, stan: '', answer: null, rows: [text(T_LCD_SIGN_IN_FAILED), ''] };
  run(terminal.board.clock, steps, context, (fault) => {
    const finish = (): void => {
      done(fault);
    };
    // What is missing has been told.
    if (fault === FAULT_NOT_PROVISIONED) finish();
    else if (fault) warn(terminal, text(T_LCD_SIGN_IN), context.rows[0], context.rows[1], finish);
    else if (job.quiet) finish();
    else tell(terminal, text(T_LCD_SIGN_IN), text(T_LCD_SIGNED_IN), '', finish);
  });
}
