/**
 * The far end of the LCD's wire: a Sitronix ST7920 in serial mode with a 128×64 glass and its Chinese character ROM. It
 * does what the chip does, so a driver's mistakes show: a 16-bit cell holds one Chinese character or two half-width
 * ones, hence Chinese written from an odd column falls apart; bytes that come while the chip is busy are lost.
 */
import iconv from 'iconv-lite';
import type { Bytes } from '../../hal/bytes';
import { lcdFont, wideGlyphAt } from '../fonts/lcd-font';
import { isGb2312 } from '../fonts/gb2312';
import type { GpioDevice } from '../world/gpio-lines';
import type { SpiDevice } from '../world/spi-wire';
import type { World, WorldDevice } from '../world/world';

const WIDTH = 128;
const HEIGHT = 64;
const DDRAM_BYTES = 128;
/** First byte of each row of the glass in the display RAM: lines interleave. */
const rowStarts = [0, 32, 16, 48] as const;

const ALL_STALE = 0xff;

const INSTRUCTION_US = 72;
const CLEAR_US = 1600;

/** What the next bytes on the wire are, after the last synchronising byte. */
const MODE_NONE = 0;
const MODE_INSTRUCTION = 1;
const MODE_DATA = 2;
const MODE_IGNORED = 3;

export interface St7920Options {
  /** Speed of the wire; faster than 222 kHz overruns the chip. */
  readonly clockHz: number;
}

const fresh = () => ({
  ddram: new Uint8Array(DDRAM_BYTES).fill(0x20),
  /** Byte address of the next write. */
  address: 0,
  /** False while the address counter points into character RAM or elsewhere outside the display RAM. */
  inDdram: true,
  extended: false,
  displayOn: false,
  busyUntilUs: 0,
  lit: false,
  powered: true,
  dead: false,
  /** Grows with whatever changes the picture. */
  changes: 0,
  /** Bytes the chip did not take because it was busy. */
  overruns: 0,
});

export class St7920Lcd implements WorldDevice, SpiDevice, GpioDevice {
  state = fresh();
  private readonly byteUs: number;
  /** What `row` has read of which state; a cache, no state. */
  private seen = { of: {} as object, rows: ['', '', '', ''] };
  /** 16 bytes of the display RAM a bit: those written since they were read. */
  private stale = ALL_STALE;

  constructor(
    private readonly world: World,
    options: St7920Options = { clockHz: 200_000 },
    /** Another LCD than the terminal's has a name of its own. */
    readonly name = 'lcd',
  ) {
    this.byteUs = 8_000_000 / options.clockHz;
    world.add(this);
  }

  /** One chip select: any number of synchronising bytes and nibble pairs. */
  onSpi(out: Bytes, readLengthBytes: number): Bytes {
    const { state } = this;
    if (state.powered && !state.dead) this.take(out);
    return '\x00'.repeat(readLengthBytes);
  }

  /** The back light's pin. */
  onGpio(levels: number): void {
    const lit = (levels & 1) === 1;
    if (lit !== this.state.lit) this.state.changes++;
    this.state.lit = lit;
  }

  onPower(on: boolean): void {
    if (!on) {
      const { changes, dead } = this.state;
      this.state = { ...fresh(), powered: false, changes: changes + 1, dead };
    } else {
      this.state.powered = true;
      this.state.changes++;
    }
  }

  /** `dead`: the chip takes nothing (1) or works again (0). `glitch`: interference turns the cell `value` to garbage. */
  onFault(fault: string, value: number): void {
    if (fault === 'dead') this.state.dead = value !== 0;
    else if (fault === 'glitch') this.state.ddram[(value >>> 0) % DDRAM_BYTES] = 0xa5;
    else throw new Error(`lcd has no fault ${fault}`);
    this.stale = ALL_STALE;
    this.state.changes++;
  }

  onEvent(): void {}

  /** True while a person sees something: panel on and back light on. */
  lit(): boolean {
    return this.state.powered && this.state.displayOn && this.state.lit;
  }

  /** Another number whenever something else is to be seen. */
  changes(): number {
    return this.state.changes;
  }

  /** The four rows as shown, without blanks at their ends; empty while the panel is off. A broken cell shows as `�`. */
  text(): string[] {
    return [this.row(0), this.row(1), this.row(2), this.row(3)];
  }

  /** One of the four rows. */
  row(number: 0 | 1 | 2 | 3): string {
    const { state, seen } = this;
    if (!this.visible()) return '';
    if (seen.of !== state) this.stale = ALL_STALE;
    seen.of = state;
    const start = rowStarts[number];
    const bit = 1 << (start >> 4);
    if (this.stale & bit) seen.rows[number] = this.rowText(start);
    this.stale &= ~bit;
    return seen.rows[number];
  }

