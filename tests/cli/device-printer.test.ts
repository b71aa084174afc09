/**
 * `cupos device printer`: other people's ESC/POS libraries print on it over TCP, as on a network printer, and what they wrote
 * is read back from the pictures. python-escpos too where Python has it (`pip install python-escpos`; CI does).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CharacterSet, PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { PNG } from 'pngjs';
import { servePrinter, type PrinterServer } from '../../cli/devices/printer-server';
import { main } from '../../cli/main';
import { readCode } from '../support/code-reader';

jest.setTimeout(60_000);

let outDir = '';
let said: string[] = [];
let server: PrinterServer;

beforeEach(async () => {
  outDir = mkdtempSync(join(tmpdir(), 'cupos-slips-'));
  said = [];
  server = await servePrinter({ port: 0, host: '127.0.0.1', outDir, say: (line) => said.push(line) });
});

afterEach(async () => {
  await server.close();
  rmSync(outDir, { recursive: true, force: true });
});

const files = (): string[] => readdirSync(outDir).sort();
const slip = (index: number): Buffer => readFileSync(join(outDir, files()[index]));

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise(setImmediate);
}

/** Sends and closes, as a job does; gives what the printer answered. */
function job(bytes: Uint8Array | string): Promise<string> {
  return new Promise((done, reject) => {
    let answer = '';
    const socket = net.connect(server.port, '127.0.0.1', () =>
      socket.end(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    );
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => done(answer));
  });
}

/** Part of a slip as a picture of its own: a reader takes one code at a time. */
function part(png: Buffer, from: number, to: number): Buffer {
  const all = PNG.sync.read(png);
  const some = new PNG({ width: all.width, height: Math.min(to, all.height) - from });
  PNG.bitblt(all, some, 0, from, all.width, some.height, 0, 0);
  return PNG.sync.write(some);
}

/** Rows on which there is something, as runs `[first, last]`. */
function blocks(png: Buffer): [number, number][] {
  const { width, height, data } = PNG.sync.read(png);
  const found: [number, number][] = [];
  for (let y = 0; y < height; y++) {
    let black = false;
    for (let x = 0; x < width && !black; x++) black = data[(y * width + x) * 4] < 128;
    if (!black) continue;
    const last = found.at(-1);
    if (last && last[1] === y - 1) last[1] = y;
    else found.push([y, y]);
  }
  return found;
}

/** The codes of a slip, from top to bottom. */
function codes(png: Buffer): string[] {
  return blocks(png).flatMap(([first, last]) => {
    try {
      return last - first > 30 ? [readCode(part(png, first, last + 1)).text] : [];
    } catch {
      return [];
    }
  });
}

const chequers = new PNG({ width: 96, height: 48 });
for (let y = 0; y < 48; y++) {
  for (let x = 0; x < 96; x++)
    chequers.data.set(((x >> 3) + (y >> 3)) & 1 ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * 96 + x) * 4);
}

/** Rows of an 8×8 chequer board of 96 dots somewhere in a picture. */
function hasChequers(png: Buffer): boolean {
  const { width, height, data } = PNG.sync.read(png);
  const rows: string[] = [];
  for (let y = 0; y < height; y++) {
    rows.push(Array.from({ length: width }, (_, x) => (data[(y * width + x) * 4] < 128 ? '1' : '0')).join(''));
  }
  const [even, odd] = [`${'0'.repeat(8)}${'1'.repeat(8)}`.repeat(6), `${'1'.repeat(8)}${'0'.repeat(8)}`.repeat(6)];
  const first = rows.findIndex(
    (row, y) => y > 0 && row.includes(odd.slice(0, 88)) && rows[y - 8]?.includes(even.slice(8)),
  );
  return first > 0;
}

