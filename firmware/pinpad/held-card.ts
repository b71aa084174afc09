/** The card that the PIN pad holds: the data of a CARD command, checked (ISO/IEC 7813, 4909). */
import type { Bytes } from '../../hal/bytes';

export interface HeldCard {
  readonly pan: Bytes;
  /** '' where CARD brought a PAN alone. */
  readonly track2: Bytes;
  readonly track3: Bytes;
}

const LONGEST_TRACK_2 = 37;
const LONGEST_TRACK_3 = 104;
const SHORTEST_PAN = 8;
const LONGEST_PAN = 19;

/** Only digits and separators. */
function isTrack(text: Bytes): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 48 || code > 57) && code !== 61) return false;
  }
  return true;
}

/** null for data of a wrong form. */
export function parseCard(data: Bytes): HeldCard | null {
  const length2 = data.charCodeAt(0);
  const length3 = data.charCodeAt(1 + length2);
  if (!(length2 <= LONGEST_TRACK_2 && length3 <= LONGEST_TRACK_3)) return null;
  if (data.length !== 2 + length2 + length3) return null;
  const track2 = data.substring(1, 1 + length2);
  const track3 = data.substring(2 + length2);
  if (!isTrack(track2) || !isTrack(track3)) return null;
  // Track 3 begins with a format code of two digits.
  const from = track2 === '' ? track3.substring(2) : track2;
  const separatorAt = from.indexOf('=');
  const pan = separatorAt < 0 ? from : from.substring(0, separatorAt);
  if (pan.length < SHORTEST_PAN || pan.length > LONGEST_PAN) return null;
  return { pan, track2: track2.indexOf('=') < 0 ? '' : track2, track3 };
}
