/**
 * The far end of the printer's wire: a 58 mm thermal printer with a GB18030 font, by Epson's ESC/POS command reference, with
 * the density command (GS |) of CUSTOM's KPM series. It parses the stream as it arrives, moves paper at its speed, answers
 * real-time questions past its buffer, and goes offline when paper, cover or heat say so; what it has not printed then waits
 * in its buffer, as in the real one.
 */
import type { Bytes } from '../../hal/bytes';
import { drawSlip } from '../fonts/paper-picture';
import type { UartDevice, UartWire } from '../world/uart-wire';
import type { World, WorldDevice } from '../world/world';
import { commandKey, commands, skippedNote } from './escpos-commands';
import { leftOf, rasterImage, STORED_BYTES } from './escpos-graphics';
import { readCommand, type Command } from './escpos-parser';
import {
  beginLine,
  CELL_DOTS,
  DEFAULT_SPACING_DOTS,
  DOTS_A_MM,
  freshBuffers,
  freshPrinter,
  GLYPH_DOTS,
  LINE_DOTS,
  type Piece,
} from './escpos-state';
import { tab, takeText } from './escpos-text';
import * as paper from './paper';
import { blackDots, coolDown, coolingUs, heatUp } from './print-heat';

export type { Slip } from './paper';

/** From the head to the tear bar. */
const HEAD_TO_CUTTER_DOTS = 96;
/** Lines printed for one event of the World; a real one would be smoother and a hundred times slower to simulate. */
const LINES_A_STEP = 4;
/** A longer command without effect is skipped as it arrives instead of waited for. */
const LONGEST_WAITED = 64;
/** An image goes to paper in bands of a line's height. */
const BAND_DOTS = 24;
/** Five metres that nobody cut hang to the floor: they tear. */
const LONGEST_SLIP_DOTS = 40_000;
/** Commands whose data, however long, are collected; GS v 0 is printed as it arrives. */
const collected = ['\x1d(L', '\x1d8L', '\x1d(k', '\x1d*', '\x1b*', '\x1dk'];
const STEP = 0;

/** Where the printer's answers go. */
export type PrinterWire = Pick<UartWire, 'send'>;

export interface EscPosPrinterOptions {
  readonly speedMmPerS?: number;
  /** Bytes it takes in before it loses some; flow control is assumed below that. */
  readonly bufferBytes?: number;
  /** Length of a new roll; 0 for one that does not end. */
  readonly rollMm?: number;
}

export class EscPosPrinter implements WorldDevice, UartDevice {
  readonly name = 'printer';
  state = freshPrinter();
  private readonly target: number;
  private readonly usPerDot: number;
  private readonly bufferBytes: number;
  private readonly newRollDots: number;
  private wire: PrinterWire | null = null;
  /** What `slips` has decoded already; a cache, no state. */
  private seen = { slips: [] as object[], cut: [] as paper.Slip[], hanging: '', all: [] as readonly paper.Slip[] };

  constructor(
    private readonly world: World,
    options: EscPosPrinterOptions = {},
  ) {
    this.usPerDot = 1_000_000 / ((options.speedMmPerS ?? 60) * DOTS_A_MM);
    this.bufferBytes = options.bufferBytes ?? 4096;
    this.newRollDots = options.rollMm ? options.rollMm * DOTS_A_MM : -1;
    this.state.rollDots = this.newRollDots;
    this.target = world.add(this);
  }

  /** Plugs the terminal's wire in. */
  connect(wire: UartWire): void {
    this.wire = wire;
    wire.connect(this);
  }

  onUart(bytes: Bytes, wire: PrinterWire): void {
    const { state } = this;
    this.wire = wire;
    if (!state.powered || state.mute) return;
    if (state.realTime === '' && bytes.indexOf('\x10') < 0) this.queue(bytes);
    else this.sortOut(state.realTime + bytes);
    this.print();
  }

  onEvent(): void {
    this.print();
  }

