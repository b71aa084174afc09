/**
 * What the text of a card's tracks says (ISO/IEC 7813: track 1 format B, track 2; ISO/IEC 4909 for the number on track 3),
 * without sentinels. For those who make or look at cards; the terminal has its own check (firmware/flows/card.ts).
 */

export interface CardData {
  readonly pan: string;
  /** YYMM; '' where the card leaves it out. */
  readonly expiry: string;
  readonly serviceCode: string;
  readonly discretionary: string;
  /** Track 1 only, trailing blanks gone: `SURNAME/GIVEN`. */
  readonly name: string;
}

const PAN = /^\d{8,19}$/;
/** Expiry and service code, or a separator in place of either. */
const TAIL = /^(\d{4}|[=^])(\d{3}|[=^])(.*)$/;

function tailOf(text: string): Pick<CardData, 'expiry' | 'serviceCode' | 'discretionary'> | null {
  const [, expiry = '', serviceCode = '', discretionary = ''] = TAIL.exec(text) ?? [];
  if (expiry === '') return null;
  const given = (part: string): string => (/^\d/.test(part) ? part : '');
  if (given(expiry) !== '' && !hasMonth(expiry)) return null;
  return { expiry: given(expiry), serviceCode: given(serviceCode), discretionary };
}

/** True for YYMM with a month, `0000` of a card that does not expire among them. */
export function hasMonth(expiry: string): boolean {
  return /^\d\d(0[1-9]|1[0-2])$/.test(expiry) || expiry === '0000';
}

/** null where it is no payment card's. */
export function readTrack1(text: string): CardData | null {
  const [format, ...rest] = [text.charAt(0), ...text.slice(1).split('^')];
  const [pan = '', name, tail] = rest;
  if (format !== 'B' || rest.length < 3 || !PAN.test(pan) || name === undefined || tail === undefined) return null;
  const parts = tailOf(rest.slice(2).join('^'));
  return parts && { pan, name: name.trimEnd(), ...parts };
}

/** As on the stripe, `=` between number and expiry, or as in messages and chip data, `D` and a filler `F`. */
export function readTrack2(text: string): CardData | null {
  const [, pan = '', tail = ''] = /^(\d*)[=D](.*?)F?$/.exec(text) ?? [];
  const parts = PAN.test(pan) ? tailOf(tail.replaceAll('D', '=')) : null;
  return parts && { pan, name: '', ...parts };
}

/** Surname and given name of `SURNAME/GIVEN`, trimmed. */
export function nameParts(name: string): { readonly surname: string; readonly given: string } {
  const [surname = '', given = ''] = name.split('/');
  return { surname: surname.trim(), given: given.trim() };
}
