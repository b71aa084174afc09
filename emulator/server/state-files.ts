/**
 * What a terminal keeps in the data directory between runs: its flash as it is, its PIN pad's battery-backed memory
 * sealed, since keys may not lie in a file in clear. The sealing key is derived from the TMK of the TEST key file. The
 * flash file is written sector by sector, as the chip is: a process killed in between leaves what a power cut leaves.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../../host/make-directory';
import { PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4 } from '../../hal/pad-commands';
import { fromFormer, type PadBattery } from '../devices/pad-keys';

const SECTOR_BYTES = 4096;

function sealingKey(tmk: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(tmk, 'hex'), 'cupos', 'pinpad battery', 32));
}

/** Written beside, then renamed: a crash leaves the old file or the new one. */
function replaceFile(path: string, content: Uint8Array): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function isBattery(value: unknown): value is PadBattery {
  const battery = (value ?? {}) as Record<string, unknown>;
  const isKey = (name: string): boolean => typeof battery[name] === 'string' && battery[name].length <= 64;
  return (
    typeof battery['tampered'] === 'boolean' &&
    Number.isInteger(battery['tmkIndex']) &&
    [undefined, PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4].includes(battery['algorithm'] as number | undefined) &&
    ['tmk', 'pik', 'mak', 'tdk', 'storageKey'].every(isKey)
  );
}

export class StateFiles {
  /** Where torn slips lie, as pictures. */
  readonly slipFolder: string;
  private readonly flashPath: string;
  private readonly batteryPath: string;
  private flashFile = -1;
  /** What the flash file holds. */
  private savedFlash: Buffer | null = null;
  private savedBattery = '';

  constructor(
    dataDir: string,
    private readonly tmk: string,
  ) {
    makeDirectory(dataDir, 0o700);
    this.slipFolder = join(dataDir, 'slips');
    this.flashPath = join(dataDir, 'flash.bin');
    this.batteryPath = join(dataDir, 'pinpad.sealed');
  }

  /** null when there is none; throws an Error for a file that cannot be this chip's. */
  loadFlash(sizeBytes: number): Uint8Array | null {
    if (!existsSync(this.flashPath)) return null;
    const image = readFileSync(this.flashPath);
    if (image.length !== sizeBytes) {
      throw new Error(
        `${this.flashPath} is damaged: it has ${image.length} bytes, not ${sizeBytes}; cupos reset begins anew`,
      );
    }
    this.savedFlash = Buffer.from(image);
    return image;
  }

  /** Writes the sectors that differ from what the file holds; says whether there were any. */
  saveFlash(sectors: readonly Buffer[]): boolean {
    if (!this.savedFlash) {
      this.savedFlash = Buffer.concat(sectors);
      replaceFile(this.flashPath, this.savedFlash);
      return true;
    }
    const saved = this.savedFlash;
    let wrote = false;
    sectors.forEach((sector, i) => {
      const from = i * SECTOR_BYTES;
      if (saved.compare(sector, 0, SECTOR_BYTES, from, from + SECTOR_BYTES) === 0) return;
      if (this.flashFile < 0) this.flashFile = openSync(this.flashPath, 'r+');
      writeSync(this.flashFile, sector, 0, SECTOR_BYTES, from);
      sector.copy(saved, from);
      wrote = true;
    });
    return wrote;
  }

  /** Waits until the flash file would outlive a power cut of this machine. */
  settleFlash(): void {
    if (this.flashFile >= 0) fdatasyncSync(this.flashFile);
  }

  /** null when there is none, or it belongs to another TMK or is damaged: the pad then begins anew. */
  loadBattery(): PadBattery | null {
    if (!existsSync(this.batteryPath)) return null;
    const file = readFileSync(this.batteryPath);
    try {
      const decipher = createDecipheriv('aes-256-gcm', sealingKey(this.tmk), file.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAuthTag(file.subarray(12, 28));
      const text = Buffer.concat([decipher.update(file.subarray(28)), decipher.final()]).toString('utf8');
      const battery: unknown = JSON.parse(text);
      if (!isBattery(battery)) return null;
      this.savedBattery = text;
      return fromFormer(battery);
    } catch {
      return null;
    }
  }

  saveBattery(battery: PadBattery): void {
    const text = JSON.stringify(battery);
    if (text === this.savedBattery) return;
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', sealingKey(this.tmk), iv, { authTagLength: 16 });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    replaceFile(this.batteryPath, Buffer.concat([iv, cipher.getAuthTag(), sealed]));
    this.savedBattery = text;
  }

  close(): void {
    if (this.flashFile >= 0) closeSync(this.flashFile);
    this.flashFile = -1;
  }
}
