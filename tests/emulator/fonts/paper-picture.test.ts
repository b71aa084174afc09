/** Slips as pictures: every character is a glyph, none is a box, and the dots are where the printer puts them. */
import iconv from 'iconv-lite';
import { PNG } from 'pngjs';
import { EscPosPrinter } from '../../../emulator/devices/escpos-printer';
import { paperGlyph } from '../../../emulator/fonts/paper-font';
import { World } from '../../../emulator/world/world';
import { UartWire } from '../../../emulator/world/uart-wire';
import { Mcu } from '../../../emulator/world/mcu';

/** Black pixels of a slip, as rows of booleans. */
function picture(text: string): { width: number; height: number; black: (x: number, y: number) => boolean } {
  const world = new World(1);
  const printer = new EscPosPrinter(world);
  printer.onUart(
    iconv.encode(text, 'gb18030').toString('latin1'),
    new UartWire(world, new Mcu(world), 'printer', 115_200),
  );
  world.run(60_000);
  const png = PNG.sync.read(printer.png(0));
  return { width: png.width, height: png.height, black: (x, y) => png.data[(y * png.width + x) * 4] === 0 };
}

function blackColumns(of: ReturnType<typeof picture>): number[] {
  const columns = [];
  for (let x = 0; x < of.width; x++) {
    for (let y = 0; y < of.height; y++) {
      if (of.black(x, y)) {
        columns.push(x);
        break;
      }
    }
  }
  return columns;
}

test('384 dots wide, as high as the paper moved', () => {
  const { width, height } = picture('一\n二\n\x1d!\x01三\n');
  expect([width, height]).toEqual([384, 30 + 30 + 48 + 16]);
});

test('a character stays in its cell; double size takes twice the width', () => {
  const normal = blackColumns(picture('国\n'));
  const double = blackColumns(picture('\x1d!\x11国\n'));
  expect(Math.max(...normal)).toBeLessThan(24);
  expect(Math.max(...double)).toBeGreaterThan(40);
  expect(Math.max(...double)).toBeLessThan(48);
});

test('a centred line is in the middle, a right one at the edge', () => {
  const centred = blackColumns(picture('\x1ba\x01国\n'));
  const right = blackColumns(picture('\x1ba\x02国\n'));
  expect((Math.min(...centred) + Math.max(...centred)) / 2).toBeGreaterThan(188);
  expect((Math.min(...centred) + Math.max(...centred)) / 2).toBeLessThan(196);
  expect(Math.min(...right)).toBeGreaterThanOrEqual(360);
});

test('characters that Noto lacks have a glyph of their own too', () => {
  const seen = new Set<string>();
  const characters = [...'劐阢坶塥蒈蓰猸弪艴骣桊轷戤乊乑乕ⅢΩβ┵╉镕喆'];
  for (const character of characters) {
    const glyph = paperGlyph(character);
    expect([character, glyph.some((dot) => dot === 1)]).toEqual([character, true]);
    seen.add(glyph.join(''));
  }
  expect(seen.size).toBe(characters.length);
});

test('every printable ASCII character differs from every other', () => {
  const seen = new Set<string>();
  for (let code = 0x20; code < 0x7f; code++) seen.add(paperGlyph(String.fromCharCode(code)).join(''));
  expect(seen.size).toBe(95);
});

test('characters outside the basic plane and broken bytes are drawn without harm', () => {
  expect(() => picture('𠀀🙂\n')).not.toThrow();
  const world = new World(1);
  const printer = new EscPosPrinter(world);
  printer.onUart('\xff\x80\xd6 \x81\x30A\n', new UartWire(world, new Mcu(world), 'printer', 115_200));
  expect(printer.png(0).length).toBeGreaterThan(100);
  expect(() => printer.png(1)).toThrow('there is no slip 1');
});
