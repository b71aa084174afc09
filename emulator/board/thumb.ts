/**
 * A processor for machine code that a program gives the engine by `E.nativeCall`: ARMv6-M Thumb (ARMv6-M Architecture Reference
 * Manual, chapters A5 and A6), the instructions that functions are made of. It punishes more than the chip does: what
 * lies outside the given memory, or is not aligned, is a fault, and so is a function that does not keep what its caller relies on
 * (AAPCS: r4 to r11 and the stack pointer), or that does not come to an end.
 */

export interface MemoryRegion {
  readonly from: number;
  readonly bytes: Uint8Array;
  readonly isCode?: boolean;
}

export interface ThumbResult {
  /** r0, with its sign. */
  readonly value: number;
  readonly instructions: number;
  /** What a Cortex-M33 takes at most, memory without waiting. */
  readonly cycles: number;
  /** What is left on the stack, the place that was used first at the end. */
  readonly stack: Uint8Array;
}

export class ThumbFault extends Error {}

const STACK_BYTES = 1024;
const STACK_FROM = 0x20081000;
/** Where the caller goes on: no place in memory. */
const RETURN = 0xfffffffe;
const MOST_INSTRUCTIONS = 50_000_000;
const SP = 13;
const LR = 14;
const PC = 15;
/** What a caller finds again. */
const keptFrom = 4;
const keptTo = 11;

/** Cycles of an instruction; the chip takes 1, 2 and 3 (Cortex-M33 Technical Reference Manual), and fetches may be late. */
const CYCLES = { plain: 2, memory: 3, branch: 4 };

const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

class Processor {
  readonly r = new Int32Array(16);
  n = false;
  z = false;
  c = false;
  v = false;
  instructions = 0;
  cycles = 0;
  /** Of the instruction that runs. */
  at = 0;
  readonly stack = new Uint8Array(STACK_BYTES);
  private readonly regions: readonly MemoryRegion[];

  constructor(regions: readonly MemoryRegion[]) {
    this.regions = [...regions, { from: STACK_FROM - STACK_BYTES, bytes: this.stack }];
    this.r[SP] = STACK_FROM;
  }

  fault(what: string): never {
    throw new ThumbFault(`machine code at ${hex(this.at)}: ${what}`);
  }

  private place(address: number, size: number, isWrite: boolean): [Uint8Array, number] {
    const at = address >>> 0;
    if (at % size !== 0) this.fault(`${hex(at)} is no address of ${size} bytes`);
    for (const { from, bytes, isCode } of this.regions) {
      if (at < from || at + size > from + bytes.length) continue;
      if (isWrite && isCode) break;
      return [bytes, at - from];
    }
    return this.fault(`${isWrite ? 'writes' : 'reads'} ${hex(at)}, which is not its own`);
  }

  load(address: number, size: number): number {
    const [bytes, at] = this.place(address, size, false);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = (value << 8) | bytes[at + i];
    return value;
  }

  store(address: number, size: number, value: number): void {
    const [bytes, at] = this.place(address, size, true);
    for (let i = 0; i < size; i++) bytes[at + i] = value >>> (8 * i);
  }

  private fetch(address: number): number {
    const at = address >>> 0;
    for (const { from, bytes, isCode } of this.regions)
      if (isCode && at >= from && at + 2 <= from + bytes.length) return bytes[at - from] | (bytes[at - from + 1] << 8);
    return this.fault('there is no code');
  }

  private flags(value: number): number {
    this.n = value < 0;
    this.z = value === 0;
    return value;
  }

  private add(a: number, b: number, carry: number): number {
    const sum = (a >>> 0) + (b >>> 0) + carry;
    const value = sum | 0;
    this.c = sum > 0xffffffff;
    this.v = ((a ^ value) & (b ^ value)) < 0;
    return this.flags(value);
  }

  /** 0 LSL, 1 LSR, 2 ASR, 3 ROR; `by` 0 changes nothing but N and Z. */
  private shift(kind: number, value: number, by: number): number {
    const count = by & 255;
    if (count === 0) return this.flags(value);
    if (kind === 3) {
      const turned = (value >>> (count & 31)) | (value << (32 - (count & 31)));
      const result = (count & 31) === 0 ? value : turned;
      this.c = result < 0;
      return this.flags(result);
    }
    if (kind === 0) {
      this.c = count <= 32 && ((value >>> (32 - count)) & 1) === 1;
      return this.flags(count < 32 ? value << count : 0);
    }
    const sign = kind === 2 ? value >> 31 : 0;
    this.c = (count <= 32 ? (value >>> (count - 1)) & 1 : sign & 1) === 1;
    return this.flags(count >= 32 ? sign : kind === 2 ? value >> count : value >>> count);
  }