  /** 128×64 pixels, row by row, 1 for dark; drawn when asked for. */
  pixels(): Uint8Array {
    const pixels = new Uint8Array(WIDTH * HEIGHT);
    if (!this.visible()) return pixels;
    rowStarts.forEach((start, row) => {
      for (let column = 0; column < 16; column += 2) this.drawCell(pixels, row, column, start + column);
    });
    return pixels;
  }

  private visible(): boolean {
    return this.state.powered && this.state.displayOn;
  }

  private take(out: Bytes): void {
    let mode = MODE_NONE;
    let atUs = this.world.nowUs - out.length * this.byteUs;
    for (let i = 0; i < out.length; i++) {
      const byte = out.charCodeAt(i);
      atUs += this.byteUs;
      if ((byte & 0xf8) === 0xf8) {
        // 11111, RW, RS, 0
        mode = byte === 0xf8 ? MODE_INSTRUCTION : byte === 0xfa ? MODE_DATA : MODE_IGNORED;
        continue;
      }
      if (i + 1 >= out.length) return;
      i++;
      atUs += this.byteUs;
      if (mode === MODE_NONE || mode === MODE_IGNORED) continue;
      const value = (byte & 0xf0) | (out.charCodeAt(i) >> 4);
      this.execute(mode, value, atUs);
    }
  }

  private execute(mode: number, value: number, atUs: number): void {
    const { state } = this;
    if (atUs < state.busyUntilUs) {
      state.overruns++;
      return;
    }
    state.busyUntilUs = atUs + (mode === MODE_INSTRUCTION && value === 0x01 ? CLEAR_US : INSTRUCTION_US);
    if (mode === MODE_DATA) this.writeData(value);
    else this.instruct(value);
  }

  private writeData(value: number): void {
    const { state } = this;
    if (!state.inDdram) return;
    if (state.ddram[state.address] !== value) state.changes++;
    state.ddram[state.address] = value;
    this.stale |= 1 << (state.address >> 4);
    state.address = (state.address + 1) % DDRAM_BYTES;
  }

  private instruct(value: number): void {
    const { state } = this;
    if ((value & 0xe0) === 0x20) {
      state.extended = (value & 0x04) !== 0;
      return;
    }
    // The extended set holds scrolling and graphics, which the terminal does not use.
    if (state.extended) return;
    if (value & 0x80) {
      state.address = (value & 0x3f) * 2;
      state.inDdram = true;
    } else if (value & 0x40) state.inDdram = false;
    else if ((value & 0xf8) === 0x08) this.switchPanel((value & 0x04) !== 0);
    else if (value === 0x01) this.clear();
    else if ((value & 0xfe) === 0x02) this.home();
  }

  private switchPanel(on: boolean): void {
    if (on !== this.state.displayOn) this.state.changes++;
    this.state.displayOn = on;
  }

  private clear(): void {
    this.state.ddram.fill(0x20);
    this.stale = ALL_STALE;
    this.state.changes++;
    this.home();
  }

  private home(): void {
    this.state.address = 0;
    this.state.inDdram = true;
  }

  private rowText(start: number): string {
    const { ddram } = this.state;
    let text = '';
    for (let at = start; at < start + 16; at += 2) {
      const first = ddram[at];
      const second = ddram[at + 1];
      if (first < 0xa1) text += halfText(first) + halfText(second);
      else if (second < 0xa1) text += '�';
      else if (isGb2312(first * 256 + second)) text += wideText(first * 256 + second);
      else text += '〓';
    }
    return text.trimEnd();
  }

  private drawCell(pixels: Uint8Array, row: number, column: number, at: number): void {
    const { ddram } = this.state;
    const { table, halfAt } = lcdFont();
    const first = ddram[at];
    const second = ddram[at + 1];
    const wide = first >= 0xa1 && second >= 0xa1 ? wideGlyphAt(first * 256 + second) : -1;
    for (let y = 0; y < 16; y++) {
      const left = wide >= 0 ? table[wide + 2 * y] : halfRow(table, halfAt, first, y);
      const right = wide >= 0 ? table[wide + 2 * y + 1] : halfRow(table, halfAt, second, y);
      const bits = (left << 8) | right;
      const to = (row * 16 + y) * WIDTH + column * 8;
      for (let x = 0; x < 16; x++) pixels[to + x] = (bits >> (15 - x)) & 1;
    }
  }
}

const wideTexts = new Map<number, string>();

function wideText(code: number): string {
  let text = wideTexts.get(code);
  if (text === undefined) wideTexts.set(code, (text = iconv.decode(Buffer.from([code >> 8, code & 0xff]), 'gbk')));
  return text;
}

function halfText(code: number): string {
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '�';
}

/** One row of dots of a half-width glyph; codes the ROM does not define show as a chequered cell. */
function halfRow(table: Uint8Array, halfAt: number, code: number, y: number): number {
  if (code < 0x20 || code > 0x7e) return y % 2 ? 0xaa : 0x55;
  return table[halfAt + code * 16 + y];
}
