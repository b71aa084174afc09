/**
 * The printer driver against the printer, and the bytes between them. Bytes: Epson ESC/POS command reference (ESC @,
 * ESC a, GS !, GS V, GS r, DLE EOT, DLE DC4), FS & of the Chinese models.
 */
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { createEscPosPrinter } from '../../drivers/escpos-printer';
import { EscPosPrinter, type EscPosPrinterOptions } from '../../emulator/devices/escpos-printer';
import { STYLE_CENTRED, STYLE_DOUBLE_HEIGHT, STYLE_DOUBLE_WIDTH } from '../../emulator/devices/paper';
import { Mcu } from '../../emulator/world/mcu';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import type { Bytes } from '../../hal/bytes';
import {
  PRINT_BARS,
  PRINT_CENTRED,
  PRINT_CUT,
  PRINT_DENSITY,
  PRINT_DOUBLE_HEIGHT,
  PRINT_DOUBLE_SIZE,
  PRINT_IMAGE,
  PRINT_QR,
  PRINTER_COVER_OPEN,
  PRINTER_PAPER_LOW,
  PRINTER_PAPER_OUT,
  PRINTER_TOO_HOT,
  type Printer,
} from '../../hal/devices';
import {
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_COVER_OPEN,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_PAPER_OUT,
  FAULT_TOO_HOT,
} from '../../hal/fault';
import { readCode } from '../support/code-reader';

const gb = (text: string): Bytes => iconv.encode(text, 'gb18030').toString('latin1');
const slipBlock = (lines: number): Bytes => gb('消费 12.34\n').repeat(lines) + PRINT_CUT;

interface Bench {
  world: World;
  fake: EscPosPrinter;
  printer: Printer;
  uart: UartWire;
  /** All bytes to the printer. */
  sent: () => Bytes;
  /** Prints and returns the fault; undefined when `done` was not called within the time. */
  print: (block: Bytes, limitMs?: number) => number | undefined;
}

function bench(options: EscPosPrinterOptions = {}): Bench {
  const world = new World(1);
  const mcu = new Mcu(world);
  const uart = new UartWire(world, mcu, 'printer', 115_200);
  const fake = new EscPosPrinter(world, options);
  fake.connect(uart);
  let printer: Printer | undefined;
  let sent = '';
  world.timeline.listen((entry) => {
    if (entry.wire === 'printer' && entry.direction === 'out') sent += entry.bytes;
  });
  mcu.boot((clock) => {
    printer = createEscPosPrinter(uart.host, clock);
  });
  const ready = printer as unknown as Printer;
  return {
    world,
    fake,
    printer: ready,
    uart,
    sent: () => sent,
    print: (block, limitMs = 100_000) => {
      let result: number | undefined;
      ready.start(block, (fault) => {
        expect(result).toBeUndefined();
        result = fault;
      });
      world.runUntilReached(() => result !== undefined, limitMs);
      return result;
    },
  };
}

