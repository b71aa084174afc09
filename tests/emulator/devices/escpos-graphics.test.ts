/**
 * Images and codes on the fake printer's paper: every dot where it belongs, every code readable by somebody else's reader,
 * whatever the stream is cut into. Commands: Epson ESC/POS command reference; density: GS | of CUSTOM's KPM series.
 */
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { PNG } from 'pngjs';
import { EscPosPrinter, type EscPosPrinterOptions } from '../../../emulator/devices/escpos-printer';
import { World } from '../../../emulator/world/world';
import { readCode } from '../../support/code-reader';

interface Bench {
  readonly world: World;
  readonly printer: EscPosPrinter;
  readonly notes: string[];
  /** Sends, in pieces as the buffer takes them, and prints. */
  send(bytes: string, pieceBytes?: number): Bench;
  answers(): string;
}

function bench(options: EscPosPrinterOptions = {}): Bench {
  const world = new World(1);
  const printer = new EscPosPrinter(world, options);
  const notes: string[] = [];
  let answers = '';
  world.timeline.listen((entry) => {
    if (entry.direction === 'note') notes.push(entry.text);
  });
  const wire = { send: (bytes: string) => void (answers += bytes) };
  const it: Bench = {
    world,
    printer,
    notes,
    answers: () => answers,
    send: (bytes, pieceBytes = 1000) => {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        printer.onUart(bytes.slice(at, at + pieceBytes), wire);
        world.run(30_000);
      }
      return it;
    },
  };
  return it;
}

/** '#' and '.' of the first slip, without the margin on top; rows with nothing on them left out at the end. */
function dots(printer: EscPosPrinter, width = 384): string[] {
  const png = PNG.sync.read(printer.png(0));
  const rows: string[] = [];
  for (let y = 16; y < png.height; y++) {
    let row = '';
    for (let x = 0; x < width; x++) row += png.data[(y * png.width + x) * 4] < 128 ? '#' : '.';
    rows.push(row);
  }
  while (rows.at(-1)?.includes('#') === false) rows.pop();
  return rows;
}

const pattern = ['#.......########', '.#......#.......', '..#.....########'];
const packed = pattern
  .map((row) =>
    [0, 8]
      .map((at) =>
        String.fromCharCode(
          parseInt(
            row
              .slice(at, at + 8)
              .replaceAll('.', '0')
              .replaceAll('#', '1'),
            2,
          ),
        ),
      )
      .join(''),
  )
  .join('');
const twice = (rows: readonly string[], wide: number, high: number): string[] =>
  rows.flatMap((row) => Array<string>(high).fill([...row].map((dot) => dot.repeat(wide)).join('')));
const u16 = (n: number): string => String.fromCharCode(n & 255, n >> 8);

