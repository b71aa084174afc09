/**
 * Fake of a 25-series serial NOR flash (Winbond W25Q80DV data sheet, sections 8.2 and 9.6: instructions, page wrap,
 * typical times; features: 100,000 erases, 20 years). Cells are kept in sectors of 4 KB that are never changed once a
 * snapshot shares them, so a snapshot copies 256 references. A program only clears bits; an erase sets a sector to FF; a chip
 * that works off either answers nothing but its status. What age does to it: nor-damage.ts.
 */
import type { Bytes } from '../../hal/bytes';
import { SeededRandom } from '../world/seeded-random';
import type { SpiDevice } from '../world/spi-wire';
import type { World, WorldDevice } from '../world/world';
import { disturbBit, forceStuckBits, rotPage, type StuckBit } from './nor-damage';

export const SECTOR_BYTES = 4096;
const PAGE_BYTES = 256;
const PROGRAM_US = 700;
const ERASE_US = 45_000;

export const NOR_FAULTS = [
  ...['wear', 'endurance', 'rot', 'flip', 'stick', 'programFail', 'eraseFail', 'readDisturb', 'stuckBusy', 'well'],
] as const;

const WRITE_IN_PROGRESS = 1;
const WRITE_ENABLED = 2;

/** A change of the cells that the chip was told to make. */
export interface FlashOperation {
  readonly kind: 'program' | 'erase';
  /** First byte concerned; of an erase the sector's. */
  readonly address: number;
  readonly length: number;
  /** Of a program: what was sent; it wraps within its page. */
  readonly bytes: Bytes;
}

interface NorState {
  /** Sector contents; shared with snapshots unless `own` says otherwise. */
  sectors: Buffer[];
  /** 1 where this World may write into the sector in place. */
  own: Uint8Array;
  writeEnabled: boolean;
  busyUntilUs: number;
  startedUs: number;
  /** What runs until `busyUntilUs`, with the sector as it was before: a power loss tears it. */
  running: FlashOperation | null;
  before: Bytes | null;
  wornSectors: number[];
  /** Times each sector was erased. */
  erases: Uint32Array;
  /** Erases after which a sector is worn; 0: this chip is too young for that. */
  endurance: number;
  stuckBits: StuckBit[];
  /** So many programs, erases will go wrong. */
  programsToFail: number;
  erasesToFail: number;
  /** After so many reads one of them has disturbed a cell; 0 never. */
  readsToDisturb: number;
  reads: number;
  stuckBusy: boolean;
}

const blank = Buffer.alloc(SECTOR_BYTES, 0xff);

export class SpiNorFlash implements WorldDevice, SpiDevice {
  readonly name = 'flash';
  state: NorState;
  /** Mutating operations begun since this object was made; not part of the state. */
  mutations = 0;
  /** Called in the command decoder before an operation touches the cells, the World in a state that can be forked. */
  onMutation: ((operation: FlashOperation) => void) | null = null;

  constructor(
    private readonly world: World,
    readonly sizeBytes = 1 << 20,
  ) {
    if (sizeBytes < 65536 || (sizeBytes & (sizeBytes - 1)) !== 0) throw new Error('flash size is not a power of two');
    const count = sizeBytes / SECTOR_BYTES;
    this.state = {
      sectors: new Array<Buffer>(count).fill(blank),
      own: new Uint8Array(count),
      writeEnabled: false,
      busyUntilUs: 0,
      startedUs: 0,
      running: null,
      before: null,
      wornSectors: [],
      erases: new Uint32Array(count),
      endurance: 0,
      stuckBits: [],
      programsToFail: 0,
      erasesToFail: 0,
      readsToDisturb: 0,
      reads: 0,
      stuckBusy: false,
    };
    world.add(this);
  }

