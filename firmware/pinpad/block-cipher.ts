/** The block cipher that a key is for: DES or 3DES by the key's length (blocks of 8 bytes), or SM4 (16). */
import type { Bytes } from '../../hal/bytes';
import { PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';
import { desEcb, desKeys } from './des';
import { sm4Ecb, sm4Keys } from './sm4';

/** `algorithm`: `PAD_ALGORITHM_…`. */
export function blockBytesOf(algorithm: number): number {
  return algorithm === PAD_ALGORITHM_SM4 ? 16 : 8;
}

/** Encrypts or decrypts whole blocks, each by itself (ECB), under one key: its round keys are made once. */
export function cipherOf(algorithm: number, key: Bytes): (data: Bytes, decrypt: boolean) => Bytes {
  if (algorithm === PAD_ALGORITHM_SM4) {
    const sm4 = sm4Keys(key);
    return (data, decrypt) => sm4Ecb(sm4, data, decrypt);
  }
  const des = desKeys(key);
  return (data, decrypt) => desEcb(des, data, decrypt);
}

/** `cipherOf` for one call. */
export function ecb(algorithm: number, key: Bytes, data: Bytes, decrypt: boolean): Bytes {
  return cipherOf(algorithm, key)(data, decrypt);
}
