/** Keeps the last pieces of a timeline, and describes them, masked, when somebody asks. */
import type { Timeline, TimelineEntry } from '../world/timeline';
import { PieceAssembler, type WirePiece } from './assemble';
import { describePiece } from './describe';
import { isFlashChange } from './flash-changes';
import { isQuietWire } from './quiet-wires';

/** Entries kept: some ten sales. */
const KEPT_ENTRIES = 8000;
/** Notes of a story's steps, and of what the screen says. */
const STEP = 'step';
const SCREEN = 'screen';

export interface DescribedPiece {
  readonly atUs: number;
  readonly wire: string;
  readonly direction: WirePiece['direction'];
  readonly text: string;
  readonly lengthBytes: number;
}

/** A screen to be looked at: its text is told whenever it is another one. */
export interface Watched {
  /** Another number whenever something else is to be seen. */
  changes(): number;
  text(): readonly string[];
}

function line({ atUs, wire, direction, text }: DescribedPiece): string {
  const what = wire === STEP || wire === SCREEN ? wire : `${wire} ${direction}`;
  return `${(atUs / 1000).toFixed(3).padStart(12)} ms ${what} ${text}`;
}

/** Recording only keeps entries as they come: joining, decoding and masking wait until somebody asks. */
export class TimelineRecorder {
  private entries: TimelineEntry[] = [];
  private stop: (() => void) | null = null;
  private screenChanges = -1;
  private screenText = '';

  constructor(
    private readonly timeline: Timeline,
    private readonly screen?: Watched,
  ) {}

  /** From here on entries are kept; without it nothing is recorded and nothing costs. */
  start(): this {
    this.stop ??= this.timeline.listen((entry) => this.keep(entry));
    return this;
  }

  /** Everything kept so far that crossed a wire, in words. */
  described(): DescribedPiece[] {
    return this.pieces().filter(({ wire }) => wire !== STEP && wire !== SCREEN);
  }

  private pieces(): DescribedPiece[] {
    const pieces: WirePiece[] = [];
    const assembler = new PieceAssembler((piece) => pieces.push(piece));
    for (const entry of this.entries) {
      if (entry.wire !== 'flash' || entry.direction === 'note') assembler.add(entry);
      else if (isFlashChange(entry)) pieces.push(entry);
    }
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
    if (this.screen && !isQuietWire(entry.wire)) this.lookAt(this.screen, entry.atUs);
    this.entries.push(entry);
    if (this.entries.length > 2 * KEPT_ENTRIES) this.entries = this.entries.slice(-KEPT_ENTRIES);
  }

  private lookAt(screen: Watched, atUs: number): void {
    const changes = screen.changes();
    if (changes === this.screenChanges) return;
    this.screenChanges = changes;
    const rows = screen.text().map((row) => row.trim());
    const text = rows.filter((row) => row !== '').join(' | ') || '(dark)';
    if (text === this.screenText) return;
    this.screenText = text;
    this.entries.push({ atUs, wire: SCREEN, direction: 'note', bytes: '', text });
  }

  /**
   * The last `count` pieces as lines of text, without the wires that only repeat the keys and the screen. Where the last step
   * of a story began before them, also what was then. Says so when nothing was recorded.
   */
  tail(count: number): string {
    if (!this.stop) return '(not recorded: call timeline.start() before the run)';
    const pieces = this.pieces().filter(({ wire }) => !isQuietWire(wire));
    const half = Math.floor(count / 2);
    const step = pieces.map(({ wire }) => wire).lastIndexOf(STEP);
    if (step < 0 || step >= pieces.length - count) return pieces.slice(-count).map(line).join('\n');
    const from = Math.max(0, step - Math.floor(half / 2));
    const left = pieces.length - half - (from + half);
    const gap = left > 0 ? [`             … ${left} more …`] : [];
    return [...pieces.slice(from, from + half).map(line), ...gap, ...pieces.slice(-half).map(line)].join('\n');
  }
}