  onSpi(out: Bytes, readLengthBytes: number): Bytes {
    const command = out.charCodeAt(0);
    if (command === 0x05) return String.fromCharCode(this.status()).repeat(readLengthBytes);
    if (this.busy()) return '\xff'.repeat(readLengthBytes);
    if (command === 0x03 && out.length >= 4) return this.read(addressIn(out), readLengthBytes);
    if (command === 0x0b && out.length >= 5) return this.read(addressIn(out), readLengthBytes);
    if (command === 0x9f) return this.identity().slice(0, readLengthBytes).padEnd(readLengthBytes, '\xff');
    if (command === 0x06) this.state.writeEnabled = true;
    else if (command === 0x04) this.state.writeEnabled = false;
    else if (command === 0x02 && out.length > 4) this.mutate('program', out);
    else if (command === 0x20 && out.length === 4) this.mutate('erase', out);
    return '\xff'.repeat(readLengthBytes);
  }

  onEvent(): void {}

  onPower(on: boolean): void {
    const { state } = this;
    if (on) return;
    if (state.running && this.world.nowUs < state.busyUntilUs) this.tearRunning(state.running, state.before);
    state.running = null;
    state.before = null;
    state.busyUntilUs = 0;
    state.writeEnabled = false;
  }

  /**
   * `wear` (sector number): programs and erases there do nothing from now on. `endurance` (erases; 0 none): sectors erased
   * more often wear out by themselves. `rot` (seed): a page that holds something loses some bits. `flip` (address × 8 +
   * bit): that bit is inverted; `stick`: it reads 0 for ever. `programFail`, `eraseFail` (how many): the next ones do half of
   * it. `readDisturb` (reads; 0 none): after so many a cell of what was read loses a bit. `stuckBusy` (1 or 0): the chip
   * never becomes ready. `well` ends all of it that is not in the cells.
   */
  onFault(fault: string, value: number): void {
    const { state } = this;
    const address = Math.floor(value / 8) % this.sizeBytes;
    if (fault === 'wear') state.wornSectors.push(value % state.sectors.length);
    else if (fault === 'endurance') state.endurance = value;
    else if (fault === 'rot') this.rot(value);
    else if (fault === 'flip') this.flip(address, value & 7);
    else if (fault === 'stick') this.stick(address, 1 << (value & 7));
    else if (fault === 'programFail') state.programsToFail = value;
    else if (fault === 'eraseFail') state.erasesToFail = value;
    else if (fault === 'readDisturb') state.readsToDisturb = value;
    else if (fault === 'stuckBusy') state.stuckBusy = value !== 0;
    else if (fault === 'well')
      Object.assign(state, { programsToFail: 0, erasesToFail: 0, readsToDisturb: 0, endurance: 0, stuckBusy: false });
    else throw new Error(`the flash has no fault ${fault}: ${NOR_FAULTS.join(', ')}`);
  }

  /** Sectors that take nothing any more. */
  worn(): number {
    return new Set(this.state.wornSectors).size;
  }

  /** What is left of `operation` when the supply fails: `fraction` of it done, 1 is all; `seed` picks the torn bits. */
  applyTorn(operation: FlashOperation, fraction: number, seed = 1): void {
    if (this.isWorn(operation.address)) return;
    const random = new SeededRandom(seed);
    const sector = this.writable(operation.address);
    if (operation.kind === 'erase') tearErase(sector, fraction, random);
    else tearProgram(sector, operation, fraction, random);
  }

  snapshot(): unknown {
    this.state.own.fill(0);
    const { state } = this;
    const { sectors, wornSectors, erases, stuckBits } = state;
    return {
      ...state,
      ...{
        sectors: sectors.slice(),
        wornSectors: wornSectors.slice(),
        erases: erases.slice(),
        stuckBits: stuckBits.slice(),
      },
    };
  }

  restore(snapshot: unknown): void {
    const from = snapshot as NorState;
    this.state = {
      ...from,
      sectors: from.sectors.slice(),
      own: new Uint8Array(from.sectors.length),
      wornSectors: from.wornSectors.slice(),
      erases: from.erases.slice(),
      stuckBits: from.stuckBits.slice(),
    };
  }

