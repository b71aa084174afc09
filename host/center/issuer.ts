/**
 * What the issuer says to a sale or a balance inquiry: the card's fate, its dates, the PIN, limits, what the account
 * holds. Answer codes as in docs/center.md.
 */
import type { CardData } from './card-data';
import type { Card, Cards } from './cards';
import { forcedCode } from './forced';
import { binary, decimals, has, type Request } from './request';
import { pinOfBlock } from './security';
import type { Terms } from './terms';

export interface Decision {
  readonly code: string;
  /** What to take from the account; 0 with a code that does not approve. */
  readonly approvedFen: number;
}

const MOST_PIN_TRIES = 3;
const FATE_CODES: Record<string, string> = { lost: '41', stolen: '43', restricted: '62' };
const APPROVING_CODES = ['11', 'A2', 'A4', 'A5', 'A6'];
const PARTIAL = '10';

function declined(code: string): Decision {
  return { code, approvedFen: 0 };
}

/** F22, F26, F52 and F53 must tell the same story; '' or 30. */
function checkPinFields(request: Request, { security }: Terms): string {
  const entry = decimals(request, 22).charAt(2);
  if (!has(request, 52)) return entry === '1' ? '30' : '';
  const longest = parseInt(decimals(request, 26), 10);
  const isFormed = (security.charAt(0) === '1' || security.charAt(0) === '2') && longest >= 4 && longest <= 12;
  return entry === '1' && isFormed ? '' : '30';
}

/** '' for the right PIN (or none needed); counts wrong ones: 55, then 75, then 38 for ever. */
function checkPin(request: Request, { keys, security }: Terms, card: Card, cards: Cards): string {
  if (!has(request, 52)) return card.needsPin ? '55' : '';
  if (card.pinTries >= MOST_PIN_TRIES) return '38';
  const withPan = security.charAt(0) === '2';
  const pin = pinOfBlock(keys.pik, binary(request, 52), withPan ? card.pan : '');
  if (pin === '') return '99';
  if (cards.isPin(card, pin)) {
    if (card.pinTries > 0) cards.setPinTries(card, 0);
    return '';
  }
  cards.setPinTries(card, card.pinTries + 1);
  return card.pinTries + 1 >= MOST_PIN_TRIES ? '75' : '55';
}

function checkCard(request: Request, data: CardData, card: Card, yearAndMonth: string): string {
  const fate = FATE_CODES[card.fate];
  if (fate) return fate;
  if (data.expiry !== '' && data.expiry !== card.expiry) return '59';
  if (card.expiry < yearAndMonth) return '54';
  // F60.5 = 2: the chip could not be read, the stripe is the fall-back.
  const isFallback = decimals(request, 60).charAt(12) === '2';
  return card.fate === 'chipOnly' && decimals(request, 22).slice(0, 2) === '02' && !isFallback ? '45' : '';
}

function decideAmount(request: Request, card: Card, amountFen: number): Decision {
  const forced = forcedCode(amountFen);
  const allowsPartial = decimals(request, 60).charAt(13) === '1';
  if (card.limitFen > 0 && amountFen > card.limitFen) return declined('61');
  const wanted = forced === PARTIAL ? Math.floor(amountFen / 2) : amountFen;
  if (wanted < amountFen && !allowsPartial) return declined('51');
  if (card.balanceFen >= wanted) {
    const code = forced !== '' ? forced : card.fate === 'vip' ? '11' : '00';
    return { code, approvedFen: wanted };
  }
  return allowsPartial && card.balanceFen > 0 ? { code: PARTIAL, approvedFen: card.balanceFen } : declined('51');
}

function approves(code: string): boolean {
  return code === PARTIAL || APPROVING_CODES.includes(code);
}

/** The issuer's word on a card request; `amountFen` 0 for a balance inquiry. `card` undefined where nobody knows the PAN. */
export function decide(
  request: Request,
  terms: Terms,
  data: CardData,
  card: Card | undefined,
  cards: Cards,
  amountFen: number,
  yearAndMonth: string,
): Decision {
  if (data.code !== '') return declined(data.code);
  const forced = forcedCode(amountFen);
  if (forced !== '' && !approves(forced)) return declined(forced);
  if (!card) return declined('14');
  const code =
    checkPinFields(request, terms) ||
    checkCard(request, data, card, yearAndMonth) ||
    checkPin(request, terms, card, cards);
  if (code !== '') return declined(code);
  return amountFen === 0 ? { code: '00', approvedFen: 0 } : decideAmount(request, card, amountFen);
}