describe('a block in ESC/POS', () => {
  test('asks for status, prints, cuts, and has the end confirmed', () => {
    const { print, sent } = bench();
    expect(print(PRINT_CENTRED + PRINT_DOUBLE_HEIGHT + 'A\nB\n' + PRINT_DOUBLE_SIZE + 'C\n' + PRINT_CUT)).toBe(
      FAULT_NONE,
    );
    expect(sent()).toBe(
      '\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04' +
        '\x1b@\x1c&' +
        '\x1ba\x01\x1d!\x01\x1b36A\n\x1ba\x00\x1d!\x00\x1b2' +
        'B\n' +
        '\x1d!\x11\x1b36C\n\x1d!\x00\x1b2' +
        '\x1dVB\x00' +
        '\x1dr\x01',
    );
  });

  test('lines, sizes and Chinese are on the paper', () => {
    const { print, fake } = bench();
    print(
      gb(
        `${PRINT_CENTRED}${PRINT_DOUBLE_SIZE}银联POS签购单\n商户名称:㐀字号\n${PRINT_DOUBLE_HEIGHT}RMB 12.34\n${PRINT_CUT}`,
      ),
    );
    const [slip] = fake.slips();
    expect(slip?.cut).toBe(true);
    expect(slip?.lines.map((line) => [line.text, line.style])).toEqual([
      ['银联POS签购单', STYLE_CENTRED | STYLE_DOUBLE_WIDTH | STYLE_DOUBLE_HEIGHT],
      ['商户名称:㐀字号', 0],
      ['RMB 12.34', STYLE_DOUBLE_HEIGHT],
      ['', 0],
    ]);
  });

  test('a line that is too long goes on in the next, no character split', () => {
    const { print, fake } = bench();
    print(gb('A' + '中'.repeat(20)) + '\n');
    expect(fake.lastSlip()).toEqual(['A' + '中'.repeat(15), '中'.repeat(5)]);
  });

  test('an empty block and an empty line', () => {
    const { print, fake } = bench();
    expect(print('')).toBe(FAULT_NONE);
    expect(print('\n\n')).toBe(FAULT_NONE);
    expect(fake.lastSlip()).toEqual(['', '']);
  });

  test('done comes only when the paper has moved', () => {
    const { print, world, fake } = bench({ speedMmPerS: 60 });
    print(slipBlock(32));
    // 32 lines of 30 dots and 12 mm to the cutter at 60 mm/s: 2.2 s.
    expect(world.nowUs).toBeGreaterThan(2_200_000);
    expect(world.nowUs).toBeLessThan(2_400_000);
    expect(fake.slips()[0]?.lines.length).toBe(33);
  });
});

describe('images, codes and density', () => {
  const image = (widthBytes: number, rows: number, fill = '\n'): Bytes =>
    PRINT_IMAGE + String.fromCharCode(widthBytes, rows) + fill.repeat(widthBytes * rows) + '\n';

  test('in ESC/POS', () => {
    const { print, sent } = bench();
    const block =
      `${PRINT_DENSITY}6\n${PRINT_CENTRED}${image(2, 3)}${PRINT_CENTRED}${PRINT_QR}5MREF 1\n` +
      `${PRINT_BARS}CAb 1\n${PRINT_BARS}E690123456789\nZ\n`;
    expect(print(block)).toBe(FAULT_NONE);
    expect(sent().slice(16)).toBe(
      '\x1d|\x06' +
        '\x1ba\x01\x1dv0\x00\x02\x00\x03\x00\n\n\n\n\n\n\x1ba\x00' +
        '\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x05\x1d(k\x03\x001E1\x1d(k\x08\x001P0REF 1\x1d(k\x03\x001Q0\x1ba\x00' +
        '\x1dh\x50\x1dw\x02\x1dH\x02\x1dkI\x06{BAb 1' +
        '\x1dh\x50\x1dw\x02\x1dH\x02\x1dkC\x0c690123456789' +
        'Z\n\x1dr\x01',
    );
  });

  test('on paper, where another reader reads them', () => {
    const codes = [`${PRINT_QR}6HT1 B000001 R123456789012`, `${PRINT_BARS}C123456789012`, `${PRINT_BARS}E690123456789`];
    expect(
      codes.map((code) => {
        const { print, fake } = bench();
        expect(print(`${PRINT_CENTRED}${code}\n${PRINT_CUT}`)).toBe(FAULT_NONE);
        return readCode(fake.png(0)).text;
      }),
    ).toEqual(['T1 B000001 R123456789012', '123456789012', '6901234567892']);
  });

  test('an image may hold any byte, line ends and markup among them', () => {
    const { print, fake } = bench();
    const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
    expect(print(`A\n${PRINT_CENTRED}${PRINT_IMAGE}\x10\x10${bytes}\nB\n`)).toBe(FAULT_NONE);
    expect(fake.text()).toBe('A\nB\n');
    expect(fake.slips()[0].lines[1].runs[0].dots?.rows).toBe(bytes);
  });

  test('a block larger than the buffer: the printer is waited for, nothing is lost', () => {
    const { print, fake, sent } = bench();
    const block = Array.from({ length: 12 }, (_, i) => image(48, 20, String.fromCharCode(i + 1))).join('') + PRINT_CUT;
    expect(block.length).toBeGreaterThan(2 * 4096);
    expect(print(block)).toBe(FAULT_NONE);
    expect(fake.state.lostBytes).toBe(0);
    expect(sent().split('\x1dr\x01').length).toBeGreaterThan(4);
    expect(fake.slips()[0].lines.reduce((sum, line) => sum + line.heightDots, 0)).toBe(240 + 96);
  });

  test('paper out in the middle of such a block ends it', () => {
    const { print, world } = bench();
    const block = image(48, 20).repeat(12);
    world.fault('printer', 'paper', 3);
    expect(print(block, 3_000)).toBe(FAULT_PAPER_OUT);
  });

  test('density holds for its block only', () => {
    const { print, fake } = bench();
    print(`${PRINT_DENSITY}0\nA\n`);
    print('B\n');
    expect(fake.slips()[0].lines.map((line) => line.density)).toEqual([0, 4]);
  });

  test('a roll that ends soon is told and prints all the same', () => {
    const { print, printer, world } = bench();
    const seen: number[] = [];
    world.fault('printer', 'paper', 100);
    printer.status((bits) => seen.push(bits));
    world.run(1_000);
    expect(seen).toEqual([PRINTER_PAPER_LOW]);
    expect(print(slipBlock(5))).toBe(FAULT_NONE);
  });

  test('a head that becomes too hot while printing is the fault that the clerk is told', () => {
    const { print, world } = bench();
    expect(print(image(48, 40, '\xff').repeat(200), 50_000)).toBe(FAULT_TOO_HOT);
    world.run(60_000);
    expect(print('A\n')).toBe(FAULT_NONE);
  });
});

