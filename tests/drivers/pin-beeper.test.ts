import { createPinBeeper } from '../../drivers/pin-beeper';
import { Buzzer } from '../../emulator/devices/buzzer';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
import { World } from '../../emulator/world/world';
import type { Beeper } from '../../hal/devices';

function bench(): { world: World; mcu: Mcu; buzzer: Buzzer; beeper: Beeper } {
  const world = new World(1);
  const mcu = new Mcu(world);
  const pin = new GpioLines(world, mcu, 'buzzer.pin', { outputs: 0, inputs: 0 });
  const buzzer = new Buzzer(world);
  pin.connect(buzzer);
  let beeper: Beeper | undefined;
  mcu.boot((clock) => {
    beeper = createPinBeeper(pin.host, clock);
  });
  return { world, mcu, buzzer, beeper: beeper as unknown as Beeper };
}

test('a beep sounds as long as asked, and ends by itself', () => {
  const { world, buzzer, beeper } = bench();
  beeper.beep(80);
  expect(buzzer.sounds()).toBe(true);
  world.run(1_000);
  expect([buzzer.count(), buzzer.sounds(), buzzer.beeps()]).toEqual([1, false, [{ atMs: 0, durationMs: 80 }]]);
});

test('a second beep during a long one does not cut it short, a longer one extends it', () => {
  const { world, buzzer, beeper } = bench();
  beeper.beep(300);
  world.run(100);
  beeper.beep(50);
  world.run(100);
  beeper.beep(400);
  world.run(2_000);
  expect(buzzer.beeps()).toEqual([{ atMs: 0, durationMs: 600 }]);
});

test('nonsense lengths: none, negative, for ever', () => {
  const { world, buzzer, beeper } = bench();
  beeper.beep(0);
  beeper.beep(-5);
  expect(buzzer.count()).toBe(0);
  beeper.beep(1_000_000_000);
  world.run(5_000);
  expect(buzzer.beeps()).toEqual([{ atMs: 0, durationMs: 2000 }]);
});

test('a power cut during a beep: silence', () => {
  const { mcu, buzzer, beeper } = bench();
  beeper.beep(500);
  mcu.cut();
  buzzer.onPower(false);
  expect(buzzer.sounds()).toBe(false);
});
