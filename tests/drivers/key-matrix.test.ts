/** Keys as fingers press them: bouncing, together, stuck, held while the power comes. */
import type { Clock } from '../../hal/bus';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM, KEY_DOT, KEY_DOUBLE_ZERO, KEY_DOWN, KEY_FEED, KEY_FUNCTION, KEY_MENU, KEY_UP } from '../../hal/devices'; // prettier-ignore
import { createKeyMatrix } from '../../drivers/key-matrix';
import { createSoftPower } from '../../drivers/soft-power';
import { KeyMatrix } from '../../emulator/devices/key-matrix';
import { PowerSwitch } from '../../emulator/devices/soft-power';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
import { World } from '../../emulator/world/world';

class Bench {
  readonly world: World;
  readonly mcu: Mcu;
  readonly power: PowerSwitch;
  readonly keys: KeyMatrix;
  readonly seen: number[] = [];
  boots = 0;
  holds = 0;
  off: () => void = () => undefined;

  constructor(seed = 1) {
    this.world = new World(seed);
    this.mcu = new Mcu(this.world);
    const pins = (wire: string, outputs: number, inputs: number): GpioLines =>
      new GpioLines(this.world, this.mcu, wire, { outputs, inputs });
    const rows = pins('keyRows', 31, 0);
    const columns = pins('keyColumns', 0, 15);
    const key = pins('powerKey', 0, 1);
    const latch = pins('powerLatch', 0, 0);
    this.power = new PowerSwitch(this.world);
    this.power.wire(key, latch);
    this.keys = new KeyMatrix(this.world, this.power);
    this.keys.wire(rows, columns);
    this.power.onSupply = (on) => {
      if (!on) this.mcu.cut();
      else
        this.mcu.boot((clock: Clock) => {
          this.boots++;
          const power = createSoftPower(key.host, latch.host, clock);
          power.onHold(() => this.holds++);
          this.off = () => power.off();
          createKeyMatrix(rows.host, columns.host, clock).onKey((pressed) => this.seen.push(pressed));
        });
    };
  }

  on(): this {
    this.power.switchOn();
    return this;
  }
}

const allKeys = [...Array.from({ length: 10 }, (_, i) => 48 + i), KEY_CONFIRM, KEY_CLEAR, KEY_CANCEL, KEY_UP, KEY_DOWN, KEY_FUNCTION, KEY_MENU, KEY_FEED, KEY_DOT, KEY_DOUBLE_ZERO]; // prettier-ignore

test('each of the 20 keys is seen once for each press, however it bounces', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const b = new Bench(seed).on();
    for (const key of allKeys) b.keys.press(key);
    b.world.run(allKeys.length * 100 + 200);
    expect(b.seen).toEqual(allKeys);
  }
});

test('contacts so dirty that they bounce for 36 ms still give one press', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const b = new Bench(seed).on();
    b.world.fault('keypad', 'bounce', 36);
    for (const key of [49, 50, 50]) b.keys.hold(key, 150);
    b.world.run(2000);
    expect(b.seen).toEqual([49, 50, 50]);
  }
});

test('a second key while one is held is not seen, nor is the ghost of three', () => {
  const b = new Bench().on();
  b.keys.down(49);
  b.world.run(50);
  b.keys.down(50);
  b.world.run(50);
  b.keys.down(52);
  b.world.run(50);
  expect(b.seen).toEqual([49]);
  b.keys.release();
  b.world.run(50);
  b.keys.press(53);
  b.world.run(200);
  expect(b.seen).toEqual([49, 53]);
});

test('two keys at the same moment are no key', () => {
  const b = new Bench().on();
  b.keys.down(49);
  b.keys.down(57);
  b.world.run(100);
  b.keys.release();
  b.world.run(100);
  expect(b.seen).toEqual([]);
});

test('a long hold is one press, and nothing runs while nobody touches the keys', () => {
  const b = new Bench().on();
  b.keys.hold(55, 3000);
  b.world.run(4000);
  expect(b.seen).toEqual([55]);
  expect(b.world.nextAtUs()).toBe(Infinity);
});

test('a stuck key silences the keypad until it is free', () => {
  const b = new Bench().on();
  b.world.fault('keypad', 'stuck', 51);
  b.world.run(100);
  b.keys.press(49);
  b.world.run(200);
  expect(b.seen).toEqual([51]);
  b.world.fault('keypad', 'free');
  b.world.run(100);
  b.keys.press(49);
  b.world.run(200);
  expect(b.seen).toEqual([51, 49]);
});

test('the red key held for two seconds switches on; that press is neither a key nor a hold', () => {
  const b = new Bench();
  b.keys.hold(KEY_CANCEL, 1900);
  b.world.run(3000);
  expect(b.boots).toBe(0);
  b.keys.hold(KEY_CANCEL, 5000);
  b.world.run(6000);
  expect([b.boots, b.seen, b.holds]).toEqual([1, [], 0]);
  expect(b.power.state.supplyOn).toBe(true);
  b.keys.hold(KEY_CANCEL, 2500);
  b.world.run(3000);
  expect([b.seen, b.holds]).toEqual([[KEY_CANCEL], 1]);
});

test('without a latch the supply ends with the key', () => {
  const b = new Bench();
  b.keys.hold(KEY_CANCEL, 2500);
  b.world.run(2200);
  b.off();
  expect(b.power.state.supplyOn).toBe(true);
  b.world.run(1000);
  expect([b.power.state.supplyOn, b.mcu.state.powered]).toEqual([false, false]);
});

test('the firmware switches off: it is dead at once, and comes back with the key', () => {
  const b = new Bench().on();
  b.off();
  expect([b.power.state.supplyOn, b.mcu.state.powered]).toEqual([false, false]);
  b.keys.press(49);
  b.world.run(500);
  b.keys.hold(KEY_CANCEL, 2500);
  b.world.run(3000);
  expect([b.boots, b.seen]).toEqual([2, []]);
});