describe('the paper ends', () => {
  test('before the first line: nothing is printed', () => {
    const { print, fake, world } = bench();
    world.fault('printer', 'paper', 0);
    expect(print(slipBlock(5))).toBe(FAULT_PAPER_OUT);
    world.fault('printer', 'refill');
    world.run(10_000);
    expect(fake.slips()).toEqual([]);
  });

  test('in the middle: the fault comes within two seconds, and printing again gives a whole slip', () => {
    const { print, fake, world } = bench();
    world.fault('printer', 'paper', 5);
    expect(print(slipBlock(20), 2_000)).toBe(FAULT_PAPER_OUT);
    expect(fake.lastSlip().length).toBe(5);
    world.run(1_000);
    world.fault('printer', 'refill');
    world.run(5_000);
    // The rest of the first attempt does not come out of the new roll.
    expect(fake.slips().length).toBe(1);
    expect(print(slipBlock(20))).toBe(FAULT_NONE);
    expect(fake.slips().map((slip) => [slip.lines.length, slip.cut])).toEqual([
      [5, false],
      [21, true],
    ]);
  });

  test('just before the cutter: the slip is not called printed', () => {
    const { print, world } = bench();
    world.fault('printer', 'paper', 21);
    expect(print(slipBlock(20))).toBe(FAULT_PAPER_OUT);
  });
});