  /** A copy of the whole chip. */
  image(): Uint8Array {
    const image = new Uint8Array(this.sizeBytes);
    this.state.sectors.forEach((sector, i) => image.set(sector, i * SECTOR_BYTES));
    return image;
  }

  /** Replaces the whole chip, as if soldered in anew. */
  load(image: Uint8Array): void {
    if (image.length !== this.sizeBytes)
      throw new Error(`the flash image has ${image.length} bytes, not ${this.sizeBytes}`);
    for (let i = 0; i < this.state.sectors.length; i++) {
      this.state.sectors[i] = Buffer.from(image.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES));
      this.state.own[i] = 1;
    }
  }

  private busy(): boolean {
    return this.state.stuckBusy || this.world.nowUs < this.state.busyUntilUs;
  }

  private status(): number {
    if (this.busy()) return WRITE_IN_PROGRESS | WRITE_ENABLED;
    return this.state.writeEnabled ? WRITE_ENABLED : 0;
  }

  private identity(): Bytes {
    return `\xef\x40${String.fromCharCode(Math.log2(this.sizeBytes))}`;
  }

  private read(address: number, lengthBytes: number): Bytes {
    if (this.state.readsToDisturb > 0) this.disturb(address, lengthBytes);
    let at = address % this.sizeBytes;
    let bytes = '';
    while (bytes.length < lengthBytes) {
      const sector = this.state.sectors[Math.floor(at / SECTOR_BYTES)];
      const from = at % SECTOR_BYTES;
      const length = Math.min(lengthBytes - bytes.length, SECTOR_BYTES - from);
      bytes += sector.toString('latin1', from, from + length);
      at = (at + length) % this.sizeBytes;
    }
    return bytes;
  }

  private mutate(kind: 'program' | 'erase', out: Bytes): void {
    if (!this.state.writeEnabled) return;
    const address = addressIn(out) % this.sizeBytes;
    // More than a page was sent: the chip keeps the last 256 bytes (data sheet 8.2.15).
    const bytes = kind === 'program' ? lastPage(out.slice(4), address) : null;
    const operation: FlashOperation =
      bytes === null
        ? { kind, address: address - (address % SECTOR_BYTES), length: SECTOR_BYTES, bytes: '' }
        : { kind, address: bytes.address, length: bytes.data.length, bytes: bytes.data };
    this.mutations++;
    if (this.onMutation) this.onMutation(operation);
    this.begin(operation);
  }

  private begin(operation: FlashOperation): void {
    const { state, world } = this;
    const erase = operation.kind === 'erase';
    state.writeEnabled = false;
    state.startedUs = world.nowUs;
    state.busyUntilUs = world.nowUs + (erase ? ERASE_US : PROGRAM_US);
    const number = Math.floor(operation.address / SECTOR_BYTES);
    if (erase) this.age(number);
    if (this.isWorn(operation.address)) return;
    if (this.goesWrong(erase)) {
      this.applyTorn(operation, 0.5, world.random.word());
      return;
    }
    state.running = operation;
    if (erase) {
      state.before = state.sectors[number].toString('latin1');
      state.sectors[number] = blank;
      state.own[number] = 0;
      this.forceStuck(number);
      return;
    }
    const sector = this.writable(operation.address);
    const page = operation.address - (operation.address % PAGE_BYTES);
    state.before = sector.toString('latin1', page % SECTOR_BYTES, (page % SECTOR_BYTES) + PAGE_BYTES);
    programBytes(sector, operation, operation.length);
  }

  private tearRunning(running: FlashOperation, before: Bytes | null): void {
    const { state, world } = this;
    if (before === null) return;
    const fraction = (world.nowUs - state.startedUs) / (state.busyUntilUs - state.startedUs);
    const sector = this.writable(running.address);
    const page = running.address - (running.address % PAGE_BYTES);
    sector.write(before, running.kind === 'erase' ? 0 : page % SECTOR_BYTES, 'latin1');
    this.applyTorn(running, fraction, world.random.word());
  }

  private writable(address: number): Buffer {
    const { state } = this;
    const number = Math.floor(address / SECTOR_BYTES);
    if (!state.own[number]) {
      state.sectors[number] = Buffer.from(state.sectors[number]);
      state.own[number] = 1;
    }
    return state.sectors[number];
  }

  private isWorn(address: number): boolean {
    const { wornSectors } = this.state;
    return wornSectors.length > 0 && wornSectors.includes(Math.floor(address / SECTOR_BYTES));
  }

  private age(number: number): void {
    const { state } = this;
    state.erases[number]++;
    if (state.endurance > 0 && state.erases[number] > state.endurance && !state.wornSectors.includes(number))
      state.wornSectors.push(number);
  }

  private goesWrong(erase: boolean): boolean {
    const { state } = this;
    if (erase ? state.erasesToFail === 0 : state.programsToFail === 0) return false;
    if (erase) state.erasesToFail--;
    else state.programsToFail--;
    return true;
  }

  private rot(seed: number): void {
    const page = rotPage(this.state.sectors, seed, (number) => this.writable(number * SECTOR_BYTES));
    this.world.note('flash', page < 0 ? 'nothing to rot' : `page ${page} rots`);
  }

  private stick(address: number, mask: number): void {
    const sector = Math.floor(address / SECTOR_BYTES);
    this.state.stuckBits.push({ sector, offset: address % SECTOR_BYTES, mask });
    this.forceStuck(sector);
  }

  private forceStuck(number: number): void {
    const { stuckBits } = this.state;
    if (stuckBits.some((bit) => bit.sector === number))
      forceStuckBits(stuckBits, number, this.writable(number * SECTOR_BYTES));
  }

  private disturb(address: number, lengthBytes: number): void {
    const { state, world } = this;
    state.reads++;
    if (state.reads % state.readsToDisturb !== 0) return;
    const at = (address + world.random.below(Math.max(1, lengthBytes))) % this.sizeBytes;
    disturbBit(this.writable(at), at % SECTOR_BYTES, world.random.below(8));
  }

  private flip(address: number, bit: number): void {
    const sector = this.writable(address);
    const at = address % SECTOR_BYTES;
    sector[at] = sector[at] ^ (1 << bit);
  }
}

