/** `--algorithm` of the commands that give a PIN pad its master key: what the pad shall use the key for. */
import { PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';
import { CliError } from '../cli-error';
import { oneOf } from '../option-values';

const names = ['3des', 'sm4'] as const;

export const ALGORITHM_HELP =
  'what the key is for: 3des, or sm4 (the pad then makes PIN blocks, tracks and MACs by SM4)';

/** `PAD_ALGORITHM_…`. */
export function algorithmOf(text: string): number {
  if (oneOf(text, '--algorithm', names) === '3des') return PAD_ALGORITHM_DES;
  const { hasSm4 } = require('../../emulator/devices/pad-crypto') as typeof import('../../emulator/devices/pad-crypto');
  if (!hasSm4()) throw new CliError("this Node's OpenSSL has no SM4: --algorithm sm4 needs one that has", 1);
  return PAD_ALGORITHM_SM4;
}

/** For a sentence that says what a key is. */
export function forAlgorithm(algorithm: number): string {
  return algorithm === PAD_ALGORITHM_SM4 ? ' for SM4' : '';
}
