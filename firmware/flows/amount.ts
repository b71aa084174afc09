/**
 * Amount and card, either first. Digits come in from the right in fen, as on every terminal of the trade; who presses
 * the point gets yuan. A swipe counts at any time before the card is known. A swipe that cannot be read ends the sale:
 * the clerk chooses it again.
 */
import type { Bytes } from '../../hal/bytes';
import { KEY_CLEAR, KEY_CONFIRM, KEY_DOT } from '../../hal/devices';
import type { StripeTracks } from '../../hal/devices';
import type { Go } from '../flow';
import { T_LCD_AMOUNT, T_LCD_AMOUNT_BAD, T_LCD_AMOUNT_SHOWN, T_LCD_SWIPE } from '../texts/ids';
import { ANSWER_MS } from '../ui/dialog';
import { digitsOfKey, faultOfKey } from '../ui/entry';
import { checkTracks, maskPan, panOf, panRow } from './card';
import { yuan } from './digits';
import type { CardJob } from './card-job';

/** 9,999,999.99. */
const AMOUNT_DIGITS = 9;
const AMOUNT_ZERO = '000000000000';

/** Label and yuan; nothing for an inquiry. */
export function amountRow(card: CardJob): Bytes {
  return card.amountFen === '' ? '' : card.terminal.text(T_LCD_AMOUNT_SHOWN) + yuan(card.amountFen);
}

/** Keeps a readable card of a known form. Returns the fault otherwise. */
export function takeCard(card: CardJob, fault: number, tracks: StripeTracks | null): number {
  const problem = fault || !tracks ? fault : checkTracks(tracks);
  if (problem || !tracks) return problem;
  card.tracks = tracks;
  card.maskedPan = maskPan(panOf(tracks.track2));
  return 0;
}

/** Keyed amount: digits, and how many of them stand behind the point (-1: none was pressed). */
interface Keyed {
  digits: Bytes;
  decimals: number;
}

function fenOf(keyed: Keyed): Bytes {
  const fen = keyed.digits + (keyed.decimals < 0 ? '' : '00'.substr(keyed.decimals));
  return AMOUNT_ZERO.substr(fen.length) + fen;
}

function keyIn(keyed: Keyed, key: number): void {
  const digits = digitsOfKey(key);
  const behind = keyed.decimals;
  if (key === KEY_CLEAR) {
    if (behind !== 0) keyed.digits = keyed.digits.substr(0, keyed.digits.length - 1);
    if (behind >= 0) keyed.decimals--;
  } else if (key === KEY_DOT) {
    if (behind < 0 && keyed.digits.length + 2 <= AMOUNT_DIGITS) keyed.decimals = 0;
  } else if (digits !== '' && (keyed.digits !== '' || behind >= 0 || digits.charAt(0) !== '0')) {
    const room = behind < 0 ? AMOUNT_DIGITS - keyed.digits.length : 2 - behind;
    if (digits.length > room) return;
    keyed.digits += digits;
    if (behind >= 0) keyed.decimals += digits.length;
  }
}

/** Step: the amount, and a card meanwhile. */
export function enterAmount(card: CardJob, go: Go): void {
  const { ui, text, onSwipe } = card.terminal;
  const keyed: Keyed = { digits: '', decimals: -1 };
  let refused = false;

  function leave(fault: number): void {
    ui.keys(null, 0);
    onSwipe(null);
    go(fault);
  }

  function drawAmount(): void {
    const shown = yuan(fenOf(keyed));
    ui.row(2, '                '.substr(shown.length) + shown);
  }

  function drawCard(): void {
    ui.row(3, card.tracks ? panRow(card.maskedPan) : text(T_LCD_SWIPE));
  }

  function onKey(key: number): void {
    const fault = faultOfKey(key);
    if (fault) {
      leave(fault);
    } else if (key !== KEY_CONFIRM) {
      keyIn(keyed, key);
      drawAmount();
      if (refused) drawCard();
      refused = false;
    } else if (fenOf(keyed) === AMOUNT_ZERO) {
      refused = true;
      ui.alert();
      ui.row(3, text(T_LCD_AMOUNT_BAD));
    } else {
      card.amountFen = fenOf(keyed);
      leave(0);
    }
  }

  ui.show(text(card.row.lcdTitle), text(T_LCD_AMOUNT), '            0.00', '');
  drawCard();
  ui.keys(onKey, ANSWER_MS);
  if (card.tracks) return;
  onSwipe((fault, tracks) => {
    onSwipe(null);
    const problem = takeCard(card, fault, tracks);
    if (problem) leave(problem);
    else drawCard();
  });
}

/** Step: the card, where none was swiped before or during the amount. */
export function swipeCard(card: CardJob, go: Go): boolean | void {
  const { ui, text, onSwipe } = card.terminal;
  if (card.tracks) return true;

  function leave(fault: number): void {
    ui.keys(null, 0);
    onSwipe(null);
    go(fault);
  }

  ui.show(text(card.row.lcdTitle), amountRow(card), text(T_LCD_SWIPE), '');
  ui.keys((key) => {
    const fault = faultOfKey(key);
    if (fault) leave(fault);
  }, ANSWER_MS);
  onSwipe((fault, tracks) => {
    leave(takeCard(card, fault, tracks));
  });
}
