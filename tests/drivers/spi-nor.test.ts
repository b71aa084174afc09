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
  expect(() => other.world.fault('flash', 'melt')).toThrow('wear, endurance, rot');
});

test('every erase is counted; beyond its endurance a sector takes nothing any more, and the driver says so', () => {
  const bench = new FlashBench();
  bench.world.fault('flash', 'endurance', 3);
  for (let i = 0; i < 3; i++) expect(erase(bench, 4096)).toBe(0);
  expect(program(bench, 4096, 'x')).toBe(0);
  expect(erase(bench, 4096)).toBe(FAULT_FLASH);
  expect(erase(bench, 8192)).toBe(0);
  expect([...bench.chip.state.erases.slice(0, 4)]).toEqual([0, 4, 1, 0]);
  expect(bench.chip.worn()).toBe(1);
});

test('a page that rots has other bits, all of them charge that was lost; the same seed takes the same ones', () => {
  const rotten = (seed: number): string => {
    const bench = new FlashBench();
    program(bench, 0, '\x00'.repeat(256));
    program(bench, 4096 + 512, '\x00'.repeat(100));
    bench.world.fault('flash', 'rot', seed);
    const cells = bench.flash.read(0, 256) + bench.flash.read(4096 + 512, 100);
    const bits = [...cells].flatMap((c) => [...c.charCodeAt(0).toString(2)]).filter((bit) => bit === '1');
    expect(bits.length).toBeGreaterThanOrEqual(1);
    expect(bits.length).toBeLessThanOrEqual(3);
    expect(bench.flash.read(256, 256)).toBe('\xff'.repeat(256));
    return cells;
  };
  expect(rotten(1)).toBe(rotten(1));
  expect(new Set([1, 2, 3, 4, 5].map(rotten)).size).toBe(5);
  new FlashBench().world.fault('flash', 'rot', 1);
});

test('a cell that is stuck, a program and an erase that do half of it, a read that disturbs: never taken for good', () => {
  const bench = new FlashBench();
  bench.world.fault('flash', 'stick', 4096 * 8 + 3);
  expect(erase(bench, 4096)).toBe(FAULT_FLASH);
  expect(program(bench, 4096, '\x08')).toBe(FAULT_FLASH);
  expect(program(bench, 4096, '\x00')).toBe(0);
  bench.world.fault('flash', 'programFail', 1);
  expect(program(bench, 8192, 'half of this')).toBe(FAULT_FLASH);
  expect(program(bench, 8448, 'all of this')).toBe(0);
  bench.world.fault('flash', 'eraseFail', 1);
  expect(erase(bench, 8192)).toBe(FAULT_FLASH);
  expect(erase(bench, 8192)).toBe(0);
  bench.world.fault('flash', 'readDisturb', 10);
  for (let i = 0; i < 30; i++) bench.flash.read(12288, 256);
  bench.world.fault('flash', 'well');
  const cells = bench.flash.read(12288, 256);
  expect([...cells].filter((c) => c !== '\xff').length).toBeGreaterThanOrEqual(1);
  expect(bench.flash.read(12288, 256)).toBe(cells);
});
