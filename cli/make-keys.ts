/** Makes a terminal's TEST master key, proves that a PIN pad takes it through its loader port, and keeps it. */
import { randomBytes } from 'node:crypto';
import { loadTmk } from '../emulator/devices/key-loader';
import { FakePinPad } from '../emulator/devices/pinpad';
import { World } from '../emulator/world/world';
import { CliError } from './cli-error';
import { checkValueOf, keysPath, readKeysFile, writeKeysFile, type TerminalKey } from './keys-file';

/** Sixteen random bytes of odd parity (FIPS 74), whose halves differ, in hex. */
function randomTmk(): string {
  for (;;) {
    const key = randomBytes(16);
    for (let i = 0; i < key.length; i++) {
      const bits = key[i] & 0xfe;
      let ones = 0;
      for (let bit = 1; bit < 8; bit++) ones += (bits >> bit) & 1;
      key[i] = bits | (ones & 1 ? 0 : 1);
    }
    if (!key.subarray(0, 8).equals(key.subarray(8))) return key.toString('hex').toUpperCase();
  }
}

export interface MadeKeys {
  readonly file: string;
  /** False when the terminal had a key and it was kept. */
  readonly made: boolean;
  readonly terminals: readonly TerminalKey[];
}

export function makeKeys(options: { data: string; tid: string; mid: string; force?: boolean }): MadeKeys {
  const { data, tid, mid } = options;
  if (!/^[\x20-\x7e]{8}$/.test(tid)) throw new CliError('--tid needs 8 printable characters');
  if (!/^[\x20-\x7e]{15}$/.test(mid)) throw new CliError('--mid needs 15 printable characters');
  const file = keysPath(data);
  let present: TerminalKey[];
  try {
    present = readKeysFile(data)?.terminals ?? [];
  } catch (error) {
    // A damaged file is exactly what --force is for.
    if (!options.force) throw error;
    present = [];
  }
  if (!options.force && present.some((key) => key.terminalId === tid)) return { file, made: false, terminals: present };
  const tmk = randomTmk();
  const key: TerminalKey = { terminalId: tid, merchantId: mid, tmkIndex: 0, tmk, kcv: checkValueOf(tmk) };
  loadTmk(new FakePinPad(new World(1)), key);
  const terminals = [...present.filter((other) => other.terminalId !== tid), key];
  writeKeysFile(data, { test: true, terminals });
  return { file, made: true, terminals };
}
