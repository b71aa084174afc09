/**
 * The fake printer at the end of a serial line or a pseudo terminal, at wall speed: a driver at the other end meets its
 * paper, its heat and its pace. With flow control it stops the line while its buffer is nearly full.
 */
import { EscPosPrinter } from '../../emulator/devices/escpos-printer';
import { deviceFaults } from '../../emulator/scenario/faults';
import { WallClock } from '../../emulator/serial/wall-clock';
import { World } from '../../emulator/world/world';
import { createSlipFiles } from './slip-files';

export interface PrinterOnLine {
  readonly failed: Promise<never>;
  /** Bytes for the printer. */
  feed(bytes: string): void;
  /** Makes the printer fail: `paper 3`, `refill`, `cover` …; gives a line that says what became of it. */
  fault(line: string): string;
  close(): void;
}

export interface PrinterLine {
  readonly send: (bytes: string) => void;
  /** The printer takes more, or not. */
  readonly goOn: (on: boolean) => void;
}

/** A port in full swing delivers so much before it has stopped. */
const HEADROOM_BYTES = 1024;
/** On a line nobody says that a job is over: paper that nobody cut is torn off after so long. */
const TEAR_MS = 5000;

export function createPrinterOnLine(line: PrinterLine, outDir: string, say: (line: string) => void): PrinterOnLine {
  const world = new World(1);
  const printer = new EscPosPrinter(world, { bufferBytes: 4096 });
  const save = createSlipFiles(printer, outDir, say);
  world.timeline.listen(({ direction, text }) => {
    if (direction === 'note' && !text.startsWith('slip ') && !text.startsWith('fault ')) say(text);
  });
  const clock = new WallClock(world);
  let isStopped = false;
  let lastUs = 0;
  clock.onTick = () => {
    const isFull = printer.roomBytes() < HEADROOM_BYTES;
    if (isFull !== isStopped) {
      isStopped = isFull;
      line.goOn(!isFull);
    }
    if (printer.state.hanging !== '' && world.nowUs - Math.max(lastUs, printer.state.busyUntilUs) > TEAR_MS * 1000)
      printer.tearOff();
    save();
  };
  return {
    failed: clock.failed,
    feed: (bytes) => {
      clock.catchUp();
      lastUs = world.nowUs;
      printer.onUart(bytes, { send: line.send });
    },
    fault: (typed) => {
      const [name, count = '0', ...more] = typed.trim().split(/\s+/);
      if (more.length > 0 || !deviceFaults['printer'].includes(name) || !/^\d{1,6}$/.test(count)) {
        return `no such fault; there are ${deviceFaults['printer'].join(', ')}, with a number where one is needed`;
      }
      clock.catchUp();
      world.fault('printer', name, parseInt(count, 10));
      return `${name} ${count}`;
    },
    close: () => {
      clock.stop();
      printer.tearOff();
      save();
    },
  };
}
