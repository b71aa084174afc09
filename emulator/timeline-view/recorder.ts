/** Keeps the last pieces of a timeline, and describes them, masked, when somebody asks. */
import type { Timeline } from '../world/timeline';
import { PieceAssembler, type WirePiece } from './assemble';
import { describePiece } from './describe';

const KEPT_PIECES = 2000;

export interface DescribedPiece {
  readonly atUs: number;
  readonly wire: string;
  readonly direction: WirePiece['direction'];
  readonly text: string;
  readonly lengthBytes: number;
}

export class TimelineRecorder {
  private pieces: WirePiece[] = [];
  private readonly assembler = new PieceAssembler((piece) => {
    this.pieces.push(piece);
    if (this.pieces.length > 2 * KEPT_PIECES) this.pieces = this.pieces.slice(-KEPT_PIECES);
  });
  private stop: (() => void) | null = null;

  constructor(private readonly timeline: Timeline) {}

  /** From here on entries are kept; without it nothing is recorded and nothing costs. */
  start(): this {
    if (!this.stop) this.stop = this.timeline.listen((entry) => this.assembler.add(entry));
    return this;
  }

  /** Everything kept so far, in words. */
  described(): DescribedPiece[] {
    this.assembler.closeBefore(Infinity);
    return this.pieces
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
