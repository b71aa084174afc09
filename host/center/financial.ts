/**
 * Requests with a STAN and a MAC: sale, balance, reversal. Each is answered once and remembered; a repeat gets the stored
 * outcome under the current key (money rule 5); a reversal is idempotent and leaves a tombstone where its original is not
 * known (money rule 3).
 */
import { maskPan } from '../iso8583/masking';
import { exchangeAnswer, refusal, type Answer } from './answer';
import { readCard, type CardData } from './card-data';
import type { Card, Cards } from './cards';
import type { Exchange, Exchanges } from './exchanges';
import { decide } from './issuer';
import { authCodeOf, referenceOf, type Numbers } from './numbers';
import { binary, decimals, has, text, type Request } from './request';
import { computeMac, type MacKey } from './security';
import { macKeyOf, type Terminal } from './terminals';
import { termsOf } from './terms';
import { stampOf } from './time';

export interface FinancialDeps {
  readonly numbers: Numbers;
  readonly cards: Cards;
  readonly exchanges: Exchanges;
}

/** What a request asks for, its numbers checked. */
interface Asked {
  readonly batch: number;
  readonly stan: number;
  readonly kind: Exchange['kind'];
  readonly processing: string;
  readonly amountFen: number;
}

/** What the center makes of it. */
interface Outcome {
  readonly code: string;
  readonly approvedFen: number;
  readonly balanceFen: number | null;
  readonly card: Card | undefined;
  readonly data: CardData;
}

const YUAN = '156';
const ENDS_REVERSAL = ['00', '25'];
const NO_CARD: CardData = { pan: '', expiry: '', code: '' };

/** Rows of the transaction table that this center knows: MTI, F3, F25, F60.1. */
const KINDS: Record<string, Exchange['kind']> = {
  '0200 000000 00 22': 'sale',
  '0200 310000 00 01': 'balance',
};

/** True where F64 fits the bytes that came before it. */
export function isMacValid(request: Request, mak: MacKey): boolean {
  if (!has(request, 64)) return false;
  return computeMac(mak, request.raw.subarray(0, -8)).equals(binary(request, 64));
}

function readAsked(request: Request): Asked | undefined {
  const batch = decimals(request, 60).slice(2, 8);
  const stan = decimals(request, 11);
  if (batch.length !== 6 || stan.length !== 6 || stan === '000000') return undefined;
  const processing = decimals(request, 3);
  const type = `${request.mti} ${processing} ${decimals(request, 25)} ${decimals(request, 60).slice(0, 2)}`;
  const amount = decimals(request, 4);
  return {
    batch: parseInt(batch, 10),
    stan: parseInt(stan, 10),
    kind: request.mti === '0400' ? 'reversal' : (KINDS[type] ?? 'other'),
    processing,
    amountFen: amount === '' ? 0 : parseInt(amount, 10),
  };
}

/** Mandatory fields (F0 of the matrix); '' or the answer code. */
function checkForm(request: Request, asked: Asked): string {
  if (asked.kind === 'other') return '40';
  if (decimals(request, 3) === '' || decimals(request, 25) === '' || !has(request, 22)) return '30';
  if (text(request, 49) !== YUAN || decimals(request, 60).length < 11) return '30';
  const wantsAmount = asked.kind !== 'balance';
  if (wantsAmount !== has(request, 4)) return '30';
  return wantsAmount && asked.amountFen === 0 ? '13' : '';
}

