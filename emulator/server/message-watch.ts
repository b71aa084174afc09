/**
 * Sees messages go out. One has gone when its last byte is at the modem, so that a fault of that moment meets the answer,
 * not the request.
 */
const LONGEST_FRAME = 2048;

export interface FrameShape {
  /** Two bytes of length stand in front. */
  readonly hasLength: boolean;
  /** Bytes of TPDU and header, before the MTI. */
  readonly envelopeBytes: number;
}

/** Sees the messages in what leaves towards the modem, whatever else the modem is told. */
export class MessageWatch {
  private bytes = '';

  constructor(
    private readonly shape: FrameShape,
    private readonly onMessage: (mti: string) => void,
  ) {}

  add(bytes: string): void {
    this.bytes += bytes;
    let at = 0;
    while (at < this.bytes.length) {
      const end = this.frameEnd(at);
      if (end > this.bytes.length) break;
      if (end > at) this.onMessage(this.mtiAt(at));
      at = Math.max(end, at + 1);
    }
    this.bytes = this.bytes.slice(at).slice(-LONGEST_FRAME);
  }

  private mtiAt(at: number): string {
    const from = at + (this.shape.hasLength ? 2 : 0) + this.shape.envelopeBytes;
    return Buffer.from(this.bytes.slice(from, from + 2), 'latin1').toString('hex');
  }

  /** End of the frame that begins at `at`; 0 where none does; Infinity where that cannot be said yet. */
  private frameEnd(at: number): number {
    const { hasLength, envelopeBytes } = this.shape;
    if (this.bytes.length < at + 2) return Infinity;
    const headBytes = (hasLength ? 2 : 0) + envelopeBytes + 2;
    const length = hasLength ? (this.bytes.charCodeAt(at) << 8) | this.bytes.charCodeAt(at + 1) : headBytes;
    if (length < headBytes - 2 || length > LONGEST_FRAME) return 0;
    if (this.bytes.length < at + headBytes) return Infinity;
    if (!/^0[1-8][0-9]0$/.test(this.mtiAt(at))) return 0;
    return at + (hasLength ? 2 : 0) + length;
  }
}
