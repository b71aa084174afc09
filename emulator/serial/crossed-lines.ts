/**
 * The control lines of a fake dial modem at the end of a real port, crossed as in a null modem cable: the terminal's DTR
 * is our DSR, our DTR is the terminal's DCD (and DSR). No port can drive RI, so /RING stays away.
 */
import type { SerialLine } from './serial-line';

const POLL_MS = 50;
const DCD = 1;

export class CrossedLines {
  private modem: { onGpio(levels: number): void } | null = null;
  private readonly timer: NodeJS.Timeout;

  /** null for a port without control lines. */
  static async of(line: SerialLine): Promise<CrossedLines | null> {
    return (await line.controlLines()) === null ? null : new CrossedLines(line);
  }

  private constructor(private readonly line: SerialLine) {
    this.timer = setInterval(() => void this.look(), POLL_MS);
    this.timer.unref();
  }

  connect(modem: { onGpio(levels: number): void }): void {
    this.modem = modem;
  }

  /** The modem's levels, low when true: the carrier goes out. */
  drive(levels: number): void {
    this.line.setDtr((levels & DCD) === 0);
  }

  private async look(): Promise<void> {
    if (this.line.isClosed) clearInterval(this.timer);
    const levels = await this.line.controlLines();
    this.modem?.onGpio(levels?.dsr ? 0 : 1);
  }
}
