/** Each fault of the center in words: what comes back (docs/center.md has the same table). */
import type { CenterFault } from './types';

export const faultWords: Readonly<Record<CenterFault, string>> = {
  silence: 'nothing, though the request was processed',
  lost: 'nothing, and the request never arrived',
  late: 'the right answer after 75 s',
  slow: 'the right answer after 8 s',
  duplicate: 'the right answer, and again 0.3 s later',
  badMac: 'one character of F64 is wrong',
  noMac: 'no F64',
  close: 'the connection closes; the request was processed',
  wrongStan: 'F11 + 1 under a good F64',
  wrongAmount: 'F4 + 1 under a good F64',
  wrongTerminal: 'another F41 under a good F64',
  wrongMti: 'another MTI under a good F64',
  macOfOther: 'F64 of another message',
  truncated: "the frame's beginning",
  garbage: '64 bytes that are no message',
  forged: 'F39 turned into 00 on the line, F64 left as it was',
};
