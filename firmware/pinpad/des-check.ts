/** Whether a board's machine code for DES is right: the example of NIST SP 800-67, appendix B, chained so that it comes out. */
import { xor, type Bytes } from '../../hal/bytes';

/** Two blocks, three passes, the second backwards, a chain. */
const HEAD = '\x02\x00\x03\x02\x01\x00\x00\x00';
const KEYS = '\x01\x23\x45\x67\x89\xab\xcd\xef\x23\x45\x67\x89\xab\xcd\xef\x01\x45\x67\x89\xab\xcd\xef\x01\x23';
const NO_BLOCK = '\x00\x00\x00\x00\x00\x00\x00\x00';
const FIRST = '\xa8\x26\xfd\x8c\xe5\x3b\x85\x5f';
const SECOND = '\xcc\xe2\x1c\x81\x12\x25\x6f\xe6';
const DATA_AT = 40;

/** `des`: as in `PadNatives`. No key stays in the frame. */
export function isRight(des: (frame: Bytes) => Bytes): boolean {
  const done = des(HEAD + KEYS + NO_BLOCK + 'The qufc' + xor('k brown ', FIRST));
  return done.substring(8, 32) === NO_BLOCK + NO_BLOCK + NO_BLOCK && done.substring(DATA_AT) === FIRST + SECOND;
}
