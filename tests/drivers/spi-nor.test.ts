/** The flash chip's own rules, and a driver that trusts nothing. Values from the W25Q80DV data sheet. */
import { FAULT_BAD_REQUEST, FAULT_BUSY, FAULT_FLASH } from '../../hal/fault';
import { FlashBench } from '../firmware/journal/flash-bench';

function program(bench: FlashBench, address: number, bytes: string): number {
  return bench.wait<[number]>((done) => bench.flash.program(address, bytes, done))[0];
}

function erase(bench: FlashBench, address: number): number {
  return bench.wait<[number]>((done) => bench.flash.erase(address, done))[0];
}

test('size, sector and page are known after power-on', () => {
  const bench = new FlashBench(1 << 20);
  expect([bench.flash.sizeBytes, bench.flash.sectorBytes, bench.flash.pageBytes]).toEqual([1 << 20, 4096, 256]);
  expect(bench.chip.onSpi('\x9f', 3)).toBe('\xef\x40\x14');
});

test('a program only clears bits: over something else it is a fault, not a lie', () => {
  const bench = new FlashBench();
  expect(program(bench, 4096, 'abc')).toBe(0);
  expect(bench.flash.read(4096, 3)).toBe('abc');
  expect(program(bench, 4096, 'xyz')).toBe(FAULT_FLASH);
  expect(program(bench, 4096, '\x00\x00')).toBe(0);
  expect(erase(bench, 4096)).toBe(0);
  expect(bench.flash.read(4096, 3)).toBe('\xff\xff\xff');
});

test('requests the chip would wrap or misplace are refused', () => {
  const bench = new FlashBench();
  expect(program(bench, 250, 'too far over')).toBe(FAULT_BAD_REQUEST);
  expect(program(bench, 0, '')).toBe(FAULT_BAD_REQUEST);
  expect(program(bench, 65536, 'x')).toBe(FAULT_BAD_REQUEST);
  expect(erase(bench, 5)).toBe(FAULT_BAD_REQUEST);
  expect(erase(bench, 65536)).toBe(FAULT_BAD_REQUEST);
});

test('the chip wraps a program within its page, keeps the last 256 bytes, and needs write enable each time', () => {
  const { chip, world } = new FlashBench();
  chip.onSpi('\x02\x00\x00\xfeABCD', 0);
  expect(chip.onSpi('\x03\x00\x00\xfe', 2)).toBe('\xff\xff');
  chip.onSpi('\x06', 0);
  chip.onSpi('\x02\x00\x00\xfeABCD', 0);
  world.run(1);
  expect(chip.onSpi('\x03\x00\x00\xfe', 2) + chip.onSpi('\x03\x00\x00\x00', 2)).toBe('ABCD');
  chip.onSpi('\x06', 0);
  chip.onSpi(`\x02\x00\x01\x00${'a'.repeat(10)}${'b'.repeat(256)}`, 0);
  world.run(1);
  expect(chip.onSpi('\x03\x00\x01\x00', 256)).toBe('b'.repeat(256));
});

test('while it works the chip answers nothing but its status', () => {
  const { chip, world } = new FlashBench();
  chip.onSpi('\x06', 0);
  chip.onSpi('\x20\x00\x10\x00', 0);
  expect(chip.onSpi('\x05', 1).charCodeAt(0) & 1).toBe(1);
  expect(chip.onSpi('\x9f', 3)).toBe('\xff\xff\xff');
  world.run(44);
  expect(chip.onSpi('\x05', 1).charCodeAt(0) & 1).toBe(1);
  world.run(2);
  expect(chip.onSpi('\x05', 1)).toBe('\x00');
});

test('a second operation while one runs is told so, and a read waits', () => {
  const bench = new FlashBench();
  program(bench, 0, 'before');
  const seen: number[] = [];
  bench.flash.erase(4096, (fault) => seen.push(fault));
  bench.flash.program(8192, 'x', (fault) => seen.push(fault));
  expect(bench.flash.read(0, 6)).toBe('before');
  bench.world.run(600);
  expect(seen).toEqual([FAULT_BUSY, 0]);
});

test('a chip that hangs ends in a fault', () => {
  const bench = new FlashBench();
  bench.world.fault('flash', 'stuckBusy', 1);
  expect(program(bench, 0, 'x')).toBe(FAULT_FLASH);
  expect(erase(bench, 0)).toBe(FAULT_FLASH);
  bench.world.fault('flash', 'stuckBusy', 0);
  expect(program(bench, 0, 'x')).toBe(0);
});

test('power lost in the middle of a program or erase leaves part of it', () => {
  const bench = new FlashBench();
  program(bench, 4096, 'o'.repeat(200));
  bench.flash.program(0, 'n'.repeat(200), () => undefined);
  bench.world.nowUs += 350;
  bench.chip.onPower(false);
  bench.boot();
  const half = bench.flash.read(0, 200);
  expect(half.startsWith('n'.repeat(90))).toBe(true);
  expect(half.endsWith('\xff'.repeat(90))).toBe(true);
  bench.flash.erase(4096, () => undefined);
  bench.world.run(20);
  bench.chip.onPower(false);
  bench.boot();
  const torn = bench.flash.read(4096, 200);
  expect(torn).not.toBe('o'.repeat(200));
  expect(torn).not.toBe('\xff'.repeat(200));
});

test('snapshots share sectors and never see what is written later', () => {
  const bench = new FlashBench();
  program(bench, 0, 'first');
  const snapshot = bench.chip.snapshot();
  program(bench, 16, 'second');
  const other = new FlashBench();
  other.chip.restore(snapshot);
  other.world.nowUs = bench.world.nowUs;
  expect(other.flash.read(0, 5) + other.flash.read(16, 6)).toBe('first\xff\xff\xff\xff\xff\xff');
  other.boot();
  program(other, 32, 'third');
  expect(bench.flash.read(16, 6) + bench.flash.read(32, 5)).toBe('second\xff\xff\xff\xff\xff');
});

test('an image is the whole chip and comes back as it was', () => {
  const bench = new FlashBench();
  program(bench, 4000, 'kept');
  const other = new FlashBench();
  other.chip.load(bench.chip.image());
  expect(other.flash.read(4000, 4)).toBe('kept');
  expect(() => other.chip.load(new Uint8Array(5))).toThrow('5 bytes');
  expect(() => other.world.fault('flash', 'melt')).toThrow('wear, flip, stuckBusy');
});
