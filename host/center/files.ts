/** A center on disk: its database and its key in the state directory, its terminals from the key file of `cupos keys`. */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createCenter } from './center';
import { openStore } from './open-store';
import { seedTestData } from './test-data';
import { checkValue } from './security';
import type { Center, TerminalSetup } from './types';

export interface CenterOnDisk {
  readonly center: Center;
  close(): void;
}

interface KeyFileEntry {
  readonly terminalId?: unknown;
  readonly merchantId?: unknown;
  readonly tmk?: unknown;
  readonly kcv?: unknown;
}

function terminalOf(entry: KeyFileEntry, file: string): TerminalSetup {
  const { terminalId, merchantId, tmk, kcv } = entry;
  const isFormed =
    typeof terminalId === 'string' &&
    terminalId.length === 8 &&
    typeof merchantId === 'string' &&
    merchantId.length === 15;
  if (!isFormed) throw new Error(`${file} has an entry without terminalId (8) and merchantId (15)`);
  if (typeof tmk !== 'string' || !/^[0-9A-F]{32}$/i.test(tmk))
    throw new Error(`${file}: no TMK for terminal ${terminalId}`);
  const isRight = kcv === checkValue(Buffer.from(tmk, 'hex')).toString('hex').toUpperCase();
  if (!isRight) throw new Error(`${file}: the check value of terminal ${terminalId} does not fit its TMK`);
  return { terminalId, merchantId, tmk };
}

/** Terminals of `<dir>/keys.json`; undefined where there is none. Throws one clear sentence where it is broken. */
export function readKeyFile(dir: string): TerminalSetup[] | undefined {
  const file = path.join(dir, 'keys.json');
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const isBad = error instanceof SyntaxError;
    throw new Error(isBad ? `${file} is not JSON` : `cannot read ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const entries = (content as { terminals?: unknown } | null)?.terminals;
  if (!Array.isArray(entries) || entries.length === 0) throw new Error(`${file} lists no terminals`);
  return entries.map((entry: KeyFileEntry | null) => terminalOf(entry ?? {}, file));
}

/** The center's own key, made at the first start: `<dir>/center.key`, 64 hex digits, mode 0600, for TEST use. */
function centerKey(dir: string): Buffer {
  const file = path.join(dir, 'center.key');
  try {
    fs.writeFileSync(file, `TEST ${crypto.randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const match = /^TEST ([0-9a-f]{64})\s*$/.exec(fs.readFileSync(file, 'utf8'));
  if (!match) throw new Error(`${file} is not a center key`);
  return Buffer.from(match[1] as string, 'hex');
}

/** Opens `<dir>/center.db`, with the test cards and these terminals in it. */
export function openCenterOnDisk(
  dir: string,
  terminals: readonly TerminalSetup[],
  onError?: (error: unknown) => void,
): CenterOnDisk {
  fs.mkdirSync(dir, { recursive: true });
  const store = openStore({ path: path.join(dir, 'center.db') });
  try {
    const center = createCenter(store, { key: centerKey(dir), onError });
    seedTestData(center, { terminals });
    return { center, close: () => store.close() };
  } catch (error) {
    store.close();
    throw error;
  }
}
