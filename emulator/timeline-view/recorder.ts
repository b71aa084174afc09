/** Keeps the last pieces of a timeline, and describes them, masked, when somebody asks. */
import type { Timeline, TimelineEntry } from '../world/timeline';
import { PieceAssembler, type WirePiece } from './assemble';
import { describePiece } from './describe';

/** Entries kept: some ten sales. */
const KEPT_ENTRIES = 8000;

export interface DescribedPiece {
  readonly atUs: number;
  readonly wire: string;
  readonly direction: WirePiece['direction'];
  readonly text: string;
  readonly lengthBytes: number;
}

/** Recording only keeps entries as they come: joining, decoding and masking wait until somebody asks. */
export class TimelineRecorder {
  private entries: TimelineEntry[] = [];
  private stop: (() => void) | null = null;

  constructor(private readonly timeline: Timeline) {}

  /** From here on entries are kept; without it nothing is recorded and nothing costs. */
  start(): this {
    this.stop ??= this.timeline.listen((entry) => this.keep(entry));
    return this;
  }

  /** Everything kept so far, in words. */
  described(): DescribedPiece[] {
    const pieces: WirePiece[] = [];
    const assembler = new PieceAssembler((piece) => pieces.push(piece));
    for (const entry of this.entries) assembler.add(entry);
    assembler.closeBefore(Infinity);
    return pieces
      .map((piece) => ({
        atUs: piece.atUs,
        wire: piece.wire,
        direction: piece.direction,
        text: describePiece(piece),
        lengthBytes: piece.bytes.length,
      }))
      .filter((piece) => piece.text !== '')
      .sort((a, b) => a.atUs - b.atUs);
  }

  private keep(entry: TimelineEntry): void {
    this.entries.push(entry);
    if (this.entries.length > 2 * KEPT_ENTRIES) this.entries = this.entries.slice(-KEPT_ENTRIES);
  }

  /** The last `count` pieces as lines of text; says so when nothing was recorded. */
  tail(count: number): string {
    if (!this.stop) return '(not recorded: call timeline.start() before the run)';
    return this.described()
      .slice(-count)
      .map(
        (piece) => `${(piece.atUs / 1000).toFixed(3).padStart(12)} ms ${piece.wire} ${piece.direction} ${piece.text}`,
      )
      .join('\n');
  }
}