  private twoRegisters(op: number, rd: number, rm: number): void {
    const { r } = this;
    const [a, b] = [r[rd], r[rm]];
    switch (op) {
      case 0:
        r[rd] = this.flags(a & b);
        return;
      case 1:
        r[rd] = this.flags(a ^ b);
        return;
      case 2:
      case 3:
      case 4:
        r[rd] = this.shift(op - 2, a, b);
        return;
      case 5:
        r[rd] = this.add(a, b, this.c ? 1 : 0);
        return;
      case 6:
        r[rd] = this.add(a, ~b, this.c ? 1 : 0);
        return;
      case 7:
        r[rd] = this.shift(3, a, b);
        return;
      case 8:
        this.flags(a & b);
        return;
      case 9:
        r[rd] = this.add(0, ~b, 1);
        return;
      case 10:
        this.add(a, ~b, 1);
        return;
      case 11:
        this.add(a, b, 0);
        return;
      case 12:
        r[rd] = this.flags(a | b);
        return;
      case 13:
        r[rd] = this.flags(Math.imul(a, b));
        return;
      case 14:
        r[rd] = this.flags(a & ~b);
        return;
      default:
        r[rd] = this.flags(~b);
    }
  }

  private holds(condition: number): boolean {
    const { n, z, c, v } = this;
    const is = [z, c, n, v, c && !z, n === v, !z && n === v][condition >> 1];
    return (condition & 1) === 0 ? is : !is;
  }

  private jump(address: number): void {
    this.cycles += CYCLES.branch - CYCLES.plain;
    this.r[PC] = address;
  }

  /** To where a register says: the lowest bit is Thumb's. */
  private jumpTo(address: number): void {
    if ((address & 1) === 0) this.fault(`goes on at ${hex(address)}, which is no Thumb code`);
    this.jump(address - 1);
  }

  private pushOrPop(code: number): void {
    const { r } = this;
    const isPop = (code & 0x0800) !== 0;
    const list = [0, 1, 2, 3, 4, 5, 6, 7].filter((n) => ((code >> n) & 1) === 1);
    if ((code & 0x100) !== 0) list.push(isPop ? PC : LR);
    this.cycles += (list.length - 1) * CYCLES.plain + 1;
    if (!isPop) r[SP] -= list.length * 4;
    let at = r[SP];
    for (const n of list) {
      if (!isPop) this.store(at, 4, r[n]);
      else if (n === PC) this.jumpTo(this.load(at, 4));
      else r[n] = this.load(at, 4);
      at += 4;
    }
    if (isPop) r[SP] = at;
  }

  private memory(isLoad: boolean, register: number, address: number, size: number): void {
    this.cycles += CYCLES.memory - CYCLES.plain;
    if (isLoad) this.r[register] = this.load(address, size);
    else this.store(address, size, this.r[register]);
  }

  step(): void {
    const { r } = this;
    const at = r[PC];
    this.at = at;
    const code = this.fetch(at);
    this.instructions++;
    this.cycles += CYCLES.plain;
    r[PC] = at + 2;
    const low = code & 7;
    const mid = (code >> 3) & 7;
    const high = (code >> 6) & 7;
    const five = (code >> 6) & 31;
    const eight = code & 255;
    const upper = (code >> 8) & 7;
    switch (code >> 11) {
      case 0:
      case 1:
      case 2:
        // A shift by no bits to the right means 32.
        r[low] = this.shift(code >> 11, r[mid], five === 0 && code >> 11 > 0 ? 32 : five);
        return;
      case 3: {
        const value = (code & 0x0400) === 0 ? r[high] : high;
        r[low] = (code & 0x0200) === 0 ? this.add(r[mid], value, 0) : this.add(r[mid], ~value, 1);
        return;
      }
      case 4:
        r[upper] = this.flags(eight);
        return;
      case 5:
        this.add(r[upper], ~eight, 1);
        return;
      case 6:
        r[upper] = this.add(r[upper], eight, 0);
        return;
      case 7:
        r[upper] = this.add(r[upper], ~eight, 1);
        return;
      case 8:
        this.registersOf(code, at);
        return;
      case 9:
        this.memory(true, upper, ((at + 4) & ~3) + eight * 4, 4);
        return;
      case 10:
      case 11: {
        const kind = (code >> 9) & 7;
        const size = [4, 2, 1, 0, 4, 2, 1, 0][kind];
        if (size === 0) this.fault(`${hex(code)} is not known`);
        this.memory(kind > 3, low, r[mid] + r[high], size);
        return;
      }
      case 12:
      case 13:
        this.memory((code & 0x0800) !== 0, low, r[mid] + five * 4, 4);
        return;
      case 14:
      case 15:
        this.memory((code & 0x0800) !== 0, low, r[mid] + five, 1);
        return;
      case 16:
      case 17:
        this.memory((code & 0x0800) !== 0, low, r[mid] + five * 2, 2);
        return;
      case 18:
      case 19:
        this.memory((code & 0x0800) !== 0, upper, r[SP] + eight * 4, 4);
        return;
      case 20:
        r[upper] = ((at + 4) & ~3) + eight * 4;
        return;
      case 21:
        r[upper] = r[SP] + eight * 4;
        return;
      case 22:
      case 23:
        this.miscellaneous(code);
        return;
      case 26:
      case 27:
        if (((code >> 8) & 15) > 13) this.fault(`${hex(code)} is not known`);
        if (this.holds((code >> 8) & 15)) this.jump(at + 4 + ((code << 24) >> 23));
        return;
      case 28:
        this.jump(at + 4 + ((code << 21) >> 20));
        return;
      case 30:
        this.branchAndLink(code, at);
        return;
      default:
        this.fault(`${hex(code)} is not known`);
    }
  }

