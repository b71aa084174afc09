/**
 * What a terminal keeps in the data directory between runs: its flash as it is, its PIN pad's battery-backed memory
 * sealed, since keys may not lie in a file in clear. The sealing key is derived from the TMK of the TEST key file.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function sealingKey(tmk: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(tmk, 'hex'), 'cupos', 'pinpad battery', 32));
}

/** Written beside, then renamed: a crash leaves the old file or the new one. */
function replaceFile(path: string, content: Uint8Array): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export class StateFiles {
  constructor(
    readonly dataDir: string,
    private readonly tmk: string,
  ) {
    mkdirSync(dataDir, { recursive: true });
  }

  private path(name: string): string {
    return join(this.dataDir, name);
  }

  loadFlash(): Uint8Array | null {
    return existsSync(this.path('flash.bin')) ? readFileSync(this.path('flash.bin')) : null;
  }

  saveFlash(image: Uint8Array): void {
    replaceFile(this.path('flash.bin'), image);
  }

  /** null when there is none, or it belongs to another TMK or is damaged: the pad then begins anew. */
  loadBattery(): unknown {
    if (!existsSync(this.path('pinpad.sealed'))) return null;
    const file = readFileSync(this.path('pinpad.sealed'));
    try {
      const decipher = createDecipheriv('aes-256-gcm', sealingKey(this.tmk), file.subarray(0, 12));
      decipher.setAuthTag(file.subarray(12, 28));
      return JSON.parse(Buffer.concat([decipher.update(file.subarray(28)), decipher.final()]).toString('utf8'));
    } catch {
      return null;
    }
  }

  saveBattery(battery: unknown): void {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', sealingKey(this.tmk), iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(battery), 'utf8'), cipher.final()]);
    replaceFile(this.path('pinpad.sealed'), Buffer.concat([iv, cipher.getAuthTag(), sealed]));
  }
}