describe('other trouble', () => {
  test.each([
    ['cover', FAULT_COVER_OPEN],
    ['heat', FAULT_TOO_HOT],
    ['offline', FAULT_NOT_READY],
  ])('%s, before and while printing', (fault, code) => {
    const before = bench();
    before.world.fault('printer', fault, 1);
    expect(before.print(slipBlock(5))).toBe(code);

    const during = bench();
    during.world.faultAt(500_000, 'printer', fault, 1);
    expect(during.print(slipBlock(20))).toBe(code);
  });

  test('cover closed again: the next slip is whole', () => {
    const { print, world, fake } = bench();
    world.faultAt(500_000, 'printer', 'cover');
    expect(print(slipBlock(20))).toBe(FAULT_COVER_OPEN);
    world.fault('printer', 'close');
    expect(print(slipBlock(3))).toBe(FAULT_NONE);
    expect(fake.slips().length).toBe(1);
  });

  test('status tells every cause, also while printing, and -1 from a dead printer', () => {
    const { printer, world } = bench();
    const seen: number[] = [];
    const look = (): void => {
      printer.status((bits) => seen.push(bits));
      world.run(1_000);
    };
    look();
    world.fault('printer', 'paper', 0);
    world.fault('printer', 'cover');
    world.fault('printer', 'heat');
    look();
    world.fault('printer', 'offline');
    look();
    expect(seen).toEqual([0, PRINTER_PAPER_OUT | PRINTER_PAPER_LOW | PRINTER_COVER_OPEN | PRINTER_TOO_HOT, -1]);
  });

  test('a status question while printing does not disturb the slip', () => {
    const { printer, world, fake } = bench();
    const seen: number[] = [];
    printer.start(slipBlock(20), (fault) => seen.push(100 + fault));
    world.run(700);
    printer.status((bits) => seen.push(bits));
    printer.status((bits) => seen.push(bits));
    world.run(10_000);
    expect(seen).toEqual([-1, 0, 100]);
    expect(fake.lastSlip().filter((line) => line === '消费 12.34').length).toBe(20);
  });

  test('a second start is answered busy, through its own done, later', () => {
    const { printer, world } = bench();
    const seen: string[] = [];
    printer.start(slipBlock(2), (fault) => seen.push(`first ${fault}`));
    printer.start(slipBlock(2), (fault) => seen.push(`second ${fault}`));
    expect(seen).toEqual([]);
    world.run(10_000);
    expect(seen).toEqual([`second ${FAULT_BUSY}`, `first ${FAULT_NONE}`]);
  });

  test('cancel ends it and the rest does not come out', () => {
    const { printer, world, fake } = bench();
    const seen: number[] = [];
    printer.start(slipBlock(20), (fault) => seen.push(fault));
    world.run(600);
    printer.cancel();
    expect(seen).toEqual([]);
    world.run(10_000);
    expect(seen).toEqual([FAULT_CANCELLED]);
    expect(fake.lastSlip().length).toBeLessThan(20);
    printer.cancel();
  });

  test('a power cut in the middle of a slip: no byte of it comes out after', () => {
    const { printer, world, fake } = bench();
    printer.start(slipBlock(20), () => undefined);
    world.run(600);
    fake.onPower(false);
    world.run(10);
    fake.onPower(true);
    const lines = fake.lastSlip().length;
    world.run(10_000);
    expect(fake.lastSlip().length).toBe(lines);
  });
});

