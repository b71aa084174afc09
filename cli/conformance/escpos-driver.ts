/**
 * What a print driver sends for given calls: rows `{calls, expect_hex | expect_error}`. Our driver takes blocks of markup, so
 * only calls that print whole lines, a QR code or a bar code, cut without feeding, or ask for the status have a
 * counterpart. Its own frame around a block (status first, reset, Chinese mode, confirmation last) and the size that it
 * gives every bar code are left out of the comparison, as is the peers' reset.
 */
import iconv from 'iconv-lite';
import type { Clock } from '../../hal/bus';
import { PRINT_BARS, PRINT_CUT, PRINT_QR, type Printer } from '../../hal/devices';
import { createEscPosPrinter } from '../../drivers/escpos-printer';
import { EscPosPrinter } from '../../emulator/devices/escpos-printer';
import { Mcu } from '../../emulator/world/mcu';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import { isRow, unmapped, verdict, type Mapper, type Row, type Verdict } from './verdict';

const PRINT_MS = 30_000;
const questions = ['is_online', 'paper_status'];

/** Every byte that the driver sends while it does `act`. */
function sentBy(act: (printer: Printer) => void): string {
  const world = new World(1);
  const mcu = new Mcu(world);
  const wire = new UartWire(world, mcu, 'printer', 115_200);
  const paper = new EscPosPrinter(world);
  let sent = '';
  paper.connect(wire);
  wire.connect({
    onUart: (bytes) => {
      sent += bytes;
      paper.onUart(bytes, wire);
    },
  });
  mcu.boot((clock: Clock) => act(createEscPosPrinter(wire.host, clock)));
  world.run(PRINT_MS);
  return sent;
}

interface Call {
  readonly name: string;
  readonly list: readonly unknown[];
  readonly options: Row;
}

/** A call in either spelling: `name("text", Printer::CONSTANT)`, or `[name, [arguments], {options}]`. */
function callOf(call: unknown): Call | null {
  if (Array.isArray(call)) {
    const [name, list, options] = call as unknown[];
    return typeof name === 'string' && Array.isArray(list)
      ? { name, list, options: isRow(options) ? options : {} }
      : null;
  }
  if (typeof call !== 'string') return null;
  const [, name, inside] = /^(\w+)\(([^]*)\)$/.exec(call) ?? [];
  if (name === undefined) return null;
  try {
    const list: unknown = JSON.parse(`[${inside.replace(/\bPrinter::(\w+)/g, '"$1"')}]`);
    return Array.isArray(list) ? { name, list, options: {} } : null;
  } catch {
    return { name, list: [null], options: {} };
  }
}

function linesOfText(name: string, argument: unknown): string | null {
  if (name === 'ln') {
    const count = argument ?? 1;
    return Number.isInteger(count) && (count as number) > 0 && (count as number) < 256
      ? '\n'.repeat(count as number)
      : null;
  }
  const line = name === 'textln' ? `${typeof argument === 'string' ? argument : ''}\n` : argument;
  if (typeof line !== 'string') return null;
  // Code tables are the peers' way to other letters; here all is GBK.
  if (name !== 'textChinese' && !/^[\n -~]*$/.test(line)) return null;
  return iconv.encode(line, 'gb18030').toString('latin1');
}

/** Level (name or 0–3), dots of a module and model of a QR code; `null` for what the markup has no word for. */
function qrMarkup(text: unknown, level: unknown, size: unknown, model: unknown): string | null {
  const letter = typeof level === 'number' ? 'LMQH'.charAt(level) : /^QR_ECLEVEL_([LMQH])$/.exec(String(level))?.[1];
  const isSize = Number.isInteger(size) && (size as number) >= 1 && (size as number) <= 9;
  if (typeof text !== 'string' || !letter || !isSize || ![2, 'QR_MODEL_2'].includes(model as number)) return null;
  return /^[ -~]+$/.test(text) ? `${PRINT_QR}${String(size)}${letter}${text}\n` : null;
}

/** Of peers that send no size with each code. */
function barsMarkup(data: unknown, symbology: unknown): string | null {
  if (typeof data !== 'string') return null;
  if (symbology === 'BARCODE_JAN13') return /^\d{12,13}$/.test(data) ? `${PRINT_BARS}E${data}\n` : null;
  return symbology === 'BARCODE_CODE128' && /^\{B[^{]*$/.test(data) ? `${PRINT_BARS}C${data.slice(2)}\n` : null;
}

/** What the driver takes for a call, or `null` where it has nothing like it. */
function markupOf(call: unknown): string | null {
  const parsed = callOf(call);
  if (parsed === null) return null;
  const { name, list, options } = parsed;
  if (['text', 'textln', 'textChinese', 'ln'].includes(name)) return linesOfText(name, list[0]);
  if (name === 'qrCode') return qrMarkup(list[0], list[1] ?? 'QR_ECLEVEL_L', list[2] ?? 3, list[3] ?? 'QR_MODEL_2');
  if (name === 'qr' && options['native'] === true) {
    return qrMarkup(list[0], options['ec'] ?? 0, options['size'] ?? 3, options['model'] ?? 2);
  }
  if (name === 'barcode') return barsMarkup(list[0], list[1]);
  return name === 'cut' && options['feed'] === false && list.length === 0 ? `${PRINT_CUT}\n` : null;
}

function withoutFrame(bytes: string): string {
  return bytes
    .replace(/\x10\x04[^]/g, '')
    .replace(/^\x1b@/, '')
    .replace(/\x1dr\x01$/, '')
    .replace(/\x1dh\x50\x1dw\x02\x1dH\x02(?=\x1dk)/g, '')
    .replace(/\x1c[&.]/g, '');
}

function compareLines(lines: readonly (string | null)[], expected: string): Verdict {
  if (lines.includes(null)) {
    return unmapped('the driver prints lines of text, images, QR codes, EAN-13, Code 128 B and cuts: no such call');
  }
  const block = lines.join('');
  if (!block.endsWith('\n')) return unmapped('text that does not end its line: the driver prints whole lines');
  const sent = sentBy((printer) => printer.start(block, () => undefined));
  return verdict(withoutFrame(sent) === withoutFrame(expected), 'other bytes than expected');
}

export const escposDriverMapper: Mapper = {
  run: (row) => {
    const { calls, expect_hex: hex } = row;
    if (!Array.isArray(calls) || !('expect_hex' in row || 'expect_error' in row)) return null;
    if (typeof hex !== 'string') return unmapped('arguments out of range: the driver has no call that takes any');
    if (!/^(?:[0-9a-f]{2})*$/i.test(hex)) return unmapped('"expect_hex" is no whole bytes of hex');
    const expected = Buffer.from(hex, 'hex').toString('latin1');
    const name = callOf(calls[0])?.name ?? '';
    if (calls.length === 1 && questions.includes(name)) {
      const asked = sentBy((printer) => printer.status(() => undefined));
      return verdict(asked.includes(expected), 'the driver does not ask this');
    }
    return compareLines(calls.map(markupOf), expected);
  },
};
