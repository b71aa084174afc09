/** `PadNatives.des` as on the Pico 2, its machine code run by the emulator's processor. */
import { DES_THUMB } from '../../drivers/boards/espruino/des-thumb';
import { runThumb, type ThumbResult } from '../../emulator/board/thumb';
import type { Bytes } from '../../hal/bytes';

export interface ThumbDes {
  readonly des: (frame: Bytes) => Bytes;
  /** What each call took. */
  readonly calls: ThumbResult[];
}

/** `code`: other bytes than the board's. */
export function thumbDes(code: Bytes = DES_THUMB, codeAt = 0x20000100): ThumbDes {
  const bytes = Buffer.from(code, 'latin1');
  const calls: ThumbResult[] = [];
  const frameAt = codeAt + 0x1000;
  return {
    calls,
    des: (frame) => {
      const memory = Buffer.from(frame, 'latin1');
      const regions = [
        { from: codeAt, bytes, isCode: true },
        { from: frameAt, bytes: memory },
      ];
      const done = runThumb(regions, codeAt + 1, [frameAt]);
      calls.push(done);
      return done.value === 1 ? memory.toString('latin1') : '';
    },
  };
}
