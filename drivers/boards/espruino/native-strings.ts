/** What the engine has of its own in place of the slow functions over bytes (hal/bytes.ts), for every board alike. */
import type { NativeStrings } from '../../../hal/bytes';
import type { Engine } from './engine';

declare const E: Engine;

export function nativeStrings(): Required<NativeStrings> {
  return {
    crc32: E.CRC32,
    array: E.toUint8Array,
    lookUp: E.mapInPlace,
    sum: E.sum,
    dot: E.convolve,
    text: E.toString,
    view: E.toArrayBuffer,
  };
}