test('node-thermal-printer: Chinese, an image, a QR code, a bar code, a cut', async () => {
  const printer = new ThermalPrinter({
    type: PrinterTypes.EPSON,
    interface: `tcp://127.0.0.1:${server.port}`,
    characterSet: CharacterSet.CHINA,
    width: 32,
  });
  printer.alignCenter();
  printer.setTextDoubleHeight();
  printer.println('咖啡馆');
  printer.setTextNormal();
  printer.drawLine();
  await printer.printImageBuffer(PNG.sync.write(chequers));
  printer.newLine();
  printer.printQR('https://example.org/r/1', { cellSize: 6, correction: 'M', model: 2 });
  printer.newLine();
  printer.printBarcode('690123456789', 67, { hriPos: 2, width: 2, height: 60, hriFont: 0 });
  printer.newLine();
  printer.cut();
  await printer.execute();
  await until(() => files().length === 1);
  expect(files()).toEqual(['slip-0001.png']);
  expect(hasChequers(slip(0))).toBe(true);
  expect(codes(slip(0))).toEqual(['https://example.org/r/1', '6901234567892']);
  expect(said.every((line) => /slip-0001\.png: \d+ mm$/.test(line))).toBe(true);
});

/** The calls that the test makes. Its own types are those of an ES module, which a CommonJS test cannot import. */
interface Encoder {
  initialize(): Encoder;
  codepage(name: string): Encoder;
  align(where: string): Encoder;
  line(text: string): Encoder;
  rule(): Encoder;
  image(image: object, width: number, height: number, algorithm: string): Encoder;
  newline(): Encoder;
  qrcode(text: string, options: object): Encoder;
  barcode(text: string, symbology: string, options: object): Encoder;
  cut(kind: string): Encoder;
  encode(): Uint8Array;
}
const ReceiptPrinterEncoder = require('@point-of-sale/receipt-printer-encoder') as new (options: object) => Encoder;

test('what would show on paper and is not in this printer is named', async () => {
  await job('\x1b@\x1bL\x1bV\x00\x1bV\x01A\n\x1b&\x03AA\x00\x1bK\x10\x1be\x02\x1cp\x01\x00\x1dVA\x00');
  await until(() => files().length === 1);
  const what = ['ESC L, page mode', 'ESC V, turning by 90°', "ESC &, characters of one's own"];
  what.push('ESC K, feeding backwards', 'ESC e, feeding backwards', 'FS p, an image stored before');
  expect(said.slice(0, -1)).toEqual(what.map((name) => `skipped: ${name}`));
});

test('receipt-printer-encoder: code tables chosen by itself, both ways of images, codes', async () => {
  for (const imageMode of ['raster', 'column'] as const) {
    const encoder = new ReceiptPrinterEncoder({
      language: 'esc-pos',
      columns: 32,
      codepageMapping: 'epson',
      imageMode,
    });
    const image = { width: 96, height: 48, data: new Uint8ClampedArray(chequers.data) };
    const bytes = encoder
      .initialize()
      .codepage('auto')
      .align('center')
      .line('Žluťoučký kůň café')
      .rule()
      .image(image, 96, 48, 'threshold')
      .newline()
      .qrcode('QR TEXT 123', { model: 2, size: 6, errorlevel: 'm' })
      .newline()
      .barcode('9638507', 'ean8', { height: 60, width: 2, text: true })
      .newline()
      .cut('partial')
      .encode();
    await job(bytes);
  }
  await until(() => files().length === 2);
  for (const index of [0, 1]) {
    expect(hasChequers(slip(index))).toBe(true);
    expect(codes(slip(index))).toEqual(['QR TEXT 123', '96385074']);
  }
});

const python = ['python3', ...(process.env['CUPOS_PYTHON'] ? [process.env['CUPOS_PYTHON']] : [])]
  .reverse()
  .find((command) => spawnSync(command, ['-c', 'import escpos, PIL'], { stdio: 'ignore' }).status === 0);
if (!python)
  console.warn('SKIPPED: python-escpos prints on the printer: no Python with it (pip install python-escpos)');

