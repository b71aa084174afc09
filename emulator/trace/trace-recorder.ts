/**
 * Turns what crosses the wires into the records of a trace, in the order of time, masked. The screen is told as text when
 * it changes; wires that only repeat it, or the keys, are left out.
 */
import { describePiece } from '../timeline-view/describe';
import { maskNumbers } from '../timeline-view/mask';
import { PieceAssembler, type WirePiece } from '../timeline-view/assemble';
import { maskedBytes } from '../timeline-view/masked-bytes';
import { isFlashChange } from '../timeline-view/flash-changes';
import { isQuietWire } from '../timeline-view/quiet-wires';
import { describeMessages } from '../timeline-view/describe-frames';
import type { TerminalWorld } from '../terminal-world';
import type { TimelineEntry } from '../world/timeline';
import { isDone, NetworkStreams, type Segment } from './network-streams';
import type { TraceRecord } from './trace-record';

const SCREEN_SETTLED_US = 30_000;

interface Pending {
  readonly atUs: number;
  /** A record, or a segment of the network that may still wait for its bytes. */
  readonly record?: TraceRecord;
  readonly segment?: Segment;
  readonly direction?: 'out' | 'in';
  readonly connection?: number;
}

function hexOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex');
}

export class TraceRecorder {
  private pending: Pending[] = [];
  private readonly streams = new NetworkStreams();
  private readonly assembler = new PieceAssembler((piece) => this.addPiece(piece));
  private screen = '';
  private screenChanges = -1;
  private screenSinceUs = 0;
  private readonly stop: () => void;

  constructor(
    private readonly inside: TerminalWorld,
    private readonly emit: (record: TraceRecord) => void,
  ) {
    this.stop = inside.world.timeline.listen((entry) => this.hear(entry));
  }

  /** Ends the trace: everything that still waits comes out. */
  close(): void {
    this.stop();
    this.assembler.closeBefore(Infinity);
    this.lookAtScreen(Infinity);
    this.streams.giveUp(0, true);
    this.flush(Infinity);
  }

  private hear(entry: TimelineEntry): void {
    this.assembler.closeBefore(entry.atUs);
    this.lookAtScreen(entry.atUs);
    const { wire, direction } = entry;
    if (direction !== 'note' && wire === 'network') this.addSegment(entry, direction);
    else if (wire === 'flash' && direction !== 'note') {
      if (isFlashChange(entry)) this.addPiece(entry);
    } else if (!isQuietWire(wire)) this.assembler.add(entry);
    this.streams.giveUp(entry.atUs);
    this.flush(Math.min(entry.atUs, this.assembler.openSinceUs(), this.screenSinceUs));
  }

  private addSegment({ atUs, bytes, text }: TimelineEntry, direction: 'out' | 'in'): void {
    const connection = parseInt(text, 10) || 0;
    const segment = this.streams.add(`${connection} ${direction}`, bytes, atUs);
    this.insert({ atUs, segment, direction, connection });
  }

  private addPiece(piece: WirePiece): void {
    const { atUs, wire, direction, bytes } = piece;
    const text = describePiece(piece);
    if (direction === 'note') this.insert({ atUs, record: { atUs, wire, direction, text } });
    else {
      const masked = hexOf(maskedBytes(wire, direction, bytes));
      this.insert({ atUs, record: { atUs, wire, direction, text, bytes: masked } });
    }
  }

  private lookAtScreen(nowUs: number): void {
    const { lcd } = this.inside;
    const changes = lcd.changes();
    if (changes !== this.screenChanges) {
      this.screenChanges = changes;
      this.screenSinceUs = this.inside.world.nowUs;
    }
    if (nowUs - this.screenSinceUs < SCREEN_SETTLED_US) return;
    const text = maskNumbers(lcd.text().join(' | ').trimEnd());
    const atUs = this.screenSinceUs;
    this.screenSinceUs = Infinity;
    if (text === this.screen) return;
    this.screen = text;
    this.insert({ atUs, record: { atUs, wire: 'screen', direction: 'note', text } });
  }

  /** Pieces end later than they begin, so they come out of order. */
  private insert(one: Pending): void {
    let at = this.pending.length;
    while (at > 0 && this.pending[at - 1].atUs > one.atUs) at--;
    this.pending.splice(at, 0, one);
  }

  private flush(beforeUs: number): void {
    let done = 0;
    for (const one of this.pending) {
      if (one.atUs > beforeUs || (one.segment && !isDone(one.segment))) break;
      this.emit(one.record ?? segmentRecord(one));
      done++;
    }
    if (done > 0) this.pending.splice(0, done);
  }
}

function segmentRecord({ atUs, segment, direction = 'out', connection }: Pending): TraceRecord {
  const { masked, messages } = segment as Segment;
  return {
    ...{ atUs, wire: 'network', direction, connection },
    text: describeMessages(messages) || `${masked.length} bytes`,
    bytes: hexOf(masked),
    ...(messages.length > 0 && { messages }),
  };
}
