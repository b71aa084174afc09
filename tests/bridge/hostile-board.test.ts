/** A board, or whoever stands in for one, that says whatever it likes through good frames: no message of it stops the World. */
import { ConsoleReader } from '../../emulator/bridge/console-reader';
import { FarEnd } from '../../emulator/bridge/far-end';
import { startTerminal } from '../../emulator/terminal';
import { SeededRandom } from '../../emulator/world/seeded-random';

const LENGTHS = [0, 1, 2, 4, 5, 6, 40, 300];

test('messages of any kind, too short, too long and in any order', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(seed);
    let farEnd: FarEnd | undefined;
    const terminal = startTerminal({
      record: false,
      firmware: (bus) => {
        farEnd = new FarEnd(bus, terminal.inside.flash, {}, () => undefined);
        farEnd.introduce();
      },
    });
    terminal.powerOn();
    for (let n = 0; n < 60; n++) {
      const data = random.bytes(LENGTHS[random.below(LENGTHS.length)]);
      // Half of the flash's addresses are on the chip.
      farEnd?.hear(random.below(16), random.below(2) ? `\0${data.slice(1)}` : data);
      if (random.below(2)) terminal.wait(random.below(50) + 1);
    }
    terminal.wait(500);
    terminal.close();
  }
});

test("a printed line steers nobody's screen", () => {
  const lines: string[] = [];
  const reader = new ConsoleReader(
    () => undefined,
    (line) => lines.push(line),
  );
  reader.take('\x1b[2J>a\x1b]0;title\x07b\x9b31mc\x0b\x7f\r\n');
  expect(lines).toEqual(['a]0;titleb31mc']);
});
