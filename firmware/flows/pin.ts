/** The pad's part: it gets the card, takes the PIN from the customer and encrypts the tracks. */
import { byte, type Bytes } from '../../hal/bytes';
import { KEY_CANCEL } from '../../hal/devices';
import { FAULT_NONE, FAULT_PAD_BYPASS, FAULT_PROTOCOL } from '../../hal/fault';
import { PAD_CARD, PAD_END, PAD_PIN, PAD_TRACKS, PIN_MAY_BYPASS, PIN_WITH_PAN } from '../../hal/pad-commands';
import type { StripeTracks } from '../../hal/devices';
import { PAD_TIMEOUT_MS } from '../exchange/mac';
import type { Go } from '../flow';
import { bcd, llDigits, lllDigits } from '../iso8583/wire-form';
import { T_LCD_PIN, T_LCD_PIN_DIGITS, T_LCD_PIN_NONE } from '../texts/ids';
import { amountRow } from './amount';
import type { CardJob } from './card-job';

const PIN_SHORTEST = 4;
const PIN_LONGEST = 12;
const PIN_TIMEOUT_S = 60;
const NO_AMOUNT = '000000000000';
/** The pad ends a PIN entry by itself; this is for a pad that does not. */
const PIN_COMMAND_TIMEOUT_MS = PIN_TIMEOUT_S * 1000 + 10000;

/** Step: the pad gets the tracks, the only time they cross its wire. */
export function giveCard(card: CardJob, go: Go): void {
  const { track2, track3 } = card.tracks as StripeTracks;
  const data = byte(track2.length) + track2 + byte(track3.length) + track3;
  card.padHoldsCard = true;
  card.terminal.board.pinpad.start(PAD_CARD, data, PAD_TIMEOUT_MS, go);
}

/** Step: the customer's PIN, or confirm without one. */
export function takePin(card: CardJob, go: Go): void {
  const { ui, text, board } = card.terminal;
  const { pinpad } = board;

  function onPin(fault: number, pinBlock: Bytes): void {
    ui.keys(null, 0);
    pinpad.onProgress(null);
    card.pinBlock = fault ? '' : pinBlock;
    if (!fault && pinBlock.length !== 8) go(FAULT_PROTOCOL);
    else go(fault === FAULT_PAD_BYPASS ? FAULT_NONE : fault);
  }

  ui.show(text(T_LCD_PIN), amountRow(card), text(T_LCD_PIN_DIGITS), text(T_LCD_PIN_NONE));
  ui.keys((key) => {
    if (key === KEY_CANCEL) pinpad.cancel();
  }, 0);
  pinpad.onProgress((digitCount) => {
    ui.row(2, text(T_LCD_PIN_DIGITS) + '************'.substr(0, digitCount));
  });
  const flags = PIN_WITH_PAN | PIN_MAY_BYPASS;
  const request =
    byte(flags) + byte(PIN_SHORTEST) + byte(PIN_LONGEST) + byte(PIN_TIMEOUT_S) + (card.amountFen || NO_AMOUNT);
  pinpad.start(PAD_PIN, request, PIN_COMMAND_TIMEOUT_MS, onPin);
}

/** Step: F35 and F36, by the pad where tracks are encrypted. */
export function makeTracks(card: CardJob, go: Go): boolean | void {
  const { settings, board } = card.terminal;
  const { track2, track3 } = card.tracks as StripeTracks;
  if (!settings.trackEncryption) {
    card.field35 = llDigits(track2);
    card.field36 = track3 === '' ? '' : lllDigits(track3);
    return true;
  }
  board.pinpad.start(PAD_TRACKS, '', PAD_TIMEOUT_MS, (fault, answer) => {
    go(fault || keepTracks(card, answer));
  });
}

/** Digit count and packed digits, twice. The counts are those of the tracks that went in. */
function keepTracks(card: CardJob, answer: Bytes): number {
  const { track2, track3 } = card.tracks as StripeTracks;
  const count2 = answer.charCodeAt(0);
  const end2 = 1 + ((count2 + 1) >> 1);
  const count3 = answer.charCodeAt(end2);
  const end3 = end2 + 1 + ((count3 + 1) >> 1);
  if (count2 !== track2.length || count3 !== track3.length || answer.length !== end3) return FAULT_PROTOCOL;
  card.field35 = bcd(('0' + count2).substr(-2)) + answer.substring(1, end2);
  card.field36 = count3 === 0 ? '' : bcd(('000' + count3).substr(-4)) + answer.substring(end2 + 1);
  return FAULT_NONE;
}

/** Makes the pad forget card and PIN; a pad that cannot is asked no further. */
export function forgetCard(card: CardJob, done: () => void): void {
  card.tracks = null;
  card.pinBlock = '';
  card.field35 = '';
  card.field36 = '';
  if (!card.padHoldsCard) {
    done();
    return;
  }
  card.padHoldsCard = false;
  card.terminal.board.pinpad.start(PAD_END, '', PAD_TIMEOUT_MS, () => {
    done();
  });
}
