/**
 * F64 in a mode whose first step is no folding (ANSI X9.9 and X9.19, for foreign hosts): the pad gets the message itself,
 * in as many parts as its frames need (docs/protocol/pinpad.md).
 */
import { byte } from '../../hal/bytes';
import { MAC_FIRST, MAC_LAST, MAC_MODE_SHIFT, PAD_MAC } from '../../hal/pad-commands';
import type { Job, MacJob, Terminal } from '../terminal-context';
import { PAD_TIMEOUT_MS } from './mac';

/** The most whole blocks that fit into one frame of the pad. */
const PART_BYTES = 504;

/** Job: `mac`, whose `mac` it sets. */
export function wholeMac(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const task = job.mac as MacJob;
  const { pinpad } = terminal.board;
  let at = 0;

  function nextPart(): void {
    const part = task.message.substr(at, PART_BYTES);
    const first = at === 0 ? MAC_FIRST | (terminal.settings.macMode << MAC_MODE_SHIFT) : 0;
    at += PART_BYTES;
    const isLast = at >= task.message.length;
    pinpad.start(PAD_MAC, byte(first | (isLast ? MAC_LAST : 0)) + part, PAD_TIMEOUT_MS, (fault, mac) => {
      if (fault || isLast) {
        task.mac = mac;
        done(fault);
      } else nextPart();
    });
  }

  nextPart();
}
