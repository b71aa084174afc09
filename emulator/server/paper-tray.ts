/**
 * The paper of a live terminal: the strip that comes out of the printer, the slips that were torn off and lie beside it.
 * Paper outlives a restart as it does in life: torn slips are pictures in the state directory (a slip shows of a card what
 * may be shown: firmware/slips).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EscPosPrinter } from '../devices/escpos-printer';
import type { SlipView } from './messages';

/** Older ones are thrown away. */
const KEPT_SLIPS = 40;
const LAST_NUMBER = 999_999;

interface KeptSlip {
  readonly id: number;
  /** Still in the printer's mouth, though cut. */
  inMouth: boolean;
  readonly png: Buffer;
}

function fileName(id: number): string {
  return `slip-${String(id).padStart(6, '0')}.png`;
}

export class PaperTray {
  private kept: KeptSlip[] = [];
  private nextId = 1;
  /** Of the printer's own list: how many were seen already. */
  private seen = 0;
  private hanging: { version: number; png: Buffer } | null = null;

  constructor(
    private readonly printer: EscPosPrinter,
    private readonly folder: string | null,
  ) {
    if (!folder || !existsSync(folder)) return;
    const numbers = readdirSync(folder).flatMap((name) => /^slip-(\d{6})\.png$/.exec(name)?.[1] ?? []);
    for (const number of numbers.sort().slice(-KEPT_SLIPS)) {
      const id = parseInt(number, 10);
      this.kept.push({ id, inMouth: false, png: readFileSync(join(folder, fileName(id))) });
      this.nextId = id + 1;
    }
  }

  /** Takes over what the printer has cut since the last call. */
  update(): void {
    const cut = this.printer.state.slips.length;
    if (cut < this.seen) this.seen = 0;
    for (; this.seen < cut; this.seen++) {
      // The next slip pushes the one before out of the mouth.
      for (const slip of this.kept) slip.inMouth = false;
      const slip = { id: this.nextId, inMouth: true, png: this.printer.png(this.seen) };
      this.kept.push(slip);
      this.nextId = this.nextId === LAST_NUMBER ? 1 : this.nextId + 1;
      this.write(slip);
    }
    while (this.kept.length > KEPT_SLIPS) this.drop(this.kept[0]);
    if (cut > KEPT_SLIPS) {
      this.printer.takePaper();
      this.seen = 0;
    }
  }

  /** Somebody tears off what hangs in the mouth: the printer is rid of it. */
  tear(): void {
    this.update();
    for (const slip of this.kept) slip.inMouth = false;
    this.printer.takePaper();
    this.seen = 0;
  }

  /** Throws away a slip that was torn off, or every one. */
  discard(id?: number): void {
    for (const slip of this.kept.slice()) if (!slip.inMouth && (id === undefined || slip.id === id)) this.drop(slip);
  }

  views(): SlipView[] {
    const views = this.kept.map(({ id, inMouth }) => ({ id, version: 0, cut: true, inMouth }));
    const lines = this.printer.state.hanging === '' ? 0 : (this.printer.slips().at(-1)?.lines.length ?? 0);
    if (lines === 0) return views;
    return [
      ...views.map((view) => ({ ...view, inMouth: false })),
      { id: this.nextId, version: lines, cut: false, inMouth: true },
    ];
  }

  /** null where there is no such slip. */
  png(id: number): Buffer | null {
    const kept = this.kept.find((slip) => slip.id === id);
    if (kept) return kept.png;
    return id === this.nextId && this.printer.state.hanging !== '' ? this.growing() : null;
  }

  private growing(): Buffer {
    const slips = this.printer.slips();
    const version = slips.at(-1)?.lines.length ?? 0;
    if (this.hanging?.version !== version) this.hanging = { version, png: this.printer.png(slips.length - 1) };
    return this.hanging.png;
  }

  private write({ id, png }: KeptSlip): void {
    this.hanging = null;
    if (!this.folder) return;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, fileName(id)), png, { mode: 0o600 });
  }

  private drop(slip: KeptSlip): void {
    this.kept = this.kept.filter((other) => other !== slip);
    if (this.folder) rmSync(join(this.folder, fileName(slip.id)), { force: true });
  }
}