  onPower(on: boolean): void {
    Object.assign(this.state, freshBuffers(), { powered: on });
  }

  /**
   * `paper`: the roll ends after `value` more lines; `refill`: a new roll. `cover` opens, `close` closes; `heat` makes
   * the head too hot, `cool` ends it; `offline` stops printing and answering, `online` ends it.
   */
  onFault(fault: string, value: number): void {
    const { state } = this;
    if (fault === 'paper') {
      state.rollDots = Math.max(0, value) * DEFAULT_SPACING_DOTS;
      state.paperOut = state.rollDots === 0;
    } else if (fault === 'refill') this.refill();
    else if (fault === 'cover' || fault === 'close') state.coverOpen = fault === 'cover';
    else if (fault === 'heat') state.tooHot = true;
    else if (fault === 'cool') Object.assign(state, { tooHot: false, overheated: false, heatDots: 0 });
    else if (fault === 'offline' || fault === 'online') state.mute = fault === 'offline';
    else throw new Error(`printer has no fault ${fault}`);
    this.print();
  }

  paperOut(): boolean {
    return this.state.paperOut;
  }

  /** Every slip so far, oldest first, the piece that still hangs in the printer last. */
  slips(): readonly paper.Slip[] {
    const { slips, hanging } = this.state;
    const { seen } = this;
    if (seen.slips !== slips || seen.cut.length > slips.length) this.seen = { slips, cut: [], hanging: '', all: [] };
    else if (seen.cut.length === slips.length && seen.hanging === hanging) return seen.all;
    const { cut } = this.seen;
    for (const slip of slips.slice(cut.length)) cut.push(paper.readPaper(slip.paper, slip.cut));
    const all = hanging === '' ? cut.slice() : [...cut, paper.readPaper(hanging, false)];
    this.seen = { slips, cut, hanging, all };
    return all;
  }

  /** The last slip's lines, or none. */
  lastSlip(): string[] {
    const last = this.slips().at(-1);
    return last ? paper.slipText(last) : [];
  }

  /** All paper as text. */
  text(): string {
    return this.slips()
      .flatMap((slip) => paper.slipText(slip).map((line) => `${line}\n`))
      .join('');
  }

  /** A slip as a picture, 384 dots wide, PNG; drawn when asked for. `index` as in `slips()`. */
  png(index: number): Buffer {
    const slip = this.slips()[index];
    if (!slip) throw new Error(`there is no slip ${index}`);
    return drawSlip(slip);
  }

  /** The customer takes the slips: they are forgotten. */
  takePaper(): void {
    this.state.slips = [];
  }

  /** Tears off what hangs out, as a person does with a slip that nobody cut. */
  tearOff(): void {
    this.endSlip(false);
  }

  /** As after a power cycle: a job that broke off in a command does not swallow the next one. Paper and faults stay. */
  reset(): void {
    Object.assign(this.state, freshBuffers());
  }

  /** Bytes that it can take in now. */
  roomBytes(): number {
    return Math.max(0, this.bufferBytes - this.state.input.length - this.state.realTime.length);
  }

  private refill(): void {
    const { state } = this;
    if (state.paperOut) this.endSlip(false);
    state.rollDots = this.newRollDots;
    state.paperOut = false;
  }

  private online(): boolean {
    const { state } = this;
    return state.powered && !state.mute && !state.paperOut && !state.coverOpen && !this.hot();
  }

  private hot(): boolean {
    return this.state.tooHot || this.state.overheated;
  }

  private queue(bytes: Bytes): void {
    const { state } = this;
    const room = this.bufferBytes - state.input.length;
    if (bytes.length > room) state.lostBytes += bytes.length - room;
    state.input += bytes.slice(0, Math.max(0, room));
  }