  private registersOf(code: number, at: number): void {
    const { r } = this;
    if ((code & 0x0400) === 0) {
      this.twoRegisters((code >> 6) & 15, code & 7, (code >> 3) & 7);
      return;
    }
    const rm = (code >> 3) & 15;
    const rd = (code & 7) | ((code >> 4) & 8);
    const value = rm === PC ? at + 4 : r[rm];
    const kind = (code >> 8) & 3;
    if (kind === 3) {
      if ((code & 0x80) !== 0) r[LR] = (at + 2) | 1;
      this.jumpTo(value);
    } else if (kind === 1) this.add(r[rd], ~value, 1);
    else if (rd === PC) this.jump((kind === 0 ? at + 4 + value : value) & ~1);
    else r[rd] = kind === 0 ? r[rd] + value : value;
  }

  private miscellaneous(code: number): void {
    const { r } = this;
    const [low, mid] = [code & 7, (code >> 3) & 7];
    if ((code & 0xff00) === 0xb000) r[SP] += (code & 0x7f) * ((code & 0x80) === 0 ? 4 : -4);
    else if ((code & 0xf600) === 0xb400) this.pushOrPop(code);
    else if ((code & 0xffc0) === 0xba00) {
      const value = r[mid];
      r[low] = (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
    } else if ((code & 0xff00) === 0xb200) {
      r[low] = [(r[mid] << 16) >> 16, (r[mid] << 24) >> 24, r[mid] & 0xffff, r[mid] & 0xff][(code >> 6) & 3];
    } else if (code !== 0xbf00) this.fault(`${hex(code)} is not known`);
  }

  /** BL, encoding T1. */
  private branchAndLink(code: number, at: number): void {
    const { r } = this;
    const second = this.fetch(at + 2);
    if (second >> 14 !== 3 || (second & 0x1000) === 0) this.fault(`${hex(code)} is not known`);
    const sign = (code >> 10) & 1;
    const i1 = ((second >> 13) & 1) ^ sign ^ 1;
    const i2 = ((second >> 11) & 1) ^ sign ^ 1;
    const offset = (sign << 24) | (i1 << 23) | (i2 << 22) | ((code & 0x3ff) << 12) | ((second & 0x7ff) << 1);
    r[LR] = (at + 4) | 1;
    this.jump(at + 4 + ((offset << 7) >> 7));
  }
}

/** Calls the function at `entry`, whose lowest bit says Thumb, with up to four words. Throws a ThumbFault. */
export function runThumb(
  regions: readonly MemoryRegion[],
  entry: number,
  values: readonly number[],
  mostInstructions = MOST_INSTRUCTIONS,
): ThumbResult {
  const processor = new Processor(regions);
  const { r } = processor;
  processor.at = entry;
  if ((entry & 1) === 0) processor.fault('is no Thumb code: the lowest bit of its address is 0');
  if (values.length > 4) processor.fault('takes more than four words');
  for (let n = keptFrom; n <= keptTo; n++) r[n] = 0x5a5a0000 + n;
  r.set(values);
  r[LR] = RETURN | 1;
  r[PC] = entry - 1;
  while (r[PC] !== (RETURN | 0)) {
    if (processor.instructions === mostInstructions) processor.fault('does not come to an end');
    processor.step();
  }
  for (let n = keptFrom; n <= keptTo; n++)
    if (r[n] !== 0x5a5a0000 + n) processor.fault(`r${n} is not what its caller left in it`);
  if (r[SP] !== STACK_FROM) processor.fault('the stack is not where it was');
  const { instructions, cycles, stack } = processor;
  return { value: r[0], instructions, cycles, stack };
}