(python ? test : test.skip)('python-escpos: three ways of images, native codes, questions', async () => {
  const script = join(outDir, 'print.py');
  writeFileSync(
    script,
    [
      'import sys',
      'from escpos.printer import Network',
      'from PIL import Image',
      'p = Network("127.0.0.1", port=int(sys.argv[1]), timeout=10)',
      'image = Image.open(sys.argv[2])',
      'for way in ("bitImageRaster", "graphics", "bitImageColumn"):',
      '    p.image(image, impl=way)',
      '    p.text("\\n")',
      'p.set(align="center")',
      'p.qr("python QR", native=True, size=6)',
      'p.text("\\n")',
      'p.barcode("4006381333931", "EAN13", height=64, width=2)',
      'p.text("\\n")',
      'p.barcode("{BCUPOS", "CODE128", height=64, width=2, function_type="B")',
      'print(p.is_online(), p.paper_status())',
      'p.cut()',
      'p.close()',
    ].join('\n'),
  );
  const picture = join(outDir, 'chequers.png');
  writeFileSync(picture, PNG.sync.write(chequers));
  const { spawn } = await import('node:child_process');
  const run = spawn(python as string, [script, String(server.port), picture]);
  let out = '';
  run.stdout.on('data', (data: Buffer) => (out += data.toString()));
  const status = await new Promise((done) => run.on('close', done));
  expect([status, out.trim().split('\n').at(-1)]).toEqual([0, 'True 2']);
  await until(() => files().includes('slip-0001.png'));
  const png = readFileSync(join(outDir, 'slip-0001.png'));
  expect(blocks(png).filter(([first, last]) => last - first === 47)).toHaveLength(3);
  expect(codes(png)).toEqual(['python QR', '4006381333931', 'CUPOS']);
});

test('questions are answered to whoever asked', async () => {
  expect(await job('\x10\x04\x01\x1dI\x43')).toBe('\x12_CUPOS 58\0');
});

test('without paper bytes wait, and come out of the new roll; the typed line says how many', async () => {
  expect(server.fault('paper 1')).toBe('paper: nothing waits');
  const sent = job('line\n'.repeat(1_200) + '\x1dV\x00');
  await until(() => said.includes('paper out'));
  expect(files()).toEqual([]);
  expect(server.fault('refill')).toMatch(/^refill: /);
  await sent;
  await until(() => files().length > 0);
  expect(server.fault('fire')).toContain('there are paper, refill, cover');
  expect(server.fault('paper many')).toContain('no such fault');
});

test('jobs print one after the other, whole; one that does not cut is torn off', async () => {
  await Promise.all(['A', 'B', 'C'].map((letter) => job(`${letter}\n`.repeat(20))));
  await until(() => files().length === 3);
  expect(new Set(files().map((_, i) => blocks(slip(i)).length)).size).toBe(1);
});

test('slips of an earlier run stay', async () => {
  writeFileSync(join(outDir, 'slip-0041.png'), 'kept');
  const again = await servePrinter({ port: 0, host: '127.0.0.1', outDir, say: () => undefined });
  await new Promise((done) => net.connect(again.port, '127.0.0.1').end('A\n').on('close', done).resume());
  await until(() => files().includes('slip-0042.png'));
  await again.close();
  expect(slip(0).toString()).toBe('kept');
});

test('what does not come out is said, and blank paper is no slip', async () => {
  await job('\n\n\x1dV\x00\x1dw\x06\x1dkI\x0e{B123456789012\n');
  expect(said).toEqual([expect.stringMatching(/^not printed: a bar code of \d+ dots does not fit$/)]);
  expect(files()).toEqual([]);
});

test('a stream that never ends its command, or never cuts, stays bounded', async () => {
  await job('\x1d8L\xff\xff\xff\x7f0p0\x01\x01' + 'x'.repeat(300_000));
  await job('\x1b@' + '\n'.repeat(1_500) + 'end\n');
  await until(() => files().length > 0);
});

describe('wrong use is one line', () => {
  let err = '';
  beforeEach(() => {
    err = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  });
  afterEach(() => jest.restoreAllMocks());

  test.each([
    [['--tcp', '99999'], 2, '--tcp must be a whole number from 0 to 65535'],
    [['--tcp', '0', '--host', ''], 2, '--host takes an address'],
    [['--tcp', '0', '--out', ' '], 2, '--out takes a directory'],
    [['--tcp', '0', '--out', join(__filename, 'x')], 1, 'cannot be made'],
  ])('%j', async (options, status, words) => {
    expect(await main(['device', 'printer', ...options])).toBe(status);
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a port that is taken', async () => {
    const out = join(outDir, 'other');
    expect(await main(['device', 'printer', '--tcp', String(server.port), '--out', out])).toBe(1);
    expect(err).toContain(`cannot listen on 127.0.0.1:${server.port}`);
    expect(existsSync(out)).toBe(true);
  });
});