  /**
   * Answers the real-time commands (DLE …) in what arrived at once. They stay in the buffer, where they have no effect: what
   * looks like one may be a parameter, or a point of an image.
   */
  private sortOut(bytes: Bytes): void {
    let answer = '';
    let from = 0;
    let next = 0;
    for (let at = bytes.indexOf('\x10'); at >= 0; at = bytes.indexOf('\x10', next)) {
      const length = realTimeLength(bytes, at);
      next = at + length;
      if (length === 1) continue;
      if (next > bytes.length) {
        this.queue(bytes.slice(from, at));
        this.state.realTime = bytes.slice(at);
        this.answer(answer);
        return;
      }
      this.queue(bytes.slice(from, next));
      answer += this.realTimeCommand(bytes.slice(at, next));
      from = next;
    }
    this.state.realTime = '';
    this.queue(bytes.slice(from));
    this.answer(answer);
  }

  private answer(bytes: Bytes): void {
    if (bytes !== '' && this.wire) this.wire.send(bytes);
  }

  private realTimeCommand(command: Bytes): Bytes {
    if (command.charCodeAt(1) === 0x04) return String.fromCharCode(this.status(command.charCodeAt(2)));
    if (command !== '\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08') return '';
    const { state } = this;
    beginLine(state);
    Object.assign(state, { input: '', skip: 0, body: null, pieces: [] });
    return '\x37\x25\x00';
  }

  /** Answer to DLE EOT `n`: bits 1 and 4 always set, the rest what there is to tell. */
  private status(n: number): number {
    const { state } = this;
    const out = state.paperOut;
    if (n === 1) return 0x12 | (this.online() ? 0 : 0x08);
    if (n === 2) return 0x12 | (state.coverOpen ? 0x04 : 0) | (out ? 0x20 : 0) | (this.hot() ? 0x40 : 0);
    if (n === 3) return 0x12 | (this.hot() ? 0x40 : 0);
    return 0x12 | (this.nearEnd() ? 0x0c : 0) | (out ? 0x60 : 0);
  }

  private nearEnd(): boolean {
    return this.state.rollDots >= 0 && this.state.rollDots < 1000 * DOTS_A_MM;
  }

  /** Prints what is in the buffer, a few lines, and comes back when these are on paper. */
  private print(): void {
    const { state, world } = this;
    if (state.overheated) coolDown(state, world.nowUs);
    if (world.nowUs < state.busyUntilUs || !this.online()) return;
    let at = 0;
    let movedDots = 0;
    for (let lines = 0; lines < LINES_A_STEP && this.online();) {
      if (at >= state.input.length && state.pieces.length === 0) break;
      const item = this.printItem(at, movedDots > 0);
      if (item.length === 0 && item.movedDots === 0) break;
      at += item.length;
      movedDots += item.movedDots;
      if (item.movedDots > 0) lines++;
    }
    if (at > 0) state.input = state.input.slice(at);
    if (movedDots === 0) return;
    const durationUs = Math.ceil(movedDots * this.usPerDot);
    state.busyUntilUs = world.nowUs + durationUs;
    world.after(durationUs, this.target, STEP);
  }

  /** Handles what begins at `at` of the input; nothing taken and nothing moved means "not now". */
  private printItem(at: number, moving: boolean): Item {
    const { state } = this;
    if (state.pieces.length > 0) return this.printPiece(state.pieces[0], at);
    if (state.skip > 0) return this.skipSome(at);
    if (state.body) return this.collect(at);
    const code = state.input.charCodeAt(at);
    if (code >= 0x20) {
      const taken = takeText(state, at);
      return taken < 0 ? this.endLine(0) : plain(taken);
    }
    if (code === 0x0a) return this.endLine(1);
    if (code === 0x09) tab(state);
    // Answered when it arrived.
    if (code === 0x10) return plain(Math.min(realTimeLength(state.input, at), state.input.length - at));
    if (code === 0x1b || code === 0x1d || code === 0x1c) return this.takeCommand(at, moving);
    return plain(1);
  }

