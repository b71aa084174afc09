/** A center on disk: its database and the key that seals it, in the state directory. */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory } from '../make-directory';
import { createCenter } from './center';
import { openStore } from './open-store';
import { seedTestData } from './test-data';
import type { Center, TerminalSetup } from './types';

export interface CenterOnDisk {
  readonly center: Center;
  close(): void;
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
  return Buffer.from(match[1], 'hex');
}

/** Opens `<dir>/center.db`, with the test cards and these terminals in it. `seed` makes its working keys repeatable. */
export function openCenterOnDisk(
  dir: string,
  terminals: readonly TerminalSetup[],
  onError?: (error: unknown) => void,
  seed?: number,
): CenterOnDisk {
  makeDirectory(dir, 0o700);
  const store = openStore({ path: path.join(dir, 'center.db') });
  try {
    const center = createCenter(store, { key: centerKey(dir), onError, seed });
    seedTestData(center, { terminals });
    return { center, close: () => store.close() };
  } catch (error) {
    store.close();
    throw error;
  }
}
