/** PAN and expiry date out of F2, F14, F35 and F36, tracks decrypted where F53 says so, everything checked to agree. */
import { clearTrack } from './security';
import { decimals, has, text, trackDigits, type Request } from './request';
import type { Terms } from './terms';

export interface CardData {
  /** '' where `code` says why there is none. */
  readonly pan: string;
  /** YYMM, '' where no field has it. */
  readonly expiry: string;
  /** F39 to decline with: 30 malformed, 59 fields contradict each other, A7 not to be decrypted, 40 no such entry mode; '' fine. */
  readonly code: string;
}

const ENCRYPTED_TRACKS = '1';
const MANUAL = '01';
const STRIPE = '02';

function refuse(code: string, pan = ''): CardData {
  return { pan, expiry: '', code };
}

function isDigits(value: string): boolean {
  return /^\d+$/.test(value);
}

/** ISO/IEC 7813: PAN, separator, YYMM, service code. */
function readTrack2(track: string): CardData {
  const separator = track.indexOf('D');
  const pan = track.slice(0, separator);
  const expiry = track.slice(separator + 1, separator + 5);
  const bad = separator < 12 || separator > 19 || !isDigits(pan) || expiry.length !== 4 || !isDigits(expiry);
  return bad ? refuse('30') : { pan, expiry, code: '' };
}

/** ISO/IEC 4909: two digits of format, PAN, separator. */
function panOfTrack3(track: string): string {
  const separator = track.indexOf('D');
  const pan = track.slice(2, separator);
  return separator >= 14 && separator <= 21 && isDigits(pan) ? pan : '';
}

function readTracks(request: Request, { keys, security }: Terms): CardData {
  const encrypted = security.charAt(2) === ENCRYPTED_TRACKS;
  if (encrypted && keys.tdk.length === 0) return refuse('A7');
  let card: CardData = refuse('');
  if (has(request, 35)) {
    const track = trackDigits(request, 35);
    card = readTrack2(encrypted ? clearTrack(keys.tdk, track) : track);
    if (card.code !== '') return encrypted ? refuse('A7') : card;
  }
  if (has(request, 36)) {
    const track = trackDigits(request, 36);
    const pan = panOfTrack3(encrypted ? clearTrack(keys.tdk, track) : track);
    if (pan === '') return refuse(encrypted ? 'A7' : '30');
    if (card.pan !== '' && card.pan !== pan) return refuse('59', card.pan);
    if (card.pan === '') card = { pan, expiry: '', code: '' };
  }
  return card;
}

/** Reads the card a request speaks of. A reversal's may have none: F2 alone, or nothing. */
export function readCard(request: Request, terms: Terms): CardData {
  const typed = decimals(request, 2);
  if (has(request, 2) && (typed.length < 12 || typed.length > 19)) return refuse('30');
  const mode = text(request, 22) === '' ? '' : decimals(request, 22).slice(0, 2);
  if (mode === MANUAL) return typed === '' ? refuse('30') : { pan: typed, expiry: decimals(request, 14), code: '' };
  if (mode !== STRIPE) return refuse(mode === '' ? '30' : '40', typed);
  const card = readTracks(request, terms);
  if (card.code !== '') return card;
  if (card.pan === '') return refuse('30', typed);
  if (typed !== '' && typed !== card.pan) return refuse('59', card.pan);
  const expiry = decimals(request, 14);
  if (expiry !== '' && card.expiry !== '' && expiry !== card.expiry) return refuse('59', card.pan);
  return card.expiry === '' ? { ...card, expiry } : card;
}