  private skipSome(at: number): Item {
    const length = Math.min(this.state.skip, this.state.input.length - at);
    this.state.skip -= length;
    return plain(length);
  }

  /** Prints the line, if there is paper for it; `length` bytes of the input asked for it. */
  private endLine(length: number): Item {
    const { state } = this;
    const { align, areaDots, line } = state;
    // Between other margins the middle is elsewhere.
    if (align !== 0 && areaDots < LINE_DOTS && line !== '')
      state.line = paper.atMark(leftOf(state, state.widthDots)) + line;
    const moved = this.move(Math.max(state.spacingDots, state.heightDots, 1), length);
    if (moved.movedDots === 0) state.line = line;
    return moved;
  }

  private move(dots: number, length: number): Item {
    const { state, world } = this;
    if (state.rollDots >= 0 && state.rollDots < dots) {
      state.paperOut = true;
      world.note('printer', 'paper out');
      return plain(0);
    }
    if (state.rollDots >= 0) state.rollDots -= dots;
    if (state.line !== '' && state.density !== paper.DENSITY_NORMAL) {
      state.hanging += paper.densityMark(state.density);
    }
    state.hanging += state.line + paper.lineMark(dots);
    if (heatUp(state, state.burnDots, state.density, world.nowUs)) {
      world.note('printer', 'too hot');
      world.after(coolingUs(state), this.target, STEP);
    }
    beginLine(state);
    state.hangingDots += dots;
    if (state.hangingDots > LONGEST_SLIP_DOTS) this.endSlip(false);
    return { length, movedDots: dots };
  }

  /** The next band of an image whose rows are there, or come from the input at `at`; or a line below bars. */
  private printPiece(piece: Piece, at: number): Item {
    const { state } = this;
    const rows = Math.min(piece.rowsLeft, Math.floor(BAND_DOTS / piece.timesHigh));
    const missing = rows * piece.widthBytes - piece.rows.length;
    const taken = Math.max(0, Math.min(missing, state.input.length - at));
    if (taken > 0) piece.rows += state.input.slice(at, at + taken);
    if (taken < missing) return plain(taken);
    const band = piece.rows.slice(0, rows * piece.widthBytes);
    state.line = piece.code;
    if (piece.text === '') this.setDots(piece, rows, band);
    else this.setText(piece);
    const moved = this.move(piece.text === '' ? rows * piece.timesHigh : GLYPH_DOTS, taken);
    // Out of paper: the band is printed again when there is some.
    if (moved.movedDots === 0) {
      beginLine(state);
      return plain(taken);
    }
    piece.rows = piece.rows.slice(band.length);
    piece.rowsLeft -= rows;
    piece.code = '';
    if (piece.rowsLeft === 0) state.pieces.shift();
    return moved;
  }

  private setDots({ leftDots, widthDots, widthBytes, timesWide, timesHigh }: Piece, rows: number, band: Bytes): void {
    const { state } = this;
    const width = Math.min(widthDots, widthBytes * 8);
    state.line +=
      paper.atMark(leftDots) + paper.dotsMark({ widthDots: width, heightDots: rows, timesWide, timesHigh, rows: band });
    state.burnDots = blackDots(band) * timesWide * timesHigh;
  }

  private setText({ leftDots, widthDots, text }: Piece): void {
    const { state } = this;
    const spare = widthDots - text.length * CELL_DOTS;
    state.line += paper.atMark(Math.max(0, leftDots + (spare >> 1))) + paper.tableMark(0);
    state.line += paper.runMark(paper.STYLE_NARROW) + text;
  }

  private takeCommand(at: number, moving: boolean): Item {
    const { state } = this;
    const command = readCommand(state.input, at);
    if (command === null) return plain(state.input.length - at >= this.bufferBytes ? 1 : 0);
    if (command.name === '\x1dv') return this.beginImage(command, at);
    if (at + command.length > state.input.length) return this.awaitRest(command, at);
    // Answered, and cut, only after the lines before it are on paper.
    if (moving && (command.name === '\x1dr' || command.name === '\x1dV')) return plain(0);
    return this.obey(command.name, state.input.slice(at + 2, at + command.length), command.length);
  }

