/**
 * A terminal that somebody looks at: its World follows the wall clock, times a factor. Does what the page asks, tells the
 * page what changed, saves what a real terminal would still know after the plug was pulled.
 */
import iconv from 'iconv-lite';
import { KEY_CANCEL } from '../../hal/devices';
import { testCardList } from '../../host/center/test-cards';
import type { CenterFault } from '../../host/center/types';
import { keyNamed } from '../key-names';
import type { TerminalWorld } from '../terminal-world';
import { PieceAssembler } from '../timeline-view/assemble';
import { describePiece } from '../timeline-view/describe';
import type { Action, CardView, Hello, LedgerUpdate, State, TimelineRow } from './messages';
import type { StateFiles } from './state-files';

/** More virtual time than this is not caught up at once: a laptop that slept must not run for an hour. */
const LONGEST_CATCH_UP_MS = 500;
const FLUSH_US = 30_000;
const SAVE_EVERY_MS = 1000;

function mask(pan: string): string {
  return `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`;
}

const cardViews: readonly CardView[] = testCardList.map((card) => ({
  id: card.id,
  zh: card.label.zh,
  en: card.label.en,
  maskedPan: mask(card.pan),
  pin: card.needsPin ? card.pin : '',
  network: 'UnionPay',
}));

export const cardIds: ReadonlySet<string> = new Set(testCardList.map((card) => card.id));

export class LiveTerminal {
  private speed = 1;
  private paused = false;
  private lastWallMs: number;
  private newRows: TimelineRow[] = [];
  private rowCount = 0;
  private savedMutations = 0;
  private savedAtMs = 0;
  private tornSlips = 0;
  private ledgerSize = -1;
  private readonly assembler: PieceAssembler;

  constructor(
    private readonly inside: TerminalWorld,
    private readonly files: StateFiles | null,
    nowMs: number,
  ) {
    this.lastWallMs = nowMs;
    this.assembler = new PieceAssembler((piece) => {
      const text = describePiece(piece);
      if (text === '') return;
      this.newRows.push({
        id: this.rowCount++,
        atMs: Math.round(piece.atUs / 1000),
        wire: piece.wire,
        direction: piece.direction,
        text,
        lengthBytes: piece.bytes.length,
      });
      if (this.newRows.length > 1000) this.newRows.splice(0, 500);
    });
    // Every screen and flash transfer would drown the rest: of these wires only what a person asks for is shown.
    inside.world.timeline.listen((entry) => {
      if (entry.wire !== 'lcd' && !entry.wire.startsWith('key') && !isFlashRead(entry.wire, entry.bytes)) {
        this.assembler.add(entry);
      }
    });
  }

  /** Lets the World follow the wall clock. */
  tick(nowMs: number): void {
    const elapsedMs = Math.min(nowMs - this.lastWallMs, LONGEST_CATCH_UP_MS);
    this.lastWallMs = nowMs;
    if (!this.paused && elapsedMs > 0) this.inside.world.run(elapsedMs * this.speed);
    this.assembler.closeBefore(this.inside.world.nowUs - FLUSH_US);
    if (nowMs - this.savedAtMs >= SAVE_EVERY_MS) {
      this.savedAtMs = nowMs;
      this.save();
    }
  }

  /** Writes what changed; called now and then, and at the end. */
  save(): void {
    if (!this.files || this.savedMutations === this.inside.flash.mutations) return;
    this.savedMutations = this.inside.flash.mutations;
    this.files.saveFlash(this.inside.flash.image());
    this.files.saveBattery(this.inside.pad.state.battery);
  }

  hello(): Hello {
    return { type: 'hello', cards: cardViews, seed: this.inside.world.seed };
  }

  state(): State {
    const { inside } = this;
    const slips = inside.printer.slips();
    const pad = inside.pad.rows().map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk'));
    return {
      type: 'state',
      atMs: Math.round(inside.world.nowUs / 1000),
      paused: this.paused,
      speed: this.speed,
      supply: inside.mcu.state.powered,
      light: inside.lcd.lit(),
      lcd: packPixels(inside.lcd.pixels()),
      pad: [pad[0] ?? '', pad[1] ?? ''],
      slips: slips.map((slip, id) => ({ id, version: slip.lines.length, cut: slip.cut })).slice(this.tornSlips),
      paperOut: inside.printer.paperOut(),
      connected: inside.modem.state.connection !== 0,
      signal: inside.modem.state.signal,
      beeps: inside.buzzer.count(),
    };
  }

  takeRows(): TimelineRow[] {
    const rows = this.newRows;
    this.newRows = [];
    return rows;
  }

  /** Accounts and postings, or null when nothing was posted since the last call (unless `always`). */
  ledger(always = false): LedgerUpdate | null {
    const rows = this.inside.center.ledger();
    if (!always && rows.length === this.ledgerSize) return null;
    this.ledgerSize = rows.length;
    const label = new Map(testCardList.map((card) => [card.id as string, card.label.zh]));
    return {
      type: 'ledger',
      accounts: this.inside.center.accounts().map((account) => ({
        card: label.get(account.card) ?? account.card,
        maskedPan: account.maskedPan,
        balanceFen: account.balanceFen,
      })),
      rows: rows.slice(-20).map((row) => ({
        time: new Date(row.atMs).toISOString().slice(11, 19),
        text: `${row.kind === 'sale' ? '消费' : '冲正'} ${row.maskedPan} ${row.stan}`,
        amountFen: row.amountFen,
      })),
    };
  }

  slipPng(id: number): Buffer | null {
    return id >= 0 && id < this.inside.printer.slips().length ? this.inside.printer.png(id) : null;
  }

  act(action: Action): void {
    const { inside } = this;
    switch (action.do) {
      case 'press':
        if (inside.mcu.state.powered) inside.keys.press(keyNamed(action.key));
        return;
      case 'power-key':
        if (action.held) inside.keys.down(KEY_CANCEL);
        else inside.keys.up(KEY_CANCEL);
        return;
      case 'swipe': {
        const card = testCardList.find((one) => one.id === action.card);
        if (card) inside.head.swipe(card, { reverse: action.reverse, scratched: action.scratched });
        return;
      }
      case 'pad':
        inside.pad.pressKey(keyNamed(action.key));
        return;
      case 'fault':
        this.causeFault(action.device, action.fault, action.value ?? 1);
        return;
      case 'cut':
        inside.cutPower();
        return;
      case 'tear':
        this.tornSlips = inside.printer.slips().filter((slip) => slip.cut).length;
        return;
      case 'pause':
        this.paused = action.paused;
        return;
      case 'step':
        inside.world.step();
        return;
      case 'speed':
        this.speed = action.factor;
        return;
    }
  }

  private causeFault(device: string, fault: string, value: number): void {
    if (device === 'center') this.inside.center.setFault('*', fault as CenterFault, value);
    else this.inside.world.fault(device, fault, value);
    this.inside.world.note(device, fault);
  }
}

function isFlashRead(wire: string, bytes: string): boolean {
  const command = bytes.charCodeAt(0);
  return wire === 'flash' && command !== 0x02 && command !== 0x20;
}

function packPixels(pixels: Uint8Array): string {
  const packed = Buffer.alloc(pixels.length >> 3);
  for (let i = 0; i < pixels.length; i++) if (pixels[i]) packed[i >> 3]! |= 0x80 >> (i & 7);
  return packed.toString('base64');
}
