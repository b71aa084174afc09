/**
 * Joins what a wire carried in bursts into the pieces a reader thinks in: bytes of one wire and direction that follow
 * each other within a gap are one piece. Bounded: a piece that grows too long is closed.
 */
import type { Direction, TimelineEntry } from '../world/timeline';

export interface WirePiece {
  readonly atUs: number;
  readonly wire: string;
  readonly direction: Direction;
  readonly bytes: string;
  readonly text: string;
}

const GAP_US = 4_000;
/** At 19,200 baud a burst of 16 bytes takes 8.3 ms, so a frame's bursts lie that far apart. */
const SLOW_GAP_US = 12_000;
const slowWires = new Set(['pinpad', 'loader']);

function gapUs(wire: string): number {
  return slowWires.has(wire) ? SLOW_GAP_US : GAP_US;
}
const LONGEST_BYTES = 4096;

interface OpenPiece {
  atUs: number;
  lastUs: number;
  wire: string;
  direction: Direction;
  bytes: string;
}

export class PieceAssembler {
  private open: OpenPiece[] = [];

  constructor(private readonly emit: (piece: WirePiece) => void) {}

  add(entry: TimelineEntry): void {
    this.closeBefore(entry.atUs);
    if (entry.direction === 'note') {
      this.emit({ atUs: entry.atUs, wire: entry.wire, direction: 'note', bytes: '', text: entry.text });
      return;
    }
    const open = this.open.find((piece) => piece.wire === entry.wire);
    if (open && open.direction === entry.direction && open.bytes.length + entry.bytes.length <= LONGEST_BYTES) {
      open.bytes += entry.bytes;
      open.lastUs = entry.atUs;
      return;
    }
    if (open) this.close(open);
    this.open.push({ ...entry, lastUs: entry.atUs });
  }

  /** When the oldest piece began to which something may still be added; Infinity without one. */
  openSinceUs(): number {
    return this.open.reduce((sinceUs, piece) => Math.min(sinceUs, piece.atUs), Infinity);
  }

  /** Emits everything that ended so long before `nowUs` that nothing can follow. */
  closeBefore(nowUs: number): void {
    if (this.open.length === 0) return;
    for (const piece of this.open.filter((one) => one.lastUs < nowUs - gapUs(one.wire))) this.close(piece);
  }

  private close(piece: OpenPiece): void {
    this.open = this.open.filter((other) => other !== piece);
    this.emit({ atUs: piece.atUs, wire: piece.wire, direction: piece.direction, bytes: piece.bytes, text: '' });
  }
}
