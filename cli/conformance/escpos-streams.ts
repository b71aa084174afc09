/**
 * Print streams: rows `{data: base64, expect: {ops, text}}`. The printer's parser must find the same commands, and the
 * fake printer, fed in pieces, must put every line of text and every QR code on paper, in order. What the paper looks like
 * is not compared, nor text beyond ASCII: it depends on code tables, and this printer has GB18030 instead.
 */
import { isDeepStrictEqual } from 'node:util';
import { EscPosPrinter } from '../../emulator/devices/escpos-printer';
import { Mcu } from '../../emulator/world/mcu';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import { tokensOf, type Token } from './escpos-tokens';
import { failed, isRow, passed, unmapped, verdict, type Mapper, type Verdict } from './verdict';

/** An odd size, so that every command is torn somewhere. */
const PIECE_BYTES = 61;
/** A driver with flow control stops here. */
const FULL_BYTES = 2048;
const BAUD = 115_200;
/** Longer than any stream of this size takes to print. */
const CALM_MS = 120_000;

/** Commands whose parameters the two lists write alike; of others the name alone counts. */
const compared = /^(?:TEXT|LF|ESC [@!EadeGMtp\-%&{23J]|GS [kVhHwLW!Bb]|GS v 0|GS \( [kL].*)$/;

function sameToken(ours: Token, theirs: unknown): boolean {
  if (!Array.isArray(theirs)) return false;
  const [name] = theirs as unknown[];
  if (typeof name !== 'string') return false;
  return compared.test(name) ? isDeepStrictEqual([...ours], theirs) : name.startsWith(ours[0]);
}

function compareOps(stream: string, ops: readonly unknown[]): Verdict {
  const tokens = tokensOf(stream);
  if (tokens === null) return failed('the parser still waits for the end of a command');
  const at = ops.findIndex((op, i) => i >= tokens.length || !sameToken(tokens[i], op));
  if (at >= 0) return failed(`command ${at + 1}: ${tokens[at]?.[0] ?? 'nothing'}, ${nameOf(ops[at])} expected`);
  return tokens.length === ops.length ? passed : failed(`${tokens.length} commands, ${ops.length} expected`);
}

function nameOf(op: unknown): string {
  return Array.isArray(op) && typeof op[0] === 'string' ? op[0] : 'something else';
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, '');
}

interface Printed {
  readonly text: string;
  /** What the QR codes on paper say, in order. */
  readonly codes: readonly string[];
  /** Codes that it said it could not print. */
  readonly refused: number;
}

/** All that is on paper once the printer has nothing left to do. */
function print(stream: string): Printed {
  const world = new World(1);
  const mcu = new Mcu(world);
  const wire = new UartWire(world, mcu, 'printer', BAUD);
  const printer = new EscPosPrinter(world);
  printer.connect(wire);
  mcu.boot(() => undefined);
  let refused = 0;
  world.timeline.listen(({ direction, text }) => {
    if (direction === 'note' && /^not printed: .*(?:QR code|beginning of a line)/.test(text)) refused++;
  });
  const isCalm = (): boolean => wire.state.leaving.length === 0 && printer.state.input.length < FULL_BYTES;
  for (let at = 0; at < stream.length; at += PIECE_BYTES) {
    wire.host.write(stream.slice(at, at + PIECE_BYTES));
    world.runUntilReached(isCalm, CALM_MS);
  }
  // A stream may leave its last line unfinished.
  wire.host.write('\n');
  world.run(CALM_MS);
  const lines = printer.slips().flatMap((slip) => slip.lines);
  const codes = lines.flatMap(({ code }) => (code?.kind === 'qr' ? [code.text] : []));
  return { text: printer.text(), codes, refused };
}

/** What the QR codes of a stream say: stored by one command (80), printed by another (81). */
function codesOf(tokens: readonly Token[]): string[] {
  let stored = '';
  return tokens.flatMap(([name, family, does, rest]) => {
    if (name !== 'GS ( k' || family !== 49) return [];
    if (does === 80) stored = String(rest).slice(1);
    return does === 81 ? [stored] : [];
  });
}

/** Those that fit are there, in order; of the others the printer said so. */
function compareCodes({ codes, refused }: Printed, expected: readonly string[]): Verdict {
  let at = 0;
  for (const code of codes) {
    const found = expected.indexOf(code, at);
    if (found < 0) return failed('a QR code on paper says something else');
    at = found + 1;
  }
  return verdict(codes.length + refused >= expected.length, 'a QR code is not on paper');
}

/** Lines of text that must come out: as the row tells them, or else as the commands do. Only those of plain ASCII. */
function linesOf(text: unknown, ops: readonly unknown[]): string[] {
  const isPlain = (line: string): boolean => line !== '' && /^[ -~]+$/.test(line);
  if (typeof text === 'string') return text.split('\n').map(withoutBlanks).filter(isPlain);
  const hexes = ops.flatMap((op) => (Array.isArray(op) && op[0] === 'TEXT' ? [String(op[1])] : []));
  return hexes.map((hex) => withoutBlanks(Buffer.from(hex, 'hex').toString('latin1'))).filter(isPlain);
}

function comparePaper(printed: Printed, lines: readonly string[]): Verdict {
  const paper = withoutBlanks(printed.text);
  let at = 0;
  for (let i = 0; i < lines.length; i++) {
    const found = paper.indexOf(lines[i], at);
    if (found < 0) return failed(`line ${i + 1} of the text is not on paper`);
    at = found + lines[i].length;
  }
  return passed;
}

export const escposStreamMapper: Mapper = {
  run: (row) => {
    const { data, expect } = row;
    if (typeof data !== 'string' || !isRow(expect) || !('ops' in expect || 'text' in expect)) return null;
    const stream = Buffer.from(data, 'base64').toString('latin1');
    const ops: unknown = expect['ops'] ?? [];
    if (!Array.isArray(ops)) return unmapped('"ops" is no list');
    const commands = ops.length === 0 ? passed : compareOps(stream, ops);
    if (commands.result !== 'passed') return commands;
    const tokens = tokensOf(stream) ?? [];
    const printed = print(stream);
    const codes = compareCodes(printed, codesOf(tokens));
    if (codes.result !== 'passed') return codes;
    // Bytes beyond ASCII take the byte behind them along, where two make a character: the peers' code tables do not.
    const isAscii = !tokens.some(([name, hex]) => name === 'TEXT' && /^(?:..)*[89A-F]/.test(String(hex)));
    return isAscii ? comparePaper(printed, linesOf(expect['text'], ops)) : commands;
  },
};
