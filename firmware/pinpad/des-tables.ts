/**
 * DES tables (FIPS 46-3). An S-box lookup and the permutation P become one lookup, its result already turned left by one bit as
 * des.ts keeps its half blocks.
 */
import type { Bytes } from '../../hal/bytes';
import { lookups } from './lookups';

/** S1–S8, each four rows of 16 hex digits. */
const S_BOXES =
  'E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D' +
  'F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9' +
  'A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C' +
  '7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E' +
  '2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453' +
  'C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D' +
  '4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C' +
  'D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B';

/** Permutation P, inverted: output bit (1–32, 1 the highest) of each output bit of S1, of S2 and so on. */
const P_INVERTED =
  '\x09\x11\x17\x1f\x0d\x1c\x02\x12\x18\x10\x1e\x06\x1a\x14\x0a\x01' +
  '\x08\x0e\x19\x03\x04\x1d\x0b\x13\x20\x0c\x16\x07\x05\x1b\x0f\x15';

/** Values of the hex digits by their char codes. */
function hexValues(): Uint8Array {
  const values = new Uint8Array(71);
  for (let i = 0; i < 10; i++) values[48 + i] = i;
  for (let i = 10; i < 16; i++) values[55 + i] = i;
  return values;
}

/** Place in a box's four rows of each of its 64 inputs: the outer two bits are the row. */
function places(): Uint8Array {
  const made = new Uint8Array(64);
  for (let input = 0; input < 64; input++) made[input] = (input & 32) | ((input & 1) << 4) | ((input >> 1) & 15);
  return made;
}

/** What P makes of the 16 outputs of a box. */
function permuted(box: number): Int32Array {
  const made = new Int32Array(16);
  for (let bit = 1; bit < 16; bit += bit) {
    const place = P_INVERTED.charCodeAt(box * 4 + (bit === 8 ? 0 : bit === 4 ? 1 : bit === 2 ? 2 : 3));
    const value = place === 1 ? 1 : 1 << (33 - place);
    for (let i = 0; i < bit; i++) made[bit + i] = made[i] | value;
  }
  return made;
}

/** S7, S5, S3, S1, or with `second` S8, S6, S4, S2: the box of the lowest byte first, 64 words each. */
export function substitution(second: number): Int32Array {
  const { array, lookUp } = lookups();
  const made = new Int32Array(256);
  const values = hexValues();
  const order = places();
  for (let i = 0; i < 4; i++) {
    const box = 6 - i * 2 + second;
    const rows = new Uint8Array(64);
    const outputs = new Uint8Array(64);
    lookUp(array(S_BOXES.substring(box * 64, box * 64 + 64)), rows, values);
    lookUp(order, outputs, rows);
    lookUp(outputs, made.subarray(i * 64, i * 64 + 64), permuted(box));
  }
  return made;
}

/** Permuted choice 1: key bit (from 0) of each bit of C, of C once more, of D, of D once more. */
const CHOICE_1_C =
  '\x38\x30\x28\x20\x18\x10\x08\x00\x39\x31\x29\x21\x19\x11\x09\x01\x3a\x32\x2a\x22\x1a\x12\x0a\x02\x3b\x33\x2b\x23';
const CHOICE_1_D =
  '\x3e\x36\x2e\x26\x1e\x16\x0e\x06\x3d\x35\x2d\x25\x1d\x15\x0d\x05\x3c\x34\x2c\x24\x1c\x14\x0c\x04\x1b\x13\x0b\x03';

export function choice1(): Bytes {
  return CHOICE_1_C + CHOICE_1_C + CHOICE_1_D + CHOICE_1_D;
}

/**
 * Permuted choice 2: for each bit of a round key its place in `choice1`'s C, C, D, D before it is turned: those for S1, S3, S5, S7,
 * then those for S2, S4, S6, S8.
 */
export const CHOICE_2 =
  '\x0d\x10\x0a\x17\x00\x04\x16\x12\x0b\x03\x19\x07\x44\x4f\x3a\x40\x4a\x52\x47\x4c\x42\x53\x3d\x50' +
  '\x02\x1b\x0e\x05\x14\x09\x0f\x06\x1a\x13\x0c\x01\x39\x43\x4e\x48\x3c\x4b\x49\x45\x4d\x3f\x38\x3b';

/** How far C and D are turned left in each round. */
export const TURNED = '\x01\x02\x04\x06\x08\x0a\x0c\x0e\x0f\x11\x13\x15\x17\x19\x1b\x1c';
