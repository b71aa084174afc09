/**
 * The far end of the printer's wire: a 58 mm thermal printer with a GB18030 font. It parses ESC/POS as it arrives, moves
 * paper at its speed, answers real-time questions past its buffer, and goes offline when paper, cover or heat say so;
 * what it has not printed then waits in its buffer, as in the real one.
 */
import type { Bytes } from '../../hal/bytes';
import { drawSlip } from '../fonts/paper-picture';
import type { UartDevice, UartWire } from '../world/uart-wire';
import type { World, WorldDevice } from '../world/world';
import { readCommand, type Command } from './escpos-parser';
import * as paper from './paper';

export type { Slip } from './paper';

const LINE_DOTS = 384;
const CELL_DOTS = 12;
const GLYPH_DOTS = 24;
const DOTS_A_MM = 8;
const DEFAULT_SPACING_DOTS = 30;
/** From the head to the tear bar. */
const HEAD_TO_CUTTER_DOTS = 96;
const TAB_COLUMNS = 8;
/** Lines printed for one event of the World; a real one would be smoother and a hundred times slower to simulate. */
const LINES_A_STEP = 4;
/** A longer command is skipped as it arrives instead of waited for. */
const LONGEST_WAITED = 64;
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

/** What a power cut or ESC @ sets back. */
const freshStyle = () => ({ style: 0, align: 0, spacingDots: DEFAULT_SPACING_DOTS, chinese: true });
const freshBuffers = () => ({
  ...freshStyle(),
  input: '',
  /** Start of a real-time command whose end has not arrived. */
  realTime: '',
  /** Bytes still to be skipped of a command without effect here. */
  skip: 0,
  line: '',
  lineStyle: 0,
  widthDots: 0,
  heightDots: 0,
  busyUntilUs: 0,
});
const freshPrinter = () => ({
  ...freshBuffers(),
  /** What hangs out of the printer now, and the slips that were cut (see paper.ts). */
  hanging: '',
  slips: [] as { paper: string; cut: boolean }[],
  /** Paper left, or -1 for a roll that does not end. */
  rollDots: -1,
  paperOut: false,
  coverOpen: false,
  tooHot: false,
  mute: false,
  powered: true,
  lostBytes: 0,
});

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
    else if (fault === 'heat' || fault === 'cool') state.tooHot = fault === 'heat';
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
    return (this.slips().at(-1)?.lines ?? []).map((line) => line.text);
  }

  /** All paper as text. */
  text(): string {
    return this.slips()
      .map((slip) => slip.lines.map((line) => `${line.text}\n`).join(''))
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
    return state.powered && !state.mute && !state.paperOut && !state.coverOpen && !state.tooHot;
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
      next = at + realTimeLength(bytes, at);
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
    Object.assign(state, { input: '', skip: 0, line: '', widthDots: 0, heightDots: 0 });
    return '\x37\x25\x00';
  }

  /** Answer to DLE EOT `n`: bits 1 and 4 always set, the rest what there is to tell. */
  private status(n: number): number {
    const { state } = this;
    const out = state.paperOut;
    if (n === 1) return 0x12 | (this.online() ? 0 : 0x08);
    if (n === 2) return 0x12 | (state.coverOpen ? 0x04 : 0) | (out ? 0x20 : 0) | (state.tooHot ? 0x40 : 0);
    if (n === 3) return 0x12 | (state.tooHot ? 0x40 : 0);
    return 0x12 | (this.nearEnd() ? 0x0c : 0) | (out ? 0x60 : 0);
  }

  private nearEnd(): boolean {
    return this.state.rollDots >= 0 && this.state.rollDots < 1000 * DOTS_A_MM;
  }

  /** Prints what is in the buffer, a few lines, and comes back when these are on paper. */
  private print(): void {
    const { state, world } = this;
    if (world.nowUs < state.busyUntilUs || state.input === '' || !this.online()) return;
    let at = 0;
    let movedDots = 0;
    for (let lines = 0; lines < LINES_A_STEP && at < state.input.length && this.online();) {
      const item = this.printItem(at, movedDots > 0);
      if (item.length === 0 && item.movedDots === 0) break;
      at += item.length;
      movedDots += item.movedDots;
      if (item.movedDots > 0) lines++;
    }
    state.input = state.input.slice(at);
    if (movedDots === 0) return;
    const durationUs = Math.ceil(movedDots * this.usPerDot);
    state.busyUntilUs = world.nowUs + durationUs;
    world.after(durationUs, this.target, STEP);
  }

  /** Handles what begins at `at` of the input; a length of 0 means "not now". */
  private printItem(at: number, moving: boolean): Item {
    const { state } = this;
    if (state.skip > 0) return this.skipSome(at);
    const code = state.input.charCodeAt(at);
    if (code >= 0x20) return this.takeText(at);
    if (code === 0x0a) return this.endLine(1);
    if (code === 0x09) return this.tab();
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

  /** Puts the characters up to the next control, the end of the line, or the end of the input into the line. */
  private takeText(at: number): Item {
    const { state } = this;
    const { input, style } = state;
    const scale = style & paper.STYLE_DOUBLE_WIDTH ? 2 : 1;
    let width = state.widthDots;
    let end = at;
    while (end < input.length) {
      const length = this.characterLength(end);
      if (length === 0 || end + length > input.length) break;
      const next = width + (length === 1 ? CELL_DOTS : GLYPH_DOTS) * scale;
      if (next > LINE_DOTS) return end > at ? this.append(at, end, width) : this.endLine(0);
      width = next;
      end += length;
    }
    return this.append(at, end, width);
  }

  /** Bytes of the character at `at`; 0 for a control. A lead byte without a fitting trail counts 1. */
  private characterLength(at: number): number {
    const { input, chinese } = this.state;
    const lead = input.charCodeAt(at);
    if (lead < 0x20) return 0;
    if (lead < 0x81 || lead === 0xff || !chinese) return 1;
    if (at + 1 >= input.length) return 2;
    const trail = input.charCodeAt(at + 1);
    if (trail >= 0x30 && trail <= 0x39) return this.isFourBytes(at) ? 4 : 1;
    return trail >= 0x40 && trail !== 0x7f && trail !== 0xff ? 2 : 1;
  }

  /** What has not arrived counts as fitting: the character then waits for it. */
  private isFourBytes(at: number): boolean {
    const third = this.state.input.charCodeAt(at + 2);
    const fourth = this.state.input.charCodeAt(at + 3);
    return !(third < 0x81 || third > 0xfe) && !(fourth < 0x30 || fourth > 0x39);
  }

  private append(from: number, end: number, widthDots: number): Item {
    const { state } = this;
    if (end === from) return plain(0);
    const style = state.style | state.align;
    if (style !== (state.line === '' ? 0 : state.lineStyle)) state.line += paper.runMark(style);
    state.lineStyle = style;
    state.line += state.input.slice(from, end);
    state.widthDots = widthDots;
    const heightDots = style & paper.STYLE_DOUBLE_HEIGHT ? 2 * GLYPH_DOTS : GLYPH_DOTS;
    if (heightDots > state.heightDots) state.heightDots = heightDots;
    return plain(end - from);
  }

  private tab(): Item {
    const { state } = this;
    const stop = TAB_COLUMNS * CELL_DOTS;
    const target = (Math.floor(state.widthDots / stop) + 1) * stop;
    if (target <= LINE_DOTS) {
      state.line += ' '.repeat(Math.ceil((target - state.widthDots) / CELL_DOTS));
      state.widthDots = target;
    }
    return plain(1);
  }

  /** Prints the line, if there is paper for it; `length` bytes of the input asked for it. */
  private endLine(length: number): Item {
    const { state } = this;
    return this.move(Math.max(state.spacingDots, state.heightDots, 1), length);
  }

  private move(dots: number, length: number): Item {
    const { state } = this;
    if (state.rollDots >= 0 && state.rollDots < dots) {
      state.paperOut = true;
      this.world.note('printer', 'paper out');
      return plain(0);
    }
    if (state.rollDots >= 0) state.rollDots -= dots;
    state.hanging += state.line + paper.lineMark(dots);
    state.line = '';
    state.widthDots = 0;
    state.heightDots = 0;
    return { length, movedDots: dots };
  }

  private takeCommand(at: number, moving: boolean): Item {
    const { state } = this;
    const command = readCommand(state.input, at);
    if (command === null) return plain(state.input.length - at >= this.bufferBytes ? 1 : 0);
    if (at + command.length > state.input.length) {
      if (command.length <= LONGEST_WAITED) return plain(0);
      state.skip = command.length;
      return this.skipSome(at);
    }
    // Answered, and cut, only after the lines before it are on paper.
    if (moving && (command.name === '\x1dr' || command.name === '\x1dV')) return plain(0);
    return this.obey(command, state.input.charCodeAt(at + 2), state.input.charCodeAt(at + 3));
  }

  private obey({ name, length }: Command, first: number, second: number): Item {
    const { state } = this;
    if (name === '\x1b@') Object.assign(state, freshStyle(), { line: '', widthDots: 0, heightDots: 0 });
    else if (name === '\x1c&') state.chinese = true;
    else if (name === '\x1c.') state.chinese = false;
    else if (name === '\x1d!') this.setSize((first & 0x70) !== 0, (first & 0x07) !== 0);
    else if (name === '\x1b!' || name === '\x1c!') this.setMode(name, first);
    else if (name === '\x1bE' || name === '\x1bG') this.setStyle(paper.STYLE_BOLD, (first & 1) === 1);
    else if (name === '\x1b-' || name === '\x1c-') this.setStyle(paper.STYLE_UNDERLINE, (first & 3) !== 0);
    else if (name === '\x1ba') this.setAlign(first);
    else if (name === '\x1b2') state.spacingDots = DEFAULT_SPACING_DOTS;
    else if (name === '\x1b3') state.spacingDots = first;
    else if (name === '\x1bd') return first > 0 ? this.move(first * state.spacingDots || 1, length) : plain(length);
    else if (name === '\x1bJ') return first > 0 ? this.move(first, length) : plain(length);
    else if (name === '\x1dr') this.answer(String.fromCharCode(this.nearEnd() ? 0x03 : 0x00));
    else if (name === '\x1dV') return this.cut(first, second, length);
    return plain(length);
  }

  private setStyle(bit: number, on: boolean): void {
    this.state.style = on ? this.state.style | bit : this.state.style & ~bit;
  }

  private setSize(doubleWidth: boolean, doubleHeight: boolean): void {
    this.setStyle(paper.STYLE_DOUBLE_WIDTH, doubleWidth);
    this.setStyle(paper.STYLE_DOUBLE_HEIGHT, doubleHeight);
  }

  /** ESC ! and FS ! put several styles into one byte, differently. */
  private setMode(name: string, mode: number): void {
    const ascii = name === '\x1b!';
    this.setSize((mode & (ascii ? 0x20 : 0x04)) !== 0, (mode & (ascii ? 0x10 : 0x08)) !== 0);
    if (ascii) this.setStyle(paper.STYLE_BOLD, (mode & 0x08) !== 0);
    this.setStyle(paper.STYLE_UNDERLINE, (mode & 0x80) !== 0);
  }

  private setAlign(n: number): void {
    const aligns = [0, paper.STYLE_CENTRED, paper.STYLE_RIGHT];
    this.state.align = aligns[n >= 0x30 ? n - 0x30 : n] ?? this.state.align;
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
