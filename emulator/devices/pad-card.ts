/** The card a PIN pad holds: what CARD brought, checked. */
import type { Bytes } from '../../hal/bytes';

export interface PadCard {
  readonly pan: string;
  /** '' when CARD brought only a PAN. */
  readonly track2: string;
  readonly track3: string;
}

/** ISO/IEC 7813 and 4909: 37 and 104 characters between the sentinels. */
const LONGEST_TRACK_2 = 37;
const LONGEST_TRACK_3 = 104;

/** The card in a CARD command's data, or null where that is malformed. */
export function card(data: Bytes): PadCard | null {
  const length2 = data.charCodeAt(0);
  const length3 = data.charCodeAt(1 + length2);
  if (!(length2 <= LONGEST_TRACK_2 && length3 <= LONGEST_TRACK_3)) return null;
  if (data.length !== 2 + length2 + length3) return null;
  const track2 = data.slice(1, 1 + length2);
  const track3 = data.slice(2 + length2);
  if (!/^[0-9=]*$/.test(track2) || !/^[0-9=]*$/.test(track3)) return null;
  // Track 3 begins with a format code of two digits (ISO/IEC 4909).
  const pan = (track2 !== '' ? track2 : track3.slice(2)).split('=')[0];
  if (pan.length < 8 || pan.length > 19) return null;
  return { pan, track2: track2.includes('=') ? track2 : '', track3 };
}
