/**
 * The PIN pad's keys as they stand in a slot of its storage: a mark, the number of this version, its flags, each key
 * behind its length, a CRC-32 over it all.
 */
import { byte, crc32, readU32, u32, type Bytes } from '../../hal/bytes';
import { PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';

/** Each key '' while it is not there. */
export interface PadKeys {
  readonly tampered: boolean;
  readonly tmkIndex: number;
  /** `PAD_ALGORITHM_…` of the TMK and of the working keys under it. */
  readonly algorithm: number;
  readonly tmk: Bytes;
  readonly pik: Bytes;
  readonly mak: Bytes;
  readonly tdk: Bytes;
  /** Random, made in the pad: 16 bytes to encrypt, 16 to authenticate. */
  readonly storageKey: Bytes;
}

const MARK = 'CPK1';
const KEYS_AT = 10;
const FLAG_TAMPERED = 1;
/** Records from before there were such keys have it clear. */
const FLAG_SM4 = 2;

function field(key: Bytes): Bytes {
  return byte(key.length) + key;
}

export function encodeKeys(keys: PadKeys, version: number): Bytes {
  const record =
    MARK +
    u32(version) +
    byte((keys.tampered ? FLAG_TAMPERED : 0) | (keys.algorithm === PAD_ALGORITHM_SM4 ? FLAG_SM4 : 0)) +
    byte(keys.tmkIndex) +
    field(keys.tmk) +
    field(keys.pik) +
    field(keys.mak) +
    field(keys.tdk) +
    field(keys.storageKey);
  return record + u32(crc32(record));
}

/** Number of a record that is whole, -1 for anything else. */
export function recordVersion(record: Bytes): number {
  const end = record.length - 4;
  if (end < KEYS_AT || record.substring(0, 4) !== MARK) return -1;
  return crc32(record.substring(0, end)) === readU32(record, end) ? readU32(record, 4) : -1;
}

/** The keys in a whole record. */
export function decodeKeys(record: Bytes): PadKeys {
  let at = KEYS_AT;
  function next(): Bytes {
    const from = at + 1;
    at = from + record.charCodeAt(at);
    return record.substring(from, at);
  }
  return {
    tampered: (record.charCodeAt(8) & FLAG_TAMPERED) !== 0,
    tmkIndex: record.charCodeAt(9),
    algorithm: record.charCodeAt(8) & FLAG_SM4 ? PAD_ALGORITHM_SM4 : PAD_ALGORITHM_DES,
    tmk: next(),
    pik: next(),
    mak: next(),
    tdk: next(),
    storageKey: next(),
  };
}
