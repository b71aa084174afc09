/** What a fake printer printed, as PNG files in a directory. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EscPosPrinter, Slip } from '../../emulator/devices/escpos-printer';
import { makeDirectory } from '../../host/make-directory';
import { CliError } from '../cli-error';

const DOTS_A_MM = 8;

/** Makes the directory; gives a function that writes every slip that was torn off or cut. It throws a `CliError`. */
export function createSlipFiles(printer: EscPosPrinter, dir: string, say: (line: string) => void): () => void {
  try {
    makeDirectory(dir);
  } catch (error) {
    throw new CliError(`${dir} cannot be made: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, 1);
  }
  let slips = lastSlip(dir);
  return () => {
    const finished = printer.slips().slice(0, printer.state.slips.length);
    finished.forEach((slip, i) => {
      if (!isPrinted(slip)) return;
      const file = join(dir, `slip-${String(++slips).padStart(4, '0')}.png`);
      try {
        writeFileSync(file, printer.png(i));
      } catch (error) {
        throw new CliError(`a slip cannot be written: ${error instanceof Error ? error.message : String(error)}`, 1);
      }
      say(`${file}: ${Math.round(slip.lines.reduce((sum, line) => sum + line.heightDots, 0) / DOTS_A_MM)} mm`);
    });
    if (finished.length > 0) printer.takePaper();
  };
}

/** Number of the last slip in `dir`: those of an earlier run stay. */
function lastSlip(dir: string): number {
  return Math.max(0, ...readdirSync(dir).map((file) => Number(/^slip-(\d{1,8})\.png$/.exec(file)?.[1] ?? 0)));
}

/** Blank paper, fed behind a cut, is no slip. */
function isPrinted(slip: Slip): boolean {
  return slip.lines.some((line) => line.runs.some((run) => run.dots !== undefined || run.text.trim() !== ''));
}
