/** A UART of the board that leads out of the World, at a stand-in for the port. */
import type { SerialLine } from '../../../emulator/serial/serial-line';
import { SerialWire } from '../../../emulator/serial/serial-wire';
import { Mcu } from '../../../emulator/world/mcu';
import { World } from '../../../emulator/world/world';

function rig() {
  const port = {
    path: 'stand-in',
    isOpen: true,
    unsent: 0,
    sent: '',
    isPaused: false,
    discards: 0,
    onBytes: (_bytes: string): void => undefined,
    onChange: (_isOpen: boolean, _sentence: string): void => undefined,
    write: (bytes: string): void => void (port.sent += bytes),
    unsentBytes: (): number => port.unsent,
    discard: (): void => void port.discards++,
    pause: (): void => void (port.isPaused = true),
    resume: (): void => void (port.isPaused = false),
  };
  const world = new World(1);
  const mcu = new Mcu(world);
  const wire = new SerialWire(world, mcu, 'printer', port as unknown as SerialLine);
  return { port, world, mcu, wire };
}

test('a dark board sends nothing and hears nothing; what waits when its power goes is taken back', () => {
  const { port, mcu, wire } = rig();
  wire.host.write('dark');
  expect(port.sent).toBe('');
  let heard = '';
  mcu.boot(() => wire.host.onData((bytes) => (heard += bytes)));
  wire.host.write('on');
  port.onBytes('answer');
  expect(port.sent).toBe('on');
  expect(heard).toBe('answer');
  port.discards = 0;
  mcu.cut();
  port.onBytes('too late');
  wire.host.write('too late');
  expect({ heard, sent: port.sent, discards: port.discards }).toEqual({ heard: 'answer', sent: 'on', discards: 1 });
});

test('what comes is heard at once, in the order it came, a ring at a time; what is safe is safe before it leaves', () => {
  const { port, mcu, wire } = rig();
  const bursts: string[] = [];
  mcu.boot(() => wire.host.onData((bytes) => bursts.push(bytes)));
  const all = Array.from({ length: 1300 }, (_, i) => String.fromCharCode(i & 255)).join('');
  port.onBytes(all);
  expect(bursts.join('')).toBe(all);
  expect(Math.max(...bursts.map((burst) => burst.length))).toBeLessThanOrEqual(512);
  const order: string[] = [];
  wire.onSend = () => order.push(`safe before ${port.sent.length}`);
  wire.host.write('x');
  expect(order).toEqual(['safe before 0']);
});

test('a busy processor: the port keeps the flood, and lets it come when the work is done', () => {
  const { port, world, mcu, wire } = rig();
  let heard = 0;
  mcu.boot(() => wire.host.onData((bytes) => (heard += bytes.length)));
  mcu.onFault('busy', 1000);
  for (let i = 0; i < 20; i++) port.onBytes('x'.repeat(1000));
  expect(heard).toBe(0);
  expect(port.isPaused).toBe(true);
  world.run(1001);
  expect(heard).toBe(20_000);
  expect(port.isPaused).toBe(false);
});

test('a World that fails while it hears tells whoever drives it, not the port', () => {
  const { port, world, mcu, wire } = rig();
  mcu.boot(() =>
    wire.host.onData(() => {
      throw new Error('a driver that throws');
    }),
  );
  port.onBytes('x');
  expect(() => world.run(1)).toThrow('a driver that throws');
});

test('bytes lost at a port that takes nothing, a port that goes and comes: on the timeline', () => {
  const { port, world, mcu, wire } = rig();
  const notes: string[] = [];
  world.timeline.listen(({ text, direction }) => direction === 'note' && notes.push(text));
  mcu.boot(() => undefined);
  port.unsent = 20_000;
  wire.host.write('x');
  expect(port.sent).toBe('');
  let told = '';
  wire.onChange = (sentence) => (told = sentence);
  port.onChange(false, 'the port stand-in is gone');
  expect(notes).toEqual(['boot 1', expect.stringContaining('takes nothing'), 'the port stand-in is gone']);
  expect(told).toBe('the port stand-in is gone');
});
