/**
 * Step 1 and 2 of UnionPay's MAC: zero bytes up to whole blocks of 8, and all blocks combined by exclusive or. A file of
 * its own, because a terminal may fold a message itself and send its pad the 8 bytes (docs/protocol/security.md).
 */
import type { Bytes } from '../../hal/bytes';
import { fromArray, toArray } from '../../hal/bytes';

/** Eight bytes. Words at a time: the order of a word's bytes does not matter to exclusive or. */
export function foldBlocks(data: Bytes): Bytes {
  const bytes = new Uint8Array((data.length + 7) & ~7);
  bytes.set(toArray(data));
  const words = new Int32Array(bytes.buffer);
  const fold = new Int32Array(2);
  let first = 0;
  let second = 0;
  for (let i = 0; i < words.length; i += 2) {
    first ^= words[i] as number;
    second ^= words[i + 1] as number;
  }
  fold[0] = first;
  fold[1] = second;
  return fromArray(new Uint8Array(fold.buffer));
}
