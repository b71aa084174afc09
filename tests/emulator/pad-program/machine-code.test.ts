/** Every test of same-bytes.test.ts and secrets.test.ts once more, with DES by the machine code of the pad's own board. */
import type * as Program from '../../../firmware/pinpad/pad';
import { thumbDes, type ThumbDes } from '../../support/thumb-des';

const mockThumb: { made: ThumbDes | null } = { made: null };

jest.mock('../../../firmware/pinpad/pad', () => {
  const actual: typeof Program = jest.requireActual('../../../firmware/pinpad/pad');
  const startPad: typeof Program.startPad = (board, options) => {
    const { des } = (mockThumb.made ??= thumbDes());
    actual.startPad({ ...board, native: { ...board.native, des } }, options);
  };
  return { ...actual, startPad };
});

afterAll(() => expect(mockThumb.made?.calls.length).toBeGreaterThan(100));

import './same-bytes.test';
import './secrets.test';