describe('the printer as a chip', () => {
  const feed = (fake: EscPosPrinter, bench_: Bench, bytes: Bytes, pieces = [bytes.length]): void => {
    let from = 0;
    for (const length of pieces) {
      fake.onUart(bytes.slice(from, from + length), bench_.uart);
      from += length;
    }
    if (from < bytes.length) fake.onUart(bytes.slice(from), bench_.uart);
    bench_.world.run(300_000);
  };

  test('commands with their parameters never print as text', () => {
    const rig = bench();
    const commands =
      '\x1b@\x1b!\x30\x1b!\x00\x1bE\x01\x1bE\x00\x1b3\x20\x1b2\x1bt\x41\x1bD\x08\x10A\x00\x1b$AA\x1bpAAA' +
      '\x1b*\x00\x02\x00AB\x1d!\x00\x1dL\x00\x00\x1dv0\x00\x02\x00\x02\x00ABCD\x1d(k\x03\x00ABC\x1dk\x04123\x00' +
      '\x1dk\x49\x03ABC\x1c&\x1c.\x1c&\x1cS\x00\x00\x1cp\x01\x00\x1dI\x41\x1da\x00';
    feed(rig.fake, rig, commands + 'X\n');
    expect(rig.fake.lastSlip()).toEqual(['X']);
  });

  test('however the stream is cut into bursts, the paper is the same', () => {
    const stream = fc.array(
      fc.oneof(
        fc
          .constantFrom(
            '消费\n',
            'RMB 12.34\n',
            '\x1b@',
            '\x1ba\x01',
            '\x1d!\x11',
            '\x1d!\x00',
            '\x10\x04\x04',
            '\x1dV\x00',
            '\x1b*\x00\x09\x00ABCDEFGHI',
            '\t',
            '㐀\n',
          )
          .map(gb),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(9), { maxLength: 200 }), (parts, pieces) => {
        const whole = bench();
        const split = bench();
        feed(whole.fake, whole, parts.join(''));
        feed(split.fake, split, parts.join(''), pieces);
        expect(split.fake.text()).toBe(whole.fake.text());
      }),
      { numRuns: 60 },
    );
  });

  test('hostile bytes: no throw, and it prints again after a reset', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('latin1')),
        fc.constantFrom(
          '\x1b',
          '\x1d',
          '\x1c',
          '\x10\x14\x08',
          '\x1d(k\xff\xff',
          '\x1dv0\x00\xff\xff\xff\xff',
          '\x1bD',
          '\x1b*\x21\xff\xff',
          '\x1bJ\xff',
        ),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const rig = bench();
        feed(rig.fake, rig, parts.join(''));
        rig.fake.text();
        rig.fake.onPower(false);
        rig.fake.onPower(true);
        expect(rig.print(gb('好\n'))).toBe(FAULT_NONE);
        expect(rig.fake.lastSlip().pop()).toBe('好');
      }),
      { numRuns: 200 },
    );
  });

  test('a megabyte of unfinished commands takes no more than linear time', () => {
    const rig = bench();
    const startedAt = process.hrtime.bigint();
    for (let i = 0; i < 20_000; i++) rig.fake.onUart('\x1bD' + 'A'.repeat(48), rig.uart);
    rig.world.run(1);
    expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(2_000);
  });

  test('its buffer is bounded and what it loses is counted', () => {
    const rig = bench();
    rig.world.fault('printer', 'cover');
    for (let i = 0; i < 100; i++) rig.fake.onUart('A'.repeat(100), rig.uart);
    expect(rig.fake.state.input.length).toBe(4096);
    expect(rig.fake.state.lostBytes).toBe(10_000 - 4096);
  });

  test('a fork prints on from where its parent was', () => {
    const parent = bench();
    feed(parent.fake, parent, '');
    parent.fake.onUart('A\n'.repeat(10), parent.uart);
    parent.world.run(100);
    const child = bench();
    child.world.restore(parent.world.snapshot());
    parent.world.run(10_000);
    child.world.run(10_000);
    expect(child.fake.text()).toBe('A\n'.repeat(10));
    expect(child.fake.text()).toBe(parent.fake.text());
  });

  test('an unknown fault is refused', () => {
    expect(() => bench().world.fault('printer', 'fire')).toThrow('printer has no fault fire');
  });
});

test('what looks like a real-time command inside a parameter or an image tears nothing', () => {
  const world = new World(1);
  const fake = new EscPosPrinter(world);
  let answers = '';
  const wire = { send: (bytes: Bytes) => void (answers += bytes) } as unknown as UartWire;
  const image = '\x1dv0\x00\x01\x00\x0a\x00' + '\x10\x04\x01\x10\x14\x00\x10\x05\x02\x10';
  const own = '\x1b%\x01\x1b&\x03AB\x01\x10\x04\x01\x02abcdef';
  const stream = `A\x1dL\x10\x00\n${image}B\n${own}C\n\x1d8L\x02\x00\x00\x00\x30\x70D\n\x1bSE\x10\x04\x01\n`;
  for (const byte of stream) fake.onUart(byte, wire);
  world.run(60_000);
  expect(fake.text()).toBe('A\nB\nC\nD\nE\n');
  expect(answers).toBe('\x12\x12\x12');
});