describe('images', () => {
  test.each([
    [0, 1, 1],
    [1, 2, 1],
    [2, 1, 2],
    [3, 2, 2],
    [0x33, 2, 2],
  ])('GS v 0 mode %i: dot for dot, %i wide, %i high', (mode, wide, high) => {
    const { printer } = bench().send(`\x1dv0${String.fromCharCode(mode)}\x02\x00\x03\x00${packed}`);
    expect(dots(printer, 16 * wide)).toEqual(twice(pattern, wide, high));
  });

  test('it begins where the alignment says', () => {
    const image = `\x1dv0\x00\x02\x00\x03\x00${packed}`;
    const at = (align: string): number => dots(bench().send(`\x1ba${align}${image}`).printer)[0].indexOf('#');
    expect([at('0'), at('1'), at('2')]).toEqual([0, (384 - 16) / 2, 384 - 16]);
  });

  test('an image of any height goes through a small buffer', () => {
    const rows = 2000;
    const { printer } = bench().send(`\x1dv0\x00\x30\x00${u16(rows)}${'\xff'.repeat(48 * rows)}\x1dV\x00`, 512);
    const png = PNG.sync.read(printer.png(0));
    expect(png.height).toBe(rows + 16);
    expect(printer.state.lostBytes).toBe(0);
  });

  test('GS ( L stores, and prints what is stored once', () => {
    const store = `\x1d(L${u16(10 + packed.length)}0p0\x01\x01\x31\x10\x00\x03\x00${packed}`;
    const { printer } = bench().send(`${store}\x1d(L\x02\x0002\x1d(L\x02\x0002`);
    expect(dots(printer, 16)).toEqual(pattern);
    const large = bench().send(
      `\x1d8L${u16(10 + packed.length)}\x00\x000p0\x02\x02\x31\x10\x00\x03\x00${packed}\x1d(L\x02\x0002`,
    );
    expect(dots(large.printer, 32)).toEqual(twice(pattern, 2, 2));
  });

  test('ESC * stands in the line, 24 and 8 dots high; bands with their spacing make one image', () => {
    const columns = '\xff\xff\xff\x80\x00\x01'.repeat(4);
    const { printer } = bench().send(`\x1b3\x18\x1b*\x21\x08\x00${columns}\n\x1b*\x21\x08\x00${columns}\n`);
    const rows = dots(printer, 8);
    expect(rows).toHaveLength(48);
    expect([rows[0], rows[1], rows[23], rows[24]]).toEqual(['########', '#.#.#.#.', '########', '########']);
    const single = dots(bench().send('\x1b*\x00\x02\x00\x80\x01A\n').printer, 4);
    expect(single.slice(0, 3)).toEqual(['##..', '##..', '##..']);
    expect(single[21]).toBe('..##');
  });

  test('GS * is printed by GS / as often as asked, until ESC @', () => {
    const { printer } = bench().send('\x1d*\x01\x01' + '\xf0'.repeat(8) + '\x1d/\x00\x1d/\x03\x1b@\x1d/\x00');
    expect(dots(printer, 16)).toEqual([
      ...Array<string>(4).fill('########........'),
      ...Array<string>(4).fill('................'),
      ...Array<string>(8).fill('################'),
    ]);
  });

  test('behind text, or wider than the paper: not printed, skipped to its end, and said', () => {
    const { printer, notes } = bench().send(
      `A\x1dv0\x00\x02\x00\x03\x00${packed}\nB\n\x1dv0\x00\xff\x00\x01\x00${'x'.repeat(255)}C\n`,
    );
    expect(printer.text()).toBe('A\nB\nC\n');
    expect(notes.filter((note) => note.includes('not printed'))).toHaveLength(2);
  });

  test('the roll ends in an image: the rest comes out of the new one', () => {
    const rows = 120;
    const { printer, world } = bench();
    world.fault('printer', 'paper', 2);
    const wire = { send: () => undefined };
    printer.onUart(`\x1dv0\x00\x01\x00${u16(rows)}${'\xff'.repeat(rows)}`, wire);
    world.run(5_000);
    expect(printer.paperOut()).toBe(true);
    world.fault('printer', 'refill');
    world.run(5_000);
    const printed = printer.slips().map((slip) => slip.lines.reduce((sum, line) => sum + line.heightDots, 0));
    expect(printed).toEqual([48, 72]);
  });
});

const qr = (data: string, level = '1', dotsOfModule = 5): string =>
  `\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C${String.fromCharCode(dotsOfModule)}\x1d(k\x03\x001E${level}` +
  `\x1d(k${u16(3 + data.length)}1P0${data}\x1d(k\x03\x001Q0`;

describe('QR codes are read by a reader', () => {
  test.each([
    ['0123456789012345', '0'],
    ['T10000001 B000001 V000007 R123456789012', '1'],
    ['https://example.org/?r=1&t=abc', '2'],
    ['x'.repeat(300), '0'],
  ])('%s, level %s', (data, level) => {
    const { printer } = bench().send('\x1ba1' + qr(data, level));
    expect(readCode(printer.png(0))).toEqual({ format: 'QR_CODE', text: data });
    expect(printer.slips()[0].lines[0].code).toEqual({ kind: 'qr', text: data });
  });

  test('its bytes are as they were sent: UTF-8 is read as UTF-8', () => {
    const { printer } = bench().send('\x1ba1' + qr(Buffer.from('谢谢惠顾', 'utf8').toString('latin1')));
    expect(readCode(printer.png(0)).text).toBe('谢谢惠顾');
  });

  test('every size of module', () => {
    for (const size of [2, 3, 4, 8, 10]) {
      const { printer } = bench().send('\x1ba1' + qr('CUPOS', '1', size));
      expect(readCode(printer.png(0)).text).toBe('CUPOS');
    }
  });

  test('one that is too wide, holds too much or has no data is not printed, and said', () => {
    const { printer, notes } = bench().send(
      qr('x'.repeat(300), '3', 16) + qr('y'.repeat(2000), '3', 1) + '\x1b@\x1d(k\x03\x001Q0' + '\x1d(k\x03\x000Q0A\n',
    );
    expect(printer.text()).toBe('A\n');
    expect(printer.slips()[0].lines).toHaveLength(1);
    expect(notes.map((note) => note.replace(/\d+ dots/, 'n dots'))).toEqual([
      'not printed: a QR code of n dots does not fit',
      'not printed: more than a QR code holds',
      'not printed: no data for the QR code',
      'not printed: no code of family 48 here',
    ]);
  });
});

