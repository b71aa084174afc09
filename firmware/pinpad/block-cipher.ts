/** The block cipher that a key is for: DES or 3DES by the key's length (blocks of 8 bytes), or SM4 (16). */
import type { Bytes } from '../../hal/bytes';
import { PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';
import { desEcb, desKeys } from './des';
import { sm4Ecb, sm4Keys } from './sm4';

/** `algorithm`: `PAD_ALGORITHM_…`. */
export function blockBytesOf(algorithm: number): number {
  return algorithm === PAD_ALGORITHM_SM4 ? 16 : 8;
}

/** Encrypts or decrypts whole blocks, each by itself (ECB). */
export function ecb(algorithm: number, key: Bytes, data: Bytes, decrypt: boolean): Bytes {
  return algorithm === PAD_ALGORITHM_SM4 ? sm4Ecb(sm4Keys(key), data, decrypt) : desEcb(desKeys(key), data, decrypt);
}
