/** The emulator's processor stops what a board's would not survive. */
import { runThumb, ThumbFault } from '../../emulator/board/thumb';

const CODE_AT = 0x20000000;
const DATA_AT = 0x20001000;
const BX_LR = 0x4770;

function run(...halves: number[]): number {
  const bytes = new Uint8Array(Uint16Array.from(halves).buffer);
  const regions = [
    { from: CODE_AT, bytes, isCode: true },
    { from: DATA_AT, bytes: new Uint8Array(16) },
  ];
  return runThumb(regions, CODE_AT + 1, [DATA_AT, 5], 1000).value;
}

test.each([
  ['adds r0, r1, #3', [0x1cc8, BX_LR], 8],
  ['subs r0, r1, r1', [0x1a48, BX_LR], 0],
  ['negs r0, r1', [0x4248, BX_LR], -5],
  ['lsrs r0, r1, #1', [0x0848, BX_LR], 2],
  ['rors r1, r1 by 5', [0x41c9, 0x0008, BX_LR], 0x28000000],
  ['muls r1, r1', [0x4349, 0x0008, BX_LR], 25],
  ['rev r0, r1', [0xba08, BX_LR], 0x05000000],
  ['cmp r1, #6; blo +2: r0 = 1, else r0 = 2', [0x2001, 0x2906, 0xd300, 0x2002, BX_LR], 1],
  ['cmp r1, #5; blt +2', [0x2001, 0x2905, 0xdb00, 0x2002, BX_LR], 2],
  ['strb r1, [r0]; ldr r0, [r0]', [0x7001, 0x6800, BX_LR], 5],
])('%s', (_what, code, value) => {
  expect(run(...code)).toBe(value);
});

test.each([
  ['reads below what it was given', [0x3804, 0x6800, BX_LR], /reads 0x20000ffc, which is not its own/],
  ['reads beyond it', [0x2100, 0x6900, BX_LR], /at 0x20000002: reads 0x20001010, which is not its own/],
  ['writes into code', [0x4678, 0x6001, BX_LR], /no address of 4 bytes|writes 0x2000000[0-9a-f], which is not its own/],
  ['reads a word at an odd place', [0x3001, 0x6800, BX_LR], /0x20001001 is no address of 4 bytes/],
  ['runs off its end', [0x2000], /there is no code/],
  ['goes round and round', [0xe7fe], /does not come to an end/],
  ['jumps to ARM code', [0x2000, 0x4700], /goes on at 0x00000000, which is no Thumb code/],
  ['leaves another r4', [0x2400, BX_LR], /r4 is not what its caller left in it/],
  ['leaves another stack', [0xb082, BX_LR], /the stack is not where it was/],
  ['is a breakpoint', [0xbe00], /0x0000be00 is not known/],
  ['calls the supervisor', [0xdf00], /0x0000df00 is not known/],
])('a function that %s is a fault', (_what, code, why) => {
  expect(() => run(...code)).toThrow(why);
  expect(() => run(...code)).toThrow(ThumbFault);
});

test('so is one that is not Thumb, or takes more than four words', () => {
  const regions = [{ from: CODE_AT, bytes: new Uint8Array([0x70, 0x47]), isCode: true }];
  expect(() => runThumb(regions, CODE_AT, [])).toThrow(/is no Thumb code/);
  expect(() => runThumb(regions, CODE_AT + 1, [1, 2, 3, 4, 5])).toThrow(/more than four words/);
  expect(runThumb(regions, CODE_AT + 1, [7, 2, 3, 4]).value).toBe(7);
});