describe('bar codes are read by a reader', () => {
  const bars = (type: number, data: string): string => `\x1dk${String.fromCharCode(type, data.length)}${data}`;

  test.each([
    [65, '01234567890', 'UPC_A', '012345678905'],
    [67, '690123456789', 'EAN_13', '6901234567892'],
    [67, '6901234567892', 'EAN_13', '6901234567892'],
    [68, '9638507', 'EAN_8', '96385074'],
    [69, 'CUPOS-58', 'CODE_39', 'CUPOS-58'],
    [69, '*CUPOS*', 'CODE_39', 'CUPOS'],
    [70, '12345678', 'ITF', '12345678'],
    [72, 'CUPOS 58', 'CODE_93', 'CUPOS 58'],
    [73, '{B123456789012', 'CODE_128', '123456789012'],
    [73, '{C\x0c\x22\x38\x4e', 'CODE_128', '12345678'],
    [73, '{ANO\x09{Bx{{y{C\x07\x63', 'CODE_128', 'NO\tx{y0799'],
    [73, '{Bab{SAcd', 'CODE_128', 'abAcd'],
  ])('type %i: %j as %s', (type, data, format, text) => {
    const { printer, notes } = bench().send(`\x1ba1\x1dw\x02\x1dh\x50${bars(type, data)}`);
    expect(notes).toEqual([]);
    expect(readCode(printer.png(0))).toEqual({ format, text });
  });

  // Not by the reader above, which does not know them: zbarimg 0.23 read these bars.
  test.each([
    [66, '01234565', '101011001100100110111101001110101110010101111010101'],
    [66, '01234500006', '101011001100100110111101001110101110010101111010101'],
    [66, '123456', '101011001100100110111101001110101110010101111010101'],
    [71, 'A12345B', '10110010010101011001010100101101100101010101101001011010100101001001011'],
  ])('type %i: %j has the bars that another reader took', (type, data, modules) => {
    const { printer } = bench().send(`\x1dw\x01${bars(type, data)}`);
    expect(dots(printer, modules.length)[0]).toBe(modules.replaceAll('1', '#').replaceAll('0', '.'));
  });

  test('the old form, ended by a zero, and the text above and below', () => {
    const { printer } = bench().send('\x1ba1\x1dw\x02\x1dH\x03\x1dk\x02690123456789\x00');
    expect(printer.text()).toBe('6901234567892\n6901234567892\n');
    expect(readCode(printer.png(0)).text).toBe('6901234567892');
  });

  test('data that the symbology does not take, and bars that do not fit, are said', () => {
    const wrong: [number, string][] = [
      [67, '69012345678X'],
      [67, '6901234567890'],
      [69, 'abc'],
      [70, '123'],
      [73, '123'],
      [73, '{B'],
      [73, '{C\x64'],
      [73, '{Q123'],
      [74, '{B1'],
      [79, '1'],
    ];
    const { printer, notes } = bench().send(wrong.map(([type, data]) => bars(type, data)).join(''));
    expect(notes).toEqual(Array(10).fill('not printed: not the data of this bar code, or no bar code of this printer'));
    expect(bench().send(`\x1dw\x06${bars(73, '{BABCDEFGHIJK')}`).notes[0]).toMatch(
      /a bar code of \d+ dots does not fit/,
    );
    expect(printer.slips()).toEqual([]);
  });
});

