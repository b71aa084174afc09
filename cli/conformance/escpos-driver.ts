/**
 * What a print driver sends for given calls: rows `{calls, expect_hex | expect_error}`. Our driver takes blocks of text, so
 * only calls that print whole lines, or ask for the status, have a counterpart. Its own frame around a block (status first,
 * reset, Chinese mode, confirmation last) is left out of the comparison, as is the peers' reset.
 */
import iconv from 'iconv-lite';
import type { Clock } from '../../hal/bus';
import type { Printer } from '../../hal/devices';
import { createEscPosPrinter } from '../../drivers/escpos-printer';
import { EscPosPrinter } from '../../emulator/devices/escpos-printer';
import { Mcu } from '../../emulator/world/mcu';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import { unmapped, verdict, type Mapper, type Verdict } from './verdict';

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

/** A call in either spelling: `name("text")`, or `[name, [arguments], {options}]`. */
function callOf(call: unknown): { name: string; argument: unknown } | null {
  if (Array.isArray(call)) {
    const [name, list] = call as unknown[];
    return typeof name === 'string' && Array.isArray(list) ? { name, argument: list[0] } : null;
  }
  if (typeof call !== 'string') return null;
  const [, name, inside] = /^(\w+)\(([^]*)\)$/.exec(call) ?? [];
  if (name === undefined) return null;
  try {
    return { name, argument: inside === '' ? undefined : (JSON.parse(inside) as unknown) };
  } catch {
    return { name, argument: null };
  }
}

/** GBK text with its line ends, or `null` for a call that prints no plain text. */
function textOf(call: unknown): string | null {
  const parsed = callOf(call);
  if (parsed === null) return null;
  const { name, argument } = parsed;
  if (name === 'ln') {
    const count = argument ?? 1;
    return Number.isInteger(count) && (count as number) > 0 && (count as number) < 256
      ? '\n'.repeat(count as number)
      : null;
  }
  const line = name === 'textln' ? `${typeof argument === 'string' ? argument : ''}\n` : argument;
  if (!['text', 'textln', 'textChinese'].includes(name) || typeof line !== 'string') return null;
  // Code tables are the peers' way to other letters; here all is GBK.
  if (name !== 'textChinese' && !/^[\n -~]*$/.test(line)) return null;
  return iconv.encode(line, 'gb18030').toString('latin1');
}

function withoutFrame(bytes: string): string {
  return bytes
    .replace(/\x10\x04[^]/g, '')
    .replace(/^\x1b@/, '')
    .replace(/\x1dr\x01$/, '')
    .replace(/\x1c[&.]/g, '');
}

function compareText(texts: readonly (string | null)[], expected: string): Verdict {
  if (texts.includes(null))
    return unmapped('the driver prints lines of text, sizes, the middle and cuts: no such call');
  const block = texts.join('');
  if (!block.endsWith('\n')) return unmapped('text that does not end its line: the driver prints whole lines');
  const sent = sentBy((printer) => printer.start(block, () => undefined));
  return verdict(withoutFrame(sent) === withoutFrame(expected), 'other bytes than expected');
}

export const escposDriverMapper: Mapper = {
  run: (row) => {
    const { calls, expect_hex: hex } = row;
    if (!Array.isArray(calls) || !('expect_hex' in row || 'expect_error' in row)) return null;
    if (typeof hex !== 'string') return unmapped('arguments out of range: the driver has no call that takes any');
    const expected = Buffer.from(hex, 'hex').toString('latin1');
    const name = callOf(calls[0])?.name ?? '';
    if (calls.length === 1 && questions.includes(name)) {
      const asked = sentBy((printer) => printer.status(() => undefined));
      return verdict(asked.includes(expected), 'the driver does not ask this');
    }
    return compareText(calls.map(textOf), expected);
  },
};
