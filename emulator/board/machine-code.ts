/** What is called by the engine's `E.nativeCall`: the code and what it was given addresses of, in the memory of a processor. */
import { runThumb, type MemoryRegion, type ThumbResult } from './thumb';

/** Where the code lies: at a multiple of four, as the engine has it. */
const CODE_AT = 0x20000100;
/** Where lent memory lies. */
export const LENT_FROM = 0x20010000;

const words = (bytes: string): number[] => {
  const from = Buffer.from(bytes, 'latin1');
  return Array.from({ length: from.length / 4 }, (_, i) => from.readInt32LE(i * 4));
};

/** Calls `code` with the address of `bytes`, in place. Throws a ThumbFault. */
export function callWithBytes(code: string, bytes: Uint8Array): ThumbResult {
  const codeRegion = { from: CODE_AT, bytes: Buffer.from(code, 'latin1'), isCode: true };
  return runThumb([codeRegion, { from: LENT_FROM, bytes }], CODE_AT + 1, [LENT_FROM]);
}

/**
 * Calls `code` from `entry` on; `values` and `places`: words; `memory`: what lies at each of the places. Gives r0 and the memory
 * as it is then. Throws a ThumbFault.
 */
export function callMachineCode(
  entry: number,
  code: string,
  values: string,
  places: string,
  memory: readonly string[],
): Uint8Array {
  const regions = words(places).map((from, i): MemoryRegion => ({ from, bytes: Buffer.from(memory[i], 'latin1') }));
  const codeRegion = { from: CODE_AT, bytes: Buffer.from(code, 'latin1'), isCode: true };
  const { value } = runThumb([codeRegion, ...regions], CODE_AT + entry, words(values));
  const answer = Buffer.alloc(4);
  answer.writeInt32LE(value);
  return Buffer.concat([answer, ...regions.map(({ bytes }) => bytes)]);
}