function addressIn(out: Bytes): number {
  return (out.charCodeAt(1) << 16) | (out.charCodeAt(2) << 8) | out.charCodeAt(3);
}

function lastPage(data: Bytes, address: number): { address: number; data: Bytes } {
  const lost = data.length - PAGE_BYTES;
  if (lost <= 0) return { address, data };
  const page = address - (address % PAGE_BYTES);
  return { address: page + ((address + lost) % PAGE_BYTES), data: data.slice(lost) };
}

/** Where byte `i` of a program lands within its sector: the address wraps at the end of the page. */
function cell(operation: FlashOperation, i: number): number {
  const at = operation.address % SECTOR_BYTES;
  const page = at - (at % PAGE_BYTES);
  return page + ((at + i) % PAGE_BYTES);
}

function programBytes(sector: Uint8Array, operation: FlashOperation, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = cell(operation, i);
    sector[at] = sector[at] & operation.bytes.charCodeAt(i);
  }
}

function tearProgram(sector: Uint8Array, operation: FlashOperation, fraction: number, random: SeededRandom): void {
  const whole = Math.min(operation.length, Math.floor(operation.length * fraction));
  programBytes(sector, operation, whole);
  if (whole === operation.length || fraction <= 0) return;
  const at = cell(operation, whole);
  sector[at] = sector[at] & (operation.bytes.charCodeAt(whole) | random.below(256));
}

function tearErase(sector: Uint8Array, fraction: number, random: SeededRandom): void {
  if (fraction <= 0) return;
  const limit = Math.floor(fraction * 256);
  for (let i = 0; i < sector.length; i++) {
    // A cell on its way to FF reads as anything at or above what it was.
    const word = random.word();
    sector[i] = (word & 255) < limit ? 0xff : sector[i] | ((word >>> 8) & 255 & (word >>> 16));
  }
  if (fraction >= 1) sector.fill(0xff);
}
