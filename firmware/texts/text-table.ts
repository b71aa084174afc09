/**
 * The texts of one language: all of them in one byte string, cut on demand. On a board the string stays in flash; an
 * array of a hundred and fifty strings would cost several hundred engine variables.
 */
import { tableOf, type Bytes } from '../../hal/bytes';

export interface TextTable {
  readonly bytes: Bytes;
  /** Where each text begins and, two bytes further on, ends: big-endian, two bytes each. */
  readonly ends: Bytes;
}

/** Text of an id of ids.ts, in GBK; '' for a number that is none. */
export type Texts = (id: number) => Bytes;

export function createTexts(table: TextTable): Texts {
  const bytes = table.bytes;
  const ends = tableOf(table.ends);
  return (id) => {
    // A negative index would be an error in the small engine.
    const at = (2 * id) & 0xffff;
    return bytes.slice((ends[at] << 8) | ends[at + 1], (ends[at + 2] << 8) | ends[at + 3]);
  };
}
