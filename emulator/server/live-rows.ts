/**
 * The timeline of a live terminal: what every wire carried, on one clock, a row a piece, decoded and masked; the raw bytes
 * stay here and leave masked only, when somebody opens a row. Wires on which every key, refresh or level would drown the
 * rest are told by what came of them: the screen's new text, a key, a beep.
 */
import { maskNumbers } from '../timeline-view/mask';
import { PieceAssembler, type WirePiece } from '../timeline-view/assemble';
import { describePiece } from '../timeline-view/describe';
import { detailFrames } from '../timeline-view/describe-frames';
import { maskedBytes } from '../timeline-view/masked-bytes';
import type { TerminalWorld } from '../terminal-world';
import type { TimelineEntry } from '../world/timeline';
import type { OpenedRow, TimelineRow } from './messages';

/** Rows that a page which is just opened gets. */
const KEPT_ROWS = 600;
/** A text on the screen is whole when nothing was drawn for so long. */
const SETTLED_US = 30_000;

const quietWires = new Set([
  ...['lcd', 'lcdLight', 'keyRows', 'keyColumns', 'stripeSense', 'stripeEdges', 'powerKey', 'powerLatch'],
  ...['modemDtr', 'modemStatus', 'battery', 'adc'],
]);

const FLASH_PROGRAM = 0x02;
const FLASH_ERASE = 0x20;

/** Of the transfers to the flash only those that change it are worth a line. */
function isFlashChange(bytes: string): boolean {
  const command = bytes.charCodeAt(0);
  return command === FLASH_PROGRAM || command === FLASH_ERASE;
}

interface KeptRow {
  readonly row: TimelineRow;
  readonly bytes: string;
}

export class LiveRows {
  private rows: KeptRow[] = [];
  private fresh: TimelineRow[] = [];
  private nextId = 0;
  private screen = '';
  private screenChanges = -1;
  private screenSinceUs = 0;
  private readonly assembler = new PieceAssembler((piece) => this.show(piece));

  constructor(private readonly inside: TerminalWorld) {
    inside.world.timeline.listen((entry) => this.hear(entry));
  }

  /** Rows so far; grows with each. */
  get count(): number {
    return this.nextId;
  }

  /** Call now and then: ends the pieces that nothing can follow any more. */
  settle(): void {
    this.assembler.closeBefore(this.inside.world.nowUs);
    this.lookAtScreen();
  }

  /** A happening without bytes. */
  note(wire: string, text: string): void {
    this.add({ atUs: this.inside.world.nowUs, wire, direction: 'note', bytes: '', text }, maskNumbers(text));
  }

  last(): TimelineRow[] {
    return this.rows.slice(-KEPT_ROWS).map((kept) => kept.row);
  }

  /** Those since the last call. */
  take(): TimelineRow[] {
    const { fresh } = this;
    if (fresh.length > 0) this.fresh = [];
    return fresh;
  }

  /** null where the row is gone. */
  open(id: number): OpenedRow | null {
    const kept = this.rows.find(({ row }) => row.id === id);
    if (!kept) return null;
    const { wire, direction } = kept.row;
    const hex = Buffer.from(maskedBytes(wire, direction, kept.bytes), 'latin1').toString('hex');
    return { type: 'opened', id, hex };
  }

  private hear(entry: TimelineEntry): void {
    const { wire, direction } = entry;
    if (quietWires.has(wire) || (wire === 'stripe' && direction !== 'note')) return;
    if (wire !== 'flash') this.assembler.add(entry);
    else if (direction === 'out' && isFlashChange(entry.bytes)) this.show(entry);
  }

  private lookAtScreen(): void {
    const { lcd, world } = this.inside;
    const changes = lcd.changes();
    if (changes !== this.screenChanges) {
      this.screenChanges = changes;
      this.screenSinceUs = world.nowUs;
      return;
    }
    if (world.nowUs - this.screenSinceUs < SETTLED_US) return;
    const rows = lcd.text().map((row) => row.trim());
    // The clock of the idle screen is no news.
    const screen = rows.filter((row) => row !== '' && !/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(row)).join(' │ ');
    if (screen === this.screen) return;
    this.screen = screen;
    if (screen !== '') {
      this.add({ atUs: this.screenSinceUs, wire: 'lcd', direction: 'out', bytes: '', text: '' }, maskNumbers(screen));
    }
  }

  private show(piece: WirePiece): void {
    const text = describePiece(piece);
    if (text !== '') this.add(piece, text);
  }

  private add(piece: WirePiece, text: string): void {
    const carriesFrames = piece.wire === 'modem' || piece.wire === 'network';
    const detail = carriesFrames ? detailFrames(piece.bytes) : '';
    const row: TimelineRow = {
      id: this.nextId++,
      atMs: Math.round(piece.atUs / 1000),
      wire: piece.wire,
      direction: piece.direction,
      text,
      lengthBytes: piece.bytes.length,
      ...(detail === '' ? {} : { detail }),
    };
    this.rows.push({ row, bytes: piece.bytes });
    this.fresh.push(row);
    if (this.rows.length > 2 * KEPT_ROWS) this.rows = this.rows.slice(-KEPT_ROWS);
    if (this.fresh.length > 2 * KEPT_ROWS) this.fresh = this.fresh.slice(-KEPT_ROWS);
  }
}
