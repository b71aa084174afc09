/**
 * First step of UnionPay's MAC (unionpay "ECB" mode): all blocks of eight bytes, the last one padded with zeros, joined
 * by exclusive or. The pad may be given the fold instead of the message: the MAC is the same, and no track crosses the
 * pad's wire (docs/protocol/pinpad.md).
 */
import { u32, type Bytes } from '../../hal/bytes';

/** Eight bytes. */
export function foldBlocks(message: Bytes): Bytes {
  let left = 0;
  let right = 0;
  const lengthBytes = message.length;
  const whole = lengthBytes & ~7;
  for (let i = 0; i < whole; i += 8) {
    left ^= word(message, i);
    right ^= word(message, i + 4);
  }
  for (let i = whole; i < lengthBytes; i++) {
    const shifted = message.charCodeAt(i) << (24 - 8 * (i & 3));
    if (i & 4) right ^= shifted;
    else left ^= shifted;
  }
  return u32(left) + u32(right);
}

function word(message: Bytes, at: number): number {
  return (
    (message.charCodeAt(at) << 24) |
    (message.charCodeAt(at + 1) << 16) |
    (message.charCodeAt(at + 2) << 8) |
    message.charCodeAt(at + 3)
  );
}