  private awaitRest({ name, length }: Command, at: number): Item {
    const { state } = this;
    if (length <= LONGEST_WAITED) return plain(0);
    const key = commandKey(name, state.input.slice(at + 2));
    if (collected.includes(key) && length <= STORED_BYTES) {
      state.body = { name, head: '', leftBytes: length - 2 };
      return plain(2);
    }
    state.skip = length;
    return this.skipSome(at);
  }

  /** Takes what has arrived of a long command; obeys it with its last byte. */
  private collect(at: number): Item {
    const { state } = this;
    const body = state.body;
    if (!body) return plain(0);
    const part = state.input.slice(at, at + body.leftBytes);
    body.head += part;
    body.leftBytes -= part.length;
    if (body.leftBytes > 0) return plain(part.length);
    state.body = null;
    return this.obey(body.name, body.head, part.length);
  }

  private beginImage({ length }: Command, at: number): Item {
    const { state, world } = this;
    const image = state.line === '' ? rasterImage(state, state.input.slice(at + 2, at + 8)) : null;
    if (image === null) {
      world.note('printer', 'image not printed: wider than the paper, or behind text');
      state.skip = length - 8;
    } else state.pieces.push(image);
    return plain(8);
  }

  /** Obeys a command that is there as a whole; `length` bytes of the input end with it. */
  private obey(name: Bytes, body: Bytes, length: number): Item {
    const { state } = this;
    const first = body.charCodeAt(0);
    if (name === '\x1bd') return first > 0 ? this.move(first * state.spacingDots || 1, length) : plain(length);
    if (name === '\x1bJ') return first > 0 ? this.move(first, length) : plain(length);
    if (name === '\x1dV') return this.cut(first, body.charCodeAt(1), length);
    if (name === '\x1dr') this.answer(String.fromCharCode(this.nearEnd() ? 0x03 : 0x00));
    const effect = commands[commandKey(name, body)]?.(state, body);
    const skipped = effect ? '' : skippedNote(name, body);
    if (skipped !== '') this.world.note('printer', skipped);
    if (!effect) return plain(length);
    if (effect.answer !== undefined) this.answer(effect.answer);
    if (effect.note !== undefined) this.world.note('printer', effect.note);
    for (const piece of effect.pieces ?? []) state.pieces.push({ ...piece });
    return plain(length);
  }

  private cut(mode: number, feedDots: number, length: number): Item {
    const moved = mode >= 65 ? this.move(HEAD_TO_CUTTER_DOTS + feedDots, length) : plain(length);
    if (moved.length > 0) this.endSlip(true);
    return moved;
  }

  private endSlip(cut: boolean): void {
    const { state } = this;
    if (state.hanging === '') return;
    // Reading one char makes the string flat: a rope would keep its thousand pieces alive.
    state.hanging.charCodeAt(0);
    state.slips.push({ paper: state.hanging, cut });
    state.hanging = '';
    state.hangingDots = 0;
    this.world.note('printer', cut ? 'slip cut' : 'slip torn off');
  }
}

interface Item {
  /** Bytes of the input it took. 0 and no movement: it has to wait. */
  readonly length: number;
  readonly movedDots: number;
}

const plain = (length: number): Item => ({ length, movedDots: 0 });

/** Bytes of a real-time command: DLE EOT n, DLE ENQ n, DLE DC4 fn …; 1 where DLE begins none. */
function realTimeLength(bytes: Bytes, at: number): number {
  const kind = bytes.charCodeAt(at + 1);
  if (Number.isNaN(kind)) return 2;
  if (kind === 0x04 || kind === 0x05) return 3;
  if (kind !== 0x14) return 1;
  return bytes.charCodeAt(at + 2) === 0x08 ? 10 : 5;
}
