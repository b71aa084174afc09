/**
 * First step of UnionPay's MAC (unionpay "ECB" mode): all blocks of eight bytes, the last one padded with zeros, joined
 * by exclusive or. The pad may be given the fold instead of the message: the MAC is the same, and no track crosses the
 * pad's wire (docs/protocol/pinpad.md).
 */
import { arrayOf, type Bytes } from '../../hal/bytes';

const PADDING = '\0\0\0\0\0\0\0';

/** Eight bytes. */
export function foldBlocks(message: Bytes): Bytes {
  // As words of whatever order of bytes: they are joined and put down again alike.
  const words = new Uint32Array(arrayOf(message + PADDING.substr((message.length + 7) & 7)).buffer);
  const folded = new Uint32Array(2);
  const count = words.length;
  let left = 0;
  let right = 0;
  let i = 0;
  while (i < count) {
    left ^= words[i++];
    right ^= words[i++];
  }
  folded[0] = left;
  folded[1] = right;
  return String.fromCharCode.apply(null, new Uint8Array(folded.buffer) as unknown as number[]);
}
