/** The TEST master key of a terminal in the state directory; made where there is none. */
import { CliError } from '../cli-error';
import { MERCHANT_ID } from '../foreign-options';

/** 32 hex digits, for a pad and nobody else. */
export function tmkOf({ data, tid }: { readonly data: string; readonly tid: string }): string {
  // It names a directory, too.
  if (!/^[0-9A-Za-z]{8}$/.test(tid)) throw new CliError('--tid takes 8 digits or letters');
  const { makeKeys } = require('../make-keys') as typeof import('../make-keys');
  const { readKeysFile } = require('../keys-file') as typeof import('../keys-file');
  const known = readKeysFile(data)?.terminals.find((one) => one.terminalId === tid);
  if (known) return known.tmk;
  const made = makeKeys({ data, tid, mid: MERCHANT_ID }).terminals.find((one) => one.terminalId === tid);
  if (!made) throw new CliError(`no test key of terminal ${tid} in ${data}`, 1);
  return made.tmk;
}