describe('characters', () => {
  test('a size up to eight times, on one base line', () => {
    const rows = dots(bench().send('\x1d!\x77H\x1d!\x00H\n').printer);
    expect(rows.length).toBeLessThanOrEqual(192);
    expect(rows.length).toBeGreaterThan(150);
    const small = rows.map((row) => row.slice(96, 108)).filter((row) => row.includes('#'));
    expect(small.length).toBeLessThan(24);
    expect(rows.at(-10)?.slice(96, 108)).toContain('#');
  });

  test('code tables: one column a character, and Chinese again', () => {
    const { printer } = bench().send(
      `\x1c.\x1bt\x02caf\x82\x1bt\x11\x8f\x90\x1c&${iconv.encode('中', 'gbk').toString('latin1')}\n`,
    );
    expect(printer.text()).toBe('caféПР中\n');
    expect(
      bench()
        .send('\x1c.' + '\x82'.repeat(33) + '\n')
        .printer.lastSlip(),
    ).toEqual(['é'.repeat(32), 'é']);
  });

  test('margins, positions, tab stops', () => {
    const left = (bytes: string): number => {
      const rows = dots(bench().send(bytes).printer);
      return Math.min(...rows.map((row) => row.indexOf('#')).filter((x) => x >= 0));
    };
    const plain = left('I\n');
    expect(left('\x1dL\x60\x00I\n')).toBe(96 + plain);
    expect(left('\x1b$\x60\x00I\n')).toBe(96 + plain);
    expect(left(' \x1b\\\x54\x00I\n')).toBe(96 + plain);
    expect(left('\x1bD\x08\x10\x00\tI\n')).toBe(96 + plain);
    expect(left('\x1dL\x60\x00\x1dW\x60\x00\x1ba2I\n')).toBe(192 - 12 + plain);
    expect(
      bench()
        .send('\x1dL\x60\x00\x1dW\x60\x00' + 'A'.repeat(9) + '\n')
        .printer.lastSlip(),
    ).toEqual(['AAAAAAAA', 'A']);
  });

  test('reverse is white on black, upside down is turned, font B is smaller', () => {
    const count = (bytes: string): number => dots(bench().send(bytes).printer).join('').replaceAll('.', '').length;
    expect(count('\x1dB\x01A\n')).toBe(12 * 24 - count('A\n'));
    expect(dots(bench().send('\x1b{\x01L\n').printer)[5].trimEnd()).not.toBe(dots(bench().send('L\n').printer)[5]);
    expect(
      bench()
        .send('\x1bM\x01' + 'A'.repeat(42) + '\n')
        .printer.lastSlip(),
    ).toHaveLength(1);
  });

  test('density shows: lighter is grey, darker runs, normal is black and white', () => {
    const shades = (density: number): number[] => {
      const png = PNG.sync.read(
        bench()
          .send(`\x1d|${String.fromCharCode(density)}I\n`)
          .printer.png(0),
      );
      return [...new Set([...png.data.filter((_, i) => i % 4 === 0)])].sort((a, b) => a - b);
    };
    expect(shades(4)).toEqual([0, 255]);
    expect(shades(0)[0]).toBeGreaterThan(shades(2)[0]);
    expect(shades(2)[0]).toBeGreaterThan(0);
    expect(shades(8)).toHaveLength(3);
    // GS ( K, function 49: lighter; ESC @ sets it back.
    const slip = bench().send('\x1d(K\x02\x001\xfaA\n\x1b@B\n').printer.slips()[0];
    expect(slip.lines.map((line) => line.density)).toEqual([0, 4]);
  });
});

describe('the head', () => {
  const black = (rows: number): string => `\x1dv0\x00\x30\x00${u16(rows)}${'\xff'.repeat(48 * rows)}`;

  test('becomes too hot by solid black, stops, cools by itself, and prints the rest', () => {
    const { printer, world, notes } = bench();
    const wire = { send: () => undefined };
    const image = black(4000);
    let at = 0;
    const feed = (limitMs: number): void => {
      const endUs = world.nowUs + limitMs * 1000;
      while (at < image.length && world.nowUs < endUs) {
        const part = image.slice(at, at + printer.roomBytes());
        at += part.length;
        if (part !== '') printer.onUart(part, wire);
        world.run(50);
      }
    };
    feed(9_000);
    expect(notes).toEqual(['too hot']);
    const before = printer.slips()[0].lines.length;
    feed(5_000);
    expect(printer.slips()[0].lines.length).toBe(before);
    feed(60_000);
    world.run(60_000);
    expect(printer.slips()[0].lines.reduce((sum, line) => sum + line.heightDots, 0)).toBe(4000);
    expect(printer.state.lostBytes).toBe(0);
  });

  test('stays cool over a day of slips, and says that it is hot when it is', () => {
    const { printer, world } = bench();
    for (let i = 0; i < 40; i++) {
      printer.onUart(`${'消费 RMB 1234.56 MERCHANT COPY\n'.replaceAll(/[^\x00-\x7f]/g, '##')}`.repeat(40), {
        send: () => undefined,
      });
      world.run(15_000);
    }
    expect(printer.state.overheated).toBe(false);
    expect(printer.slips().reduce((lines, slip) => lines + slip.lines.length, 0)).toBe(1600);
    const hot = bench();
    hot.world.fault('printer', 'heat');
    hot.send('\x10\x04\x03');
    expect(hot.answers()).toBe('\x52');
  });
});

