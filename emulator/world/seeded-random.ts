/** The World's only source of chance: sfc32 (PractRand's small fast counter), its whole state four words. */
import type { Bytes } from '../../hal/bytes';

export class SeededRandom {
  state: number[];

  constructor(seed: number) {
    this.state = [0x9e3779b9 | 0, 0x243f6a88 | 0, seed | 0, 1];
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 0 to 2^32 - 1. */
  word(): number {
    const s = this.state as [number, number, number, number];
    const sum = (((s[0] + s[1]) | 0) + s[3]) | 0;
    s[3] = (s[3] + 1) | 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) | 0;
    s[2] = (s[2] << 21) | (s[2] >>> 11);
    s[2] = (s[2] + sum) | 0;
    return sum >>> 0;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.word() / 4294967296) * limit);
  }

  bytes(lengthBytes: number): Bytes {
    let out = '';
    for (let i = 0; i < lengthBytes; i++) out += String.fromCharCode(this.word() & 255);
    return out;
  }
}
