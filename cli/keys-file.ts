/**
 * `keys.json` of the state directory: the TEST keys of the terminals, the only file that holds keys in clear. Readable by
 * its owner alone.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkValue } from '../emulator/devices/pad-crypto';
import { makeDirectory } from '../host/make-directory';
import { CliError } from './cli-error';

export interface TerminalKey {
  /** F41, 8 characters. */
  readonly terminalId: string;
  /** F42, 15 characters. */
  readonly merchantId: string;
  readonly tmkIndex: number;
  /** 32 hex digits. */
  readonly tmk: string;
  /** First 8 hex digits of the TMK's encryption of zeros. */
  readonly kcv: string;
}

export interface KeysFile {
  /** Always true: keys that anybody could read are test keys. */
  readonly test: true;
  readonly terminals: TerminalKey[];
}

export function keysPath(data: string): string {
  return join(data, 'keys.json');
}

/** Check value of 32 hex digits, 8 hex digits. `algorithm`: `PAD_ALGORITHM_…`, DES when absent. */
export function checkValueOf(tmk: string, algorithm?: number): string {
  return Buffer.from(checkValue(Buffer.from(tmk, 'hex').toString('latin1'), algorithm), 'latin1')
    .toString('hex')
    .toUpperCase();
}

function isTerminalKey(value: unknown): value is TerminalKey {
  const { terminalId, merchantId, tmkIndex, tmk, kcv } = (value ?? {}) as Partial<Record<keyof TerminalKey, unknown>>;
  return (
    typeof terminalId === 'string' &&
    /^[\x20-\x7e]{8}$/.test(terminalId) &&
    typeof merchantId === 'string' &&
    /^[\x20-\x7e]{15}$/.test(merchantId) &&
    Number.isInteger(tmkIndex) &&
    (tmkIndex as number) >= 0 &&
    (tmkIndex as number) <= 255 &&
    typeof tmk === 'string' &&
    /^[0-9A-Fa-f]{32}$/.test(tmk) &&
    typeof kcv === 'string' &&
    kcv.toUpperCase() === checkValueOf(tmk)
  );
}

/** The file's content, or null where there is none. A damaged file is one clear line that shows nothing of it. */
export function readKeysFile(data: string): KeysFile | null {
  const path = keysPath(data);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 1);
  }
  let content: Partial<KeysFile> | null;
  try {
    content = JSON.parse(text) as Partial<KeysFile> | null;
  } catch {
    throw new CliError(`${path} is not JSON: make new keys with cupos keys --force`, 1);
  }
  const terminals: unknown = content?.terminals;
  if (content?.test !== true || !Array.isArray(terminals) || !terminals.every(isTerminalKey)) {
    throw new CliError(
      `${path} is not a file of test keys, or one is damaged: make new ones with cupos keys --force`,
      1,
    );
  }
  return { test: true, terminals };
}

/** Replaces the file as a whole, so that a power cut leaves the old or the new one. */
export function writeKeysFile(data: string, content: KeysFile): void {
  const path = keysPath(data);
  const beside = `${path}.${process.pid}.new`;
  try {
    makeDirectory(data, 0o700);
    if (!statSync(data).isDirectory()) throw new CliError(`${data} is not a directory`, 1);
    writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    if (error instanceof CliError) throw error;
    throw new CliError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 1);
  }
}
