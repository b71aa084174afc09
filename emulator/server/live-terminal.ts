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
import { PieceAssembler, type WirePiece } from '../timeline-view/assemble';
import { describePiece } from '../timeline-view/describe';
import { detailFrames } from '../timeline-view/describe-frames';
import { refuseAtForeignHost } from './foreign-rules';
import type { Action, CardView, Hello, LedgerUpdate, SlipView, State, TimelineRow } from './messages';
import { createNextStep, type NextStep } from './next-step';
import type { StateFiles } from './state-files';

/** More virtual time than this is not caught up at once: a laptop that slept must not run for an hour. */
const LONGEST_CATCH_UP_MS = 500;
/** A press shorter than this would be lost in the contacts' bounce. */
const SHORTEST_PRESS_US = 80_000;
/** So far ahead of the finger keys may be asked for. */
const LONGEST_QUEUE_US = 3_000_000;
const KEPT_ROWS = 400;
/** Slips that hang around; older ones are thrown away. */
const KEPT_SLIPS = 40;
const LEDGER_ROWS = 20;
const BEIJING_MS = 8 * 3_600_000;

/** Wires on which every key and every refresh of the screen would drown the rest. */
const quietWires = new Set(['lcd', 'lcdLight', 'keyRows', 'keyColumns', 'stripeSense', 'powerKey', 'powerLatch']);
const isQuiet = (wire: string): boolean => quietWires.has(wire) || wire === 'buzzer';

function mask(pan: string): string {
  return `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`;
}

const cardViews: readonly CardView[] = testCardList.map((card) => ({
  id: card.id,
  zh: card.label.zh,
  en: card.label.en,
  maskedPan: mask(card.pan),
  pin: card.needsPin ? card.pin : '',
}));

export const cardIds: ReadonlySet<string> = new Set(testCardList.map((card) => card.id));

/** Told of every action at the virtual time at which it takes effect; the red key's release may come after it was asked. */
export type ActionListener = (action: Action, atUs: number) => void;

export class LiveTerminal {
  private speed = 1;
  private paused = false;
  private lastWallMs: number;
  private newRows: TimelineRow[] = [];
  private rows: TimelineRow[] = [];
  private rowCount = 0;
  /** Slips torn off so far: the number of the first that is left. */
  private tornSlips = 0;
  private lastCard = '';
  private redDownUs = 0;
  private redUpDueUs = -1;
  private ledgerSize = -1;
  private unsettled = false;
  private actionListeners: ActionListener[] = [];
  private readonly nextStep: () => NextStep;
  private readonly assembler = new PieceAssembler((piece) => this.show(piece));

  constructor(
    private readonly inside: TerminalWorld,
    private readonly files: StateFiles | null,
    nowMs: number,
  ) {
    this.lastWallMs = nowMs;
    this.nextStep = createNextStep(inside);
    inside.world.timeline.listen((entry) => {
      if (isQuiet(entry.wire) || (entry.wire === 'stripe' && entry.direction !== 'note')) return;
      // Each transfer to the flash is whole; of them only those that change it are worth a line.
      if (entry.wire !== 'flash') this.assembler.add(entry);
      else if (entry.direction === 'out' && isFlashChange(entry.bytes)) this.show(entry);
    });
  }

  /** Lets the World follow the wall clock. */
  tick(nowMs: number): void {
    const { world } = this.inside;
    const elapsedMs = Math.max(0, Math.min(nowMs - this.lastWallMs, LONGEST_CATCH_UP_MS));
    this.lastWallMs = nowMs;
    if (!this.paused && elapsedMs > 0) world.run(elapsedMs * this.speed);
    if (this.redUpDueUs >= 0 && world.nowUs >= this.redUpDueUs) this.releaseRed();
    this.assembler.closeBefore(world.nowUs);
    this.throwOldSlips();
    this.save(false);
  }

  /** Writes what changed; with `settle` it is safe from a power cut of this machine too. */
  save(settle: boolean): void {
    if (!this.files) return;
    this.files.saveBattery(this.inside.pad.state.battery);
    if (this.files.saveFlash(this.inside.flash.state.sectors)) this.unsettled = true;
    if (!settle || !this.unsettled) return;
    this.unsettled = false;
    this.files.settleFlash();
  }

  hello(): Hello {
    const { world, settings } = this.inside;
    return { type: 'hello', cards: cardViews, seed: world.seed, english: settings.english };
  }

  state(): State {
    const { inside } = this;
    const pad = inside.pad.rows().map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk'));
    return {
      type: 'state',
      atMs: Math.round(inside.world.nowUs / 1000),
      paused: this.paused,
      speed: this.speed,
      supply: inside.power.state.supplyOn,
      light: inside.lcd.lit(),
      lcd: packPixels(inside.lcd.pixels()),
      pad: [pad[0] ?? '', pad[1] ?? ''],
      padAsking: inside.pad.isAsking(),
      next: this.nextStep(),
      card: this.lastCard,
      slips: this.slipViews(),
      paperOut: inside.printer.paperOut(),
      connected: Object.values(inside.network.state.connections).some((one) => one.clientOpen && one.hostOpen),
      broken: [...(inside.network.state.faults.down ? ['line'] : []), ...(inside.printer.paperOut() ? ['paper'] : [])],
      beeps: inside.buzzer.count(),
    };
  }

