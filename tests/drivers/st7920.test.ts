/**
 * The LCD driver against its chip, and the bytes between them. Bytes: Sitronix ST7920 data sheet V4.0, serial interface
 * (F8 instruction, FA data, two wire bytes a byte), display RAM rows 80, 90, 88, 98.
 */
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { createSt7920 } from '../../drivers/st7920';
import { St7920Lcd } from '../../emulator/devices/st7920';
import { lcdFont, wideGlyphAt } from '../../emulator/fonts/lcd-font';
import { isGb2312 } from '../../emulator/fonts/gb2312';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
import { spiWire } from '../../emulator/world/spi-wire';
import { World } from '../../emulator/world/world';
import { toHex, useNativeBytes, type Bytes, type NativeStrings } from '../../hal/bytes';
import type { Spi } from '../../hal/bus';
import type { Display } from '../../hal/devices';

const gbk = (text: string): Bytes => iconv.encode(text, 'gbk').toString('latin1');

function bench(clockHz = 200_000): {
  world: World;
  lcd: St7920Lcd;
  display: Display;
  spi: Spi;
  wire: Bytes[];
  light: GpioLines;
} {
  const world = new World(1);
  const mcu = new Mcu(world);
  const lcd = new St7920Lcd(world, { clockHz });
  const light = new GpioLines(world, mcu, 'lcd.light', { outputs: 0, inputs: 0 });
  light.connect(lcd);
  mcu.boot(() => {});
  const wire: Bytes[] = [];
  const spi = spiWire(world, mcu, 'lcd', clockHz, lcd);
  const tapped: Spi = {
    transfer: (out, readLengthBytes) => {
      wire.push(out);
      return spi.transfer(out, readLengthBytes);
    },
  };
  const display = createSt7920(tapped, light.host);
  return { world, lcd, display, spi, wire, light };
}

describe('what the driver sends', () => {
  test('initialises by the data sheet, without the slow clear', () => {
    const { wire, lcd } = bench();
    expect(wire.slice(0, 3).map(toHex)).toEqual(['F83000', 'F83000', 'F80060']);
    expect(wire.length).toBe(8);
    expect(toHex(wire[7])).toBe('F800C0');
    expect(lcd.state.overruns).toBe(0);
    expect(lcd.lit()).toBe(true);
  });

  test('a row goes to its place in the interleaved RAM, only the changed cells of it', () => {
    const { display, wire, lcd } = bench();
    wire.length = 0;
    display.row(2, gbk('金额:'));
    expect(toHex(wire[0])).toBe('F88080FAB0D0F000B060E0E030A02000');
    display.row(2, gbk('金额:'));
    expect(wire.length).toBe(1);
    display.row(2, gbk('金额:  1'));
    expect(wire.slice(1).map(toHex)).toEqual(['F880B0FA20003010']);
    expect(lcd.text()).toEqual(['', '', '金额:  1', '']);
  });
});

describe('what a person sees', () => {
  test('four rows of Chinese and ASCII', () => {
    const { display, lcd } = bench();
    ['消费', '请输入金额:', '        12.34', '确认      取消'].forEach((text, row) => display.row(row, gbk(text)));
    expect(lcd.text()).toEqual(['消费', '请输入金额:', '        12.34', '确认      取消']);
    expect(lcd.state.overruns).toBe(0);
  });

  test('Chinese at an odd place moves to the next even column', () => {
    const { display, lcd } = bench();
    display.row(0, gbk('A银行B卡'));
    expect(lcd.text()[0]).toBe('A 银行B 卡');
  });

  test('a character too wide for the rest of the row is left out whole', () => {
    const { display, lcd } = bench();
    display.row(0, gbk('一二三四五六七A八'));
    expect(lcd.text()[0]).toBe('一二三四五六七A');
    display.row(0, gbk('123456789012345中'));
    expect(lcd.text()[0]).toBe('123456789012345');
  });

  test('characters outside GB2312 show as the geta mark, half characters and controls as blanks', () => {
    const { display, lcd } = bench();
    display.row(0, gbk('镕鎔A') + '\xd6');
    expect(lcd.text()[0]).toBe('〓〓A');
    display.row(1, '\x81\x30\x84\x36' + 'B\x00\x1f\x7fC');
    expect(lcd.text()[1]).toBe('〓B   C');
  });

  test('the panel goes dark and keeps its text', () => {
    const { display, lcd } = bench();
    display.row(0, gbk('消费'));
    display.light(false);
    expect([lcd.lit(), lcd.text()[0], lcd.pixels().some((pixel) => pixel !== 0)]).toEqual([false, '', false]);
    display.light(true);
    expect([lcd.lit(), lcd.text()[0]]).toEqual([true, '消费']);
  });

  test('pixels are those of the character ROM: 一 is one bar', () => {
    const { display, lcd } = bench();
    display.row(3, gbk('一'));
    const pixels = lcd.pixels();
    const darkRows = [...Array(64).keys()].filter((y) => pixels.subarray(y * 128, y * 128 + 16).some((pixel) => pixel));
    expect(darkRows.length).toBeLessThanOrEqual(2);
    expect(darkRows[0]).toBeGreaterThanOrEqual(48);
    expect(pixels.reduce((sum, pixel) => sum + pixel, 0)).toBeGreaterThan(10);
  });
});

