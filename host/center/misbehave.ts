/** The far end's failures, applied to an answer that was worked out correctly; docs/center.md lists them. */
import { packMessage } from '../../firmware/iso8583/message';
import { bcd, digitsOf } from '../../firmware/iso8583/wire-form';
import type { Bytes } from '../../hal/bytes';
import { encodeAnswer, type Answer } from './answer';
import type { Request } from './request';
import { computeMac } from './security';
import type { CenterFault, CenterReply } from './types';

/** Beyond any terminal's response time-out. */
const LATE_MS = 75_000;
const SLOW_MS = 8_000;
const TWIN_MS = 300;

function increased(packed: Bytes | undefined): Bytes | undefined {
  if (!packed) return packed;
  const digits = digitsOf(packed);
  const limit = 10 ** digits.length;
  return bcd(String((parseInt(digits, 10) + 1) % limit).padStart(digits.length, '0'));
}

/** A lie under a valid MAC: the answer of another request, amount, terminal. */
function lie(answer: Answer, fault: CenterFault): Answer {
  const fields = answer.fields.slice();
  if (fault === 'wrongStan') fields[11] = increased(fields[11]);
  if (fault === 'forged') fields[39] = '00';
  if (fault === 'wrongAmount') fields[4] = increased(fields[4]);
  if (fault === 'wrongTerminal' && fields[41])
    fields[41] = fields[41].slice(0, 7) + (fields[41].endsWith('X') ? 'Y' : 'X');
  const mti = fault === 'wrongMti' ? answer.mti.charAt(0) + '\x30' : answer.mti;
  return { mti, fields, mak: fault === 'noMac' ? null : answer.mak };
}

function withMac(frame: Buffer, answer: Answer, fault: CenterFault): Buffer {
  if (!answer.mak) return frame;
  const at = frame.length - 8;
  if (fault === 'badMac') frame[at] = frame[at] === 0x30 ? 0x31 : 0x30;
  if (fault === 'macOfOther' || fault === 'forged') {
    const fields = fault === 'forged' ? answer.fields : lie(answer, 'wrongStan').fields;
    const other = Buffer.from(packMessage(answer.mti, fields), 'latin1');
    computeMac(answer.mak, other.subarray(0, -8)).copy(frame, at);
  }
  return frame;
}

function garbage(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 73 + 41) & 255;
  return bytes;
}

/** The replies to send instead of the one right one. */
export function misbehave(request: Request, answer: Answer, fault: CenterFault): CenterReply[] {
  const frame = withMac(encodeAnswer(request, lie(answer, fault)), answer, fault);
  if (fault === 'silence' || fault === 'lost') return [];
  if (fault === 'late') return [{ frame, delayMs: LATE_MS }];
  if (fault === 'slow') return [{ frame, delayMs: SLOW_MS }];
  if (fault === 'close') return [{ frame: Buffer.alloc(0), delayMs: 0, close: true }];
  if (fault === 'truncated') return [{ frame: frame.subarray(0, request.envelope.length + 20), delayMs: 0 }];
  if (fault === 'garbage') return [{ frame: garbage(64), delayMs: 0 }];
  const right = { frame, delayMs: 0 };
  return fault === 'duplicate' ? [right, { frame, delayMs: TWIN_MS }] : [right];
}