  private slipViews(): SlipView[] {
    return this.inside.printer.slips().map((slip, i) => ({
      id: this.tornSlips + i,
      // A growing slip is drawn anew every few lines, not for each.
      version: slip.cut ? slip.lines.length : slip.lines.length - (slip.lines.length % 3),
      cut: slip.cut,
    }));
  }

  private throwOldSlips(): void {
    const { slips } = this.inside.printer.state;
    if (slips.length <= KEPT_SLIPS) return;
    this.tornSlips += slips.length - KEPT_SLIPS;
    this.inside.printer.state.slips = slips.slice(-KEPT_SLIPS);
  }

  private show(piece: WirePiece): void {
    const text = describePiece(piece);
    if (text === '') return;
    const detail = piece.wire === 'modem' || piece.wire === 'network' ? detailFrames(piece.bytes) : '';
    this.addRow({
      id: this.rowCount++,
      atMs: Math.round(piece.atUs / 1000),
      wire: piece.wire,
      direction: piece.direction,
      text,
      lengthBytes: piece.bytes.length,
      ...(detail === '' ? {} : { detail }),
    });
  }

  private addRow(row: TimelineRow): void {
    this.newRows.push(row);
    this.rows.push(row);
    if (this.newRows.length > 2 * KEPT_ROWS) this.newRows = this.newRows.slice(-KEPT_ROWS);
    if (this.rows.length > 2 * KEPT_ROWS) this.rows = this.rows.slice(-KEPT_ROWS);
  }

  /** What a page that has just been opened shows. */
  lastRows(): TimelineRow[] {
    return this.rows.slice(-KEPT_ROWS);
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
    return {
      type: 'ledger',
      accounts: this.inside.center
        .accounts()
        .map(({ card, maskedPan, balanceFen }) => ({ card, maskedPan, balanceFen })),
      rows: rows.slice(-LEDGER_ROWS).map((row) => ({
        time: new Date(row.atMs + BEIJING_MS).toISOString().slice(11, 19),
        kind: row.kind,
        maskedPan: row.maskedPan,
        stan: row.stan,
        amountFen: row.amountFen,
      })),
    };
  }

  slipPng(id: number): Buffer | null {
    const index = id - this.tornSlips;
    return index >= 0 && index < this.inside.printer.slips().length ? this.inside.printer.png(index) : null;
  }

  /** Adds a listener for what people do; returns the function that removes it. */
  onAction(listener: ActionListener): () => void {
    this.actionListeners.push(listener);
    return () => {
      this.actionListeners = this.actionListeners.filter((other) => other !== listener);
    };
  }

  private tellAction(action: Action, atUs: number): void {
    for (const listener of this.actionListeners) listener(action, atUs);
  }

  /** Does what somebody asked for; throws an Error with a sentence where that cannot be done now. */
  act(action: Action): void {
    const atUs = this.inside.world.nowUs;
    if (this.inside.foreignHost) refuseAtForeignHost(action);
    this.perform(action);
    // A release is told when the key goes up.
    if (action.do !== 'power-key' || action.held) this.tellAction(action, atUs);
  }

  private perform(action: Action): void {
    const { inside } = this;
    switch (action.do) {
      case 'press':
        this.press(action.key);
        return;
      case 'power-key':
        if (action.held) this.holdRed();
        else this.releaseRed();
        return;
      case 'swipe': {
        const card = testCardList.find((one) => one.id === action.card);
        if (!card) return;
        this.lastCard = card.id;
        inside.head.swipe(card, { reverse: action.reverse, scratched: action.scratched });
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
        this.tornSlips += inside.printer.state.slips.length;
        inside.printer.takePaper();
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

  private press(key: string): void {
    const { keys, world } = this.inside;
    if (keys.state.fingerFreeUs - world.nowUs > LONGEST_QUEUE_US) throw new Error('too many keys at once');
    keys.press(keyNamed(key));
  }

  private holdRed(): void {
    this.redUpDueUs = -1;
    this.redDownUs = this.inside.world.nowUs;
    this.inside.keys.down(KEY_CANCEL);
  }

  /** Lets go of the red key, a little later where it was only touched. Also when the page that held it is gone. */
  releaseRed(): void {
    const dueUs = this.redDownUs + SHORTEST_PRESS_US;
    if (this.inside.world.nowUs < dueUs) {
      this.redUpDueUs = dueUs;
      return;
    }
    this.redUpDueUs = -1;
    this.inside.keys.up(KEY_CANCEL);
    this.tellAction({ do: 'power-key', held: false }, this.inside.world.nowUs);
  }

  private causeFault(device: string, fault: string, value: number): void {
    const { inside } = this;
    if (device !== 'center') {
      inside.world.fault(device, fault, value);
      return;
    }
    const { terminalId } = inside.settings;
    if (fault === 'keys') inside.center.replaceKeys(terminalId);
    else inside.center.setFault(terminalId, fault as CenterFault, 1, '0200');
    inside.world.note('center', fault === 'keys' ? 'working keys replaced' : `fault ${fault} for the next sale`);
  }
}

const FLASH_PROGRAM = 0x02;
const FLASH_ERASE = 0x20;

function isFlashChange(bytes: string): boolean {
  const command = bytes.charCodeAt(0);
  return command === FLASH_PROGRAM || command === FLASH_ERASE;
}

function packPixels(pixels: Uint8Array): string {
  const packed = Buffer.alloc(pixels.length >> 3);
  for (let i = 0; i < pixels.length; i++) if (pixels[i]) packed[i >> 3] |= 0x80 >> (i & 7);
  return packed.toString('base64');
}
