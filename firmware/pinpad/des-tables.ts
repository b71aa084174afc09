/**
 * DES tables (FIPS 46-3), and the eight combined S-box and permutation tables made from them once: an S-box lookup and
 * the permutation P become one lookup, already turned left by one bit as des.ts keeps its half blocks.
 */
import { nibbleOf } from '../../hal/bytes';

/** S1–S8, each four rows of 16 hex digits. */
const S_BOXES = [
  'E4D12FB83A6C59070F74E2D1A6CB953841E8D62BFC973A50FC8249175B3EA06D',
  'F18E6B34972DC05A3D47F28EC01A69B50E7BA4D158C6932FD8A13F42B67C05E9',
  'A09E63F51DC7B428D709346A285ECBF1D6498F30B12C5AE71AD069874FE3B52C',
  '7DE3069A1285BC4FD8B56F03472C1AE9A690CB7DF13E52843F06A1D8945BC72E',
  '2C417AB6853FD0E9EB2C47D150FA3986421BAD78F9C5630EB8C71E2D6F09A453',
  'C1AF92680D34E75BAF427C9561DE0B389EF528C3704A1DB6432C95FABE17608D',
  '4B2EF08D3C975A61D0B7491AE35C2F8614BDC37EAF6805926BD814A7950FE23C',
  'D2846FB1A93E50C71FD8A374C56B0E927B419CE206ADF35821E74A8DFC90356B',
];

/** Permutation P: output bit j + 1 is input bit P[j], bit 1 the highest. */
const P = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
];

let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const outputMask = new Int32Array(33);
  for (let j = 0; j < 32; j++) outputMask[P[j]] = j === 0 ? 1 : 1 << (32 - j);
  const made = new Int32Array(512);
  for (let i = 0; i < 512; i++) {
    const box = i >> 6;
    const column = (i >> 1) & 15;
    const row = ((i >> 4) & 2) | (i & 1);
    const value = nibbleOf(S_BOXES[box].charCodeAt(row * 16 + column));
    let combined = 0;
    for (let bit = 0; bit < 4; bit++) if (value & (8 >> bit)) combined |= outputMask[box * 4 + bit + 1];
    made[i] = combined;
  }
  return made;
}

/** Eight tables of 64 words, S1 first. */
export function substitution(): Int32Array {
  if (!tables) tables = makeTables();
  return tables;
}

/** Permuted choice 1: which key bit (1–64) each of the 56 bits of C and D is. */
export const PC1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
  47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];

/** Permuted choice 2: which bit of C and D (1–56) each of a round's 48 key bits is. */
export const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30,
  40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

/** Left turns of C and D before each round. */
export const TURNS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