describe('the chip punishes', () => {
  test('Chinese written from the low half of a cell falls apart', () => {
    const { spi, lcd } = bench();
    // A blank, then the two bytes of 消 (CF FB) across two cells.
    spi.transfer('\xf8\x80\x00\xfa\x20\x00\xc0\xf0\xf0\xb0\x20\x00', 0);
    expect(lcd.text()[0]).not.toContain('消');
    expect(lcd.text()[0]).toContain('�');
  });

  test('bytes faster than the chip can work', () => {
    const { display, lcd } = bench(2_000_000);
    display.row(0, gbk('消费消费消费消费'));
    expect(lcd.state.overruns).toBeGreaterThan(0);
    expect(lcd.text()[0]).not.toBe('消费消费消费消费');
  });

  test('a supply loss: the RAM and the panel are as after a reset', () => {
    const { display, lcd } = bench();
    display.row(0, 'X');
    lcd.onPower(false);
    expect(lcd.text()[0]).toBe('');
    lcd.onPower(true);
    expect([lcd.lit(), lcd.text()[0], lcd.state.ddram[0]]).toEqual([false, '', 0x20]);
  });
});

const anyBytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array).toString('latin1'));

test('hostile text never leaves a broken cell', () => {
  fc.assert(
    fc.property(anyBytes, fc.integer({ min: -1, max: 4 }), (text, row) => {
      const { display, lcd } = bench();
      display.row(row, text);
      expect(lcd.text().join('')).not.toContain('�');
    }),
  );
});

/** What an engine's own calls would do. */
const natives: NativeStrings = {
  array: (bytes) => new Uint8Array(Buffer.from(bytes, 'latin1')),
  lookUp: (from, to, table, bits) => {
    const parts = bits === 4 ? [...from].flatMap((byte) => [byte >> 4, byte & 15]) : [...from];
    parts.forEach((part, at) => (to[at] = table ? table[part] : part));
  },
  dot: (a, b) => [...a].reduce((sum, one, at) => sum + one * b[at], 0),
  text: (bytes) => Buffer.from(bytes).toString('latin1'),
  view: (bytes) => new Uint8Array(Buffer.from(bytes, 'latin1')).buffer,
};

test.each([
  ['by itself', {}],
  ["with an engine's own calls", natives],
])('any two bytes in any cell are either shown as they are or made fit, %s', (_name, own) => {
  const isShown = (lead: number, trail: number): boolean =>
    lead >= 0x20 && lead <= 0x7e
      ? trail >= 0x20 && trail <= 0x7e
      : lead >= 0xa1 && lead <= 0xf7 && trail >= 0xa1 && trail < 0xff;
  useNativeBytes(own);
  const ram = ' '.repeat(16).split('');
  const spi: Spi = {
    transfer: (out) => {
      if (out.length < 4) return '';
      const from = ((out.charCodeAt(2) >> 4) & 7) * 2;
      for (let at = 4; at + 1 < out.length; at += 2) {
        ram[from + (at - 4) / 2] = String.fromCharCode(out.charCodeAt(at) | (out.charCodeAt(at + 1) >> 4));
      }
      return '';
    },
  };
  try {
    const display = createSt7920(spi, { write: () => {}, read: () => 0, onChange: () => {} });
    for (let pair = 0; pair < 65536; pair++) {
      const cell = pair % 8;
      const text = String.fromCharCode(pair >> 8, pair & 255);
      display.row(0, 'ab'.repeat(cell) + text + 'c');
      const [shown, rest] = [ram.slice(2 * cell, 2 * cell + 2).join(''), ram.join('')];
      const wanted = isShown(pair >> 8, pair & 255) ? ('ab'.repeat(cell) + text + 'c').padEnd(16).slice(0, 16) : rest;
      if (rest !== wanted || !isShown(shown.charCodeAt(0), shown.charCodeAt(1))) {
        throw new Error(`${toHex(text)} in cell ${cell} shows as ${toHex(rest)}`);
      }
    }
  } finally {
    useNativeBytes({});
  }
});

test('hostile bytes on the wire: the chip stays a chip', () => {
  fc.assert(
    fc.property(anyBytes, (wire) => {
      const { spi, lcd, display } = bench();
      spi.transfer(wire, 2);
      expect(lcd.text().length).toBe(4);
      lcd.onPower(false);
      lcd.onPower(true);
      spi.transfer('\xf8\x30\x00', 0);
      display.light(true);
      display.row(1, 'x');
      expect(lcd.text()[1]).toBe('x');
    }),
  );
});

test('GB2312 has its 7,445 characters, and the ROM a glyph for each', () => {
  let count = 0;
  const empty: number[] = [];
  for (let code = 0xa1a1; code <= 0xf7fe; code++) {
    if (!isGb2312(code)) continue;
    count++;
    const at = wideGlyphAt(code);
    if (
      !lcdFont()
        .table.subarray(at, at + 32)
        .some((byte) => byte !== 0)
    )
      empty.push(code);
  }
  expect(count).toBe(7445);
  expect(empty).toEqual([0xa1a1]);
});

test('a snapshot carries the picture into another World', () => {
  const first = bench();
  first.display.row(0, gbk('消费'));
  const second = bench();
  second.world.restore(first.world.snapshot());
  expect(second.lcd.text()[0]).toBe('消费');
});