export function createFinancial(deps: FinancialDeps) {
  const { numbers, cards, exchanges } = deps;

  /**
   * What makes a repeat a repeat beside terminal, batch, STAN and MTI: F3, F25, F60.1, F4 as they are, and the card as
   * the HMAC by which it is found.
   */
  function fingerprintOf(request: Request, pan: string): Buffer {
    const type = decimals(request, 60).slice(0, 2);
    const parts = [decimals(request, 3), decimals(request, 25), type, decimals(request, 4)];
    return Buffer.concat([Buffer.from(parts.join('|'), 'latin1'), cards.indexOf(pan)]);
  }

  function sell(request: Request, terminal: Terminal, asked: Asked, data: CardData, nowMs: number): Outcome {
    const { keys, dialect } = terminal;
    const card = data.pan === '' ? undefined : cards.findByPan(data.pan);
    const refuse = (code: string): Outcome => ({ code, approvedFen: 0, balanceFen: null, card, data });
    if (exchanges.isBuried(terminal.terminalId, asked.batch, asked.stan)) return refuse('12');
    if (asked.batch !== terminal.batch || terminal.state !== 'signedIn' || !keys) return refuse('77');
    const malformed = checkForm(request, asked);
    if (malformed !== '') return refuse(malformed);
    const terms = termsOf(request, keys, dialect.securityControl);
    if (dialect.securityControl === 'always' && terms.security === '') return refuse('30');
    const yearAndMonth = stampOf(nowMs).yearAndMonth;
    const decision = decide(request, terms, data, card, cards, asked.amountFen, yearAndMonth);
    const leftFen = (card?.balanceFen ?? 0) - decision.approvedFen;
    const tellsBalance = decision.code === '10' || (asked.kind === 'balance' && decision.code === '00');
    const { code, approvedFen } = decision;
    return { code, approvedFen, balanceFen: tellsBalance ? leftFen : null, card, data };
  }

  function reverse(request: Request, terminal: Terminal, asked: Asked, data: CardData, nowMs: number): Outcome {
    const refuse = (code: string, card?: Card): Outcome => ({ code, approvedFen: 0, balanceFen: null, card, data });
    const malformed = checkForm(request, asked);
    if (malformed !== '') return refuse(malformed);
    const original = exchanges.find(terminal.terminalId, asked.batch, asked.stan, '0200');
    if (!original) {
      exchanges.bury(terminal.terminalId, asked.batch, asked.stan, nowMs);
      return refuse('25');
    }
    const card = original.cardId === null ? undefined : cards.findById(original.cardId);
    // Not 12 or 25: they would end a reversal that is still owed.
    if (original.amountFen !== asked.amountFen || original.processing !== asked.processing) return refuse('64', card);
    if (data.pan !== '' && card && data.pan !== card.pan) return refuse('64', card);
    if (!original.reversed) {
      exchanges.markReversed(original.id);
      if (original.approvedFen > 0 && card) {
        cards.post(card.accountId, original.approvedFen);
        exchanges.post('reversal', original.id, card.accountId, original.approvedFen, nowMs);
      }
    }
    return refuse('00', card);
  }

  function remember(request: Request, terminal: Terminal, asked: Asked, outcome: Outcome, nowMs: number): Exchange {
    const sequence = numbers.next('reference');
    const isSale = asked.kind === 'sale' && outcome.approvedFen > 0;
    const exchange: Exchange = {
      id: 0,
      terminalId: terminal.terminalId,
      batch: asked.batch,
      stan: asked.stan,
      mti: request.mti,
      fingerprint: fingerprintOf(request, outcome.data.pan),
      kind: asked.kind,
      processing: asked.processing,
      cardId: outcome.card?.id ?? null,
      maskedPan: outcome.card?.maskedPan ?? maskPan(outcome.data.pan),
      amountFen: asked.amountFen,
      approvedFen: outcome.approvedFen,
      balanceFen: outcome.balanceFen,
      code: outcome.code,
      reference: referenceOf(stampOf(nowMs).referencePrefix, sequence),
      authCode: isSale ? authCodeOf(sequence) : '',
      atMs: nowMs,
      reversed: false,
    };
    const id = exchanges.add(exchange);
    if (isSale && outcome.card) {
      cards.post(outcome.card.accountId, -outcome.approvedFen);
      exchanges.post('sale', id, outcome.card.accountId, -outcome.approvedFen, nowMs);
    }
    return exchange;
  }

  function repeat(request: Request, terminal: Terminal, stored: Exchange, data: CardData, nowMs: number): Answer {
    if (!fingerprintOf(request, data.pan).equals(stored.fingerprint)) return refusal(request, '94', nowMs, terminal);
    exchanges.countRepeat(stored.id);
    const card = stored.cardId === null ? undefined : cards.findById(stored.cardId);
    // A late twin of a sale that was reversed since: its outcome is "undone", never "approved".
    if (stored.reversed && stored.approvedFen > 0) return refusal(request, '12', nowMs, terminal);
    return exchangeAnswer(request, stored, terminal, card?.pan ?? data.pan, card);
  }

  /** Answers a request of a known terminal. */
  return function answer(request: Request, terminal: Terminal, nowMs: number): Answer {
    const { keys, dialect } = terminal;
    const mak = macKeyOf(terminal);
    if (!keys || !mak || !isMacValid(request, mak)) return refusal(request, 'A0', nowMs, terminal);
    const asked = readAsked(request);
    if (!asked) return refusal(request, '30', nowMs, terminal);
    const isReversal = asked.kind === 'reversal';
    const terms = termsOf(request, keys, dialect.securityControl);
    const data = isReversal ? { ...NO_CARD, pan: decimals(request, 2) } : readCard(request, terms);
    const stored = exchanges.find(terminal.terminalId, asked.batch, asked.stan, request.mti);
    if (stored) return repeat(request, terminal, stored, data, nowMs);
    const work = isReversal ? reverse : sell;
    const outcome = work(request, terminal, asked, data, nowMs);
    // A reversal that is refused has done nothing: it must not hold the number against the right one.
    if (isReversal && !ENDS_REVERSAL.includes(outcome.code)) return refusal(request, outcome.code, nowMs, terminal);
    const exchange = remember(request, terminal, asked, outcome, nowMs);
    return exchangeAnswer(request, exchange, terminal, outcome.card?.pan ?? data.pan, outcome.card);
  };
}
