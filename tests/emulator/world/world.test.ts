import { EventQueue } from '../../../emulator/world/event-queue';
import { Mcu, McuCalendar } from '../../../emulator/world/mcu';
import { UartWire } from '../../../emulator/world/uart-wire';
import { World, type WorldDevice } from '../../../emulator/world/world';
import type { Clock } from '../../../hal/bus';
import { WORK_PACK } from '../../../hal/bus';
import fc from 'fast-check';

class Recorder implements WorldDevice {
  readonly name = 'recorder';
  state = { seen: [] as string[] };
  readonly target: number;
  constructor(private readonly world: World) {
    this.target = world.add(this);
  }
  onEvent(kind: number, value: number, bytes: string): void {
    this.state.seen.push(`${this.world.nowUs}:${kind}:${value}:${bytes}`);
  }
  onFault(fault: string, value: number): void {
    if (fault !== 'broken') throw new Error(`no fault ${fault}`);
    this.state.seen.push(`fault ${value} at ${this.world.nowUs}`);
  }
  onUart(bytes: string): void {
    this.state.seen.push(`${this.world.nowUs}:${bytes}`);
  }
}

test('events come by time, ties in the order they were scheduled', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
      const queue = new EventQueue();
      times.forEach((atUs, order) => queue.push({ atUs, order, target: 0, kind: 0, value: 0, bytes: '' }));
      const expected = times.map((atUs, order) => [atUs, order]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const got = [];
      for (let event = queue.pop(); event; event = queue.pop()) got.push([event.atUs, event.order]);
      expect(got).toEqual(expected);
    }),
  );
});

test('a restored World runs on exactly like the one it was taken from', () => {
  const first = new World(7);
  const recorder = new Recorder(first);
  first.after(500, recorder.target, 1, 2, 'a');
  first.after(900, recorder.target, 3);
  first.run(0.6);
  const snapshot = first.snapshot();
  const second = new World(99);
  const copy = new Recorder(second);
  second.restore(snapshot);
  first.run(1);
  second.run(1);
  expect(copy.state).toEqual(recorder.state);
  expect(copy.state.seen).toEqual(['500:1:2:a', '900:3:0:']);
  expect(second.random.word()).toBe(first.random.word());
  expect(second.snapshot()).toEqual(first.snapshot());
});

test('a scheduled fault strikes its device at its time; an unknown one is refused by name', () => {
  const world = new World(1);
  const recorder = new Recorder(world);
  world.faultAt(2000, 'recorder', 'broken', 5);
  world.run(3);
  expect(recorder.state.seen).toEqual(['fault 5 at 2000']);
  expect(() => world.fault('recorder', 'melted')).toThrow('no fault melted');
  expect(() => world.fault('toaster', 'broken')).toThrow('no device named toaster');
});

function boot(world: World, mcu: Mcu): Clock {
  let clock: Clock | undefined;
  mcu.boot((given) => {
    clock = given;
  });
  void world;
  return clock as Clock;
}

test('after a power cut no alarm of the old life fires, not even in a fork that boots again', () => {
  const world = new World(1);
  const mcu = new Mcu(world);
  const clock = boot(world, mcu);
  const fired: string[] = [];
  clock.alarm(10, () => fired.push('old'));
  const snapshot = world.snapshot();
  mcu.cut();
  clock.alarm(1, () => fired.push('zombie'));
  boot(world, mcu).alarm(30, () => fired.push('new'));
  world.run(100);
  expect(fired).toEqual(['new']);

  const child = new World(1);
  const childMcu = new Mcu(child);
  child.restore(snapshot);
  boot(child, childMcu).alarm(20, () => fired.push('child'));
  child.run(100);
  expect(fired).toEqual(['new', 'child']);
});

function line(
  baud: number,
  profile?: number[],
): { world: World; mcu: Mcu; wire: UartWire; far: Recorder; clock: Clock } {
  const world = new World(1);
  const mcu = new Mcu(world, profile);
  const wire = new UartWire(world, mcu, 'test', baud);
  const far = new Recorder(world);
  wire.connect(far);
  return { world, mcu, wire, far, clock: boot(world, mcu) };
}

test('a UART reports 16 bytes at a time and the rest when the line falls idle', () => {
  const { world, wire } = line(10_000);
  const bursts: string[] = [];
  wire.host.onData((burst) => bursts.push(`${world.nowUs}:${burst}`));
  wire.send('0123456789abcdef0123');
  world.run(100);
  expect(bursts).toEqual(['16000:0123456789abcdef', '24000:0123']);
});

test('a power cut on the host’s side cuts the burst that is leaving after the last whole byte', () => {
  const { world, mcu, wire, far } = line(10_000);
  wire.host.write('0123456789');
  wire.host.write('second');
  world.run(4.5);
  mcu.cut();
  world.run(100);
  expect(far.state.seen).toEqual(['4500:0123']);
});

test('bytes pile up while the processor is busy and are lost beyond the ring', () => {
  const { world, wire, clock } = line(1_000_000, [100_000, 0, 0, 0, 0, 0, 0, 0]);
  let got = '';
  wire.host.onData((burst) => {
    got += burst;
  });
  clock.worked(WORK_PACK);
  wire.send('x'.repeat(600));
  world.run(99);
  expect(got).toBe('');
  world.run(2);
  expect(got.length).toBe(512);
  expect(wire.host.lostBytes()).toBe(88);
});

test('with flow control nothing is lost while the processor is busy, and everything comes in its order', () => {
  const { world, wire, clock } = line(1_000_000, [100_000, 0, 0, 0, 0, 0, 0, 0]);
  wire.onFault('flowControl', 1);
  let got = '';
  wire.host.onData((burst) => {
    got += burst;
  });
  clock.worked(WORK_PACK);
  const sent = Array.from({ length: 1000 }, (_, i) => String.fromCharCode(i & 255)).join('');
  wire.send(sent);
  world.run(99);
  expect(got).toBe('');
  clock.worked(WORK_PACK);
  world.run(110);
  wire.send('and more');
  world.run(100);
  expect(got).toBe(`${sent}and more`);
  expect(wire.host.lostBytes()).toBe(0);
  expect(() => wire.onFault('rust', 1)).toThrow('no fault rust');
});

test('the calendar runs through power cuts and takes only real dates', () => {
  const world = new World(1);
  const rtc = new McuCalendar(world, '20260228235959');
  world.run(1000);
  expect(rtc.read()).toBe('20260301000000');
  rtc.write('20261301000000');
  expect(rtc.read()).toBe('20260301000000');
  rtc.write('20260230000000');
  expect(rtc.read()).toBe('20260301000000');
  rtc.write('20300101120000');
  expect(rtc.read()).toBe('20300101120000');
});
