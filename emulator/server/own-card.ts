/**
 * A card of the user's own: the text of its tracks as a reader gives it, `%…?` track 1, `;…?` track 2, `+…?` (or a second
 * `;…?`) track 3, by ISO/IEC 7813 and ISO 4909. What is refused is named by its place; never by the digits around it.
 */
import type { StripeCard } from '../devices/stripe-head';

/** Most characters between the sentinels (ISO/IEC 7811-2, -6: 79, 40 and 107 with sentinels and LRC). */
const LONGEST = [0, 76, 37, 104] as const;
const SHORTEST = 8;

interface Piece {
  readonly track: 1 | 2 | 3;
  readonly text: string;
  /** Of its first character in what was pasted, from 1. */
  readonly place: number;
}

function trackOf(sentinel: string, hasTrack2: boolean): 1 | 2 | 3 {
  if (sentinel === '%') return 1;
  return sentinel === '+' || hasTrack2 ? 3 : 2;
}

/** Cuts the text at its sentinels; without any it is a track 2 alone. */
function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const sentinel = text.charAt(at);
    if (!'%;+'.includes(sentinel)) {
      if (found.length > 0) throw new Error(`character ${at + 1}: a track begins with %, ; or +`);
      return [{ track: 2, text: text.slice(at).trimEnd().replace(/\?$/, ''), place: at + 1 }];
    }
    const track = trackOf(
      sentinel,
      found.some((piece) => piece.track === 2),
    );
    if (found.some((piece) => piece.track === track))
      throw new Error(`character ${at + 1}: track ${track} comes twice`);
    const end = text.indexOf('?', at);
    if (end < 0) throw new Error(`track ${track}: its end sentinel "?" is missing`);
    found.push({ track, text: text.slice(at + 1, end), place: at + 2 });
    at = end + 1;
  }
  return found;
}

function checkPiece({ track, text, place }: Piece): void {
  const isKnown = track === 1 ? /[ -_]/ : /[0-9=]/;
  const known = track === 1 ? 'capital letters, digits, space and punctuation' : 'digits and "="';
  for (let i = 0; i < text.length; i++) {
    if (isKnown.test(text.charAt(i))) continue;
    throw new Error(`character ${place + i} cannot be on track ${track}, which holds ${known}`);
  }
  if (text.length > LONGEST[track]) {
    throw new Error(`track ${track} holds ${LONGEST[track]} characters between its sentinels, not ${text.length}`);
  }
  if (text.length < SHORTEST) throw new Error(`track ${track} is too short to hold a card number`);
}

/** Throws an Error whose sentence names the place. `text` may be up to some 250 characters. */
export function readOwnCard(text: string): StripeCard {
  const found = pieces(text.replace(/D(?=\d{4})/g, '='));
  if (found.length === 0) throw new Error('paste the tracks of a card first, ;…=…? for example');
  for (const piece of found) checkPiece(piece);
  const of = (track: number): string => found.find((piece) => piece.track === track)?.text ?? '';
  return { track1: of(1), track2: of(2), track3: of(3) };
}