test('however an image, a code and text are cut into bursts, the paper is the same', () => {
  const whole =
    `\x1b@A\n\x1dv0\x00\x02\x00\x03\x00${packed}` +
    qr('CUT 1') +
    '\x1dkI\x05{B123' +
    `\x1d(L${u16(10 + packed.length)}0p0\x01\x01\x31\x10\x00\x03\x00${packed}\x1d(L\x02\x0002B\n\x1b*\x00\x03\x00abcX\n`;
  const once = bench().send(whole).printer.slips();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      const cut = bench();
      for (let at = 0, i = 0; at < whole.length; i++) {
        const size = sizes[i % sizes.length];
        cut.send(whole.slice(at, at + size));
        at += size;
      }
      expect(cut.printer.slips()).toEqual(once);
    }),
    { numRuns: 40 },
  );
});

test('hostile images and codes: bounded, no throw, and it prints again after ESC @', () => {
  const head = fc.constantFrom(
    '\x1dv0\x00',
    '\x1d(L',
    '\x1d8L',
    '\x1d(k',
    '\x1b*',
    '\x1d*',
    '\x1d/',
    '\x1dk',
    '\x1cq',
    '\x1cg1',
    '\x1dC;',
    '\x1dQ0',
    '\x1bD',
    '\x1dL',
    '\x1dW',
    '\x1b$',
    '\x1b\\',
    '\x1d|',
    '\x1d(K\x02\x00',
    '\x1bJ\xff',
    '\x1bd\xff',
    '\x1d!',
    '\x1b3\xff',
  );
  const tail = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'));
  fc.assert(
    fc.property(fc.array(fc.tuple(head, tail), { maxLength: 20 }), (parts) => {
      const it = bench().send(parts.map((part) => part.join('')).join(''));
      it.printer.slips().forEach((_, i) => it.printer.png(i));
      expect(JSON.stringify(it.printer.state).length).toBeLessThan(1_000_000);
      it.printer.onPower(false);
      it.printer.onPower(true);
      it.printer.onFault('refill', 0);
      expect(it.send('\x1b@OK\n').printer.lastSlip().at(-1)).toBe('OK');
    }),
    { numRuns: 150 },
  );
});

test('a stream that never cuts does not hang to the moon: the slip tears', () => {
  const { printer } = bench({ speedMmPerS: 2000 }).send('\x1b3\xff' + '\x1bd\xff'.repeat(3) + 'A\n');
  expect(printer.slips().length).toBeGreaterThan(1);
  printer.slips().forEach((_, i) => expect(printer.png(i).length).toBeGreaterThan(100));
});

test('unknown commands are skipped by their documented length', () => {
  const commands =
    '\x1cq\x01\x01\x00\x01\x00ABCDEFGH' +
    '\x1cg1\x00\x00\x00\x00\x00\x03\x00ABC' +
    '\x1cg2\x00\x00\x00\x00\x00\x03\x00' +
    '\x1dC0AB' +
    '\x1dC1ABCDEF' +
    '\x1dC2AB' +
    '\x1dC;1;2;3;4;5;' +
    '\x1dg0ABC' +
    '\x1dQ0\x00\x02\x00\x01\x00AB' +
    '\x1b7ABC' +
    '\x1bBAB' +
    '\x1b9A' +
    '\x1dI9' +
    '\x1d(A\x02\x00AB' +
    '\x1bW12345678';
  expect(
    bench()
      .send(commands + 'X\n')
      .printer.text(),
  ).toBe('X\n');
});
