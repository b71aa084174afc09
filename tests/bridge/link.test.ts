/**
 * The bridge's stream over a console that loses, doubles, flips and invents bytes, and stalls: both ends as they are, the
 * emulated console between them, time by hand. Whatever happens on the wire, each end gets what the other one sent, once, in
 * order, and it comes to an end.
 */
import fc from 'fast-check';
import { createLink, type BoardLink } from '../../drivers/boards/espruino/bridge-link';
import { BOARD_WINDOW, FRAME_DATA_BYTES } from '../../drivers/boards/espruino/bridge-messages';
import { Console } from '../../emulator/board/console';
import { ConsoleReader } from '../../emulator/bridge/console-reader';
import { HostLink } from '../../emulator/bridge/host-link';
import { SeededRandom } from '../../emulator/world/seeded-random';
import { crc32 } from '../../hal/bytes';

const STEP_MS = 5;
const LIMIT_MS = 30 * 60_000;

interface Trouble {
  /** Of a million bytes each. */
  readonly lost: number;
  readonly doubled: number;
  readonly flipped: number;
  readonly invented: number;
  /** Steps that nothing passes, after so many that something does; 0: no stalls. */
  readonly stall: number;
}

const calm: Trouble = { lost: 0, doubled: 0, flipped: 0, invented: 0, stall: 0 };

interface Outcome {
  readonly atBoard: string;
  readonly atHost: string;
  readonly tookMs: number;
  readonly repeats: number;
}

function spoil(bytes: string, trouble: Trouble, random: SeededRandom): string {
  const happens = (rate: number): boolean => random.below(1_000_000) < rate;
  let out = '';
  for (const char of bytes) {
    if (happens(trouble.lost)) continue;
    out += happens(trouble.flipped) ? String.fromCharCode(char.charCodeAt(0) ^ (1 << random.below(8))) : char;
    if (happens(trouble.doubled)) out += char;
    if (happens(trouble.invented)) out += String.fromCharCode(random.below(256));
  }
  return out;
}

/** Sends these pieces, one each step, and gives what came out at both ends. */
function converse(toBoard: readonly string[], toHost: readonly string[], trouble: Trouble, seed: number): Outcome {
  const random = new SeededRandom(seed);
  const session = 1 + (seed % 255);
  const down: string[] = [];
  const up: string[] = [];
  const due: (() => void)[] = [];
  let atBoard = '';
  let atHost = '';
  const machine: { board: BoardLink | null } = { board: null };
  const console = new Console(
    {
      evaluate: (code, done) => {
        const call = /^hil\("([^"]*)"\)$/.exec(code);
        if (call) machine.board?.receive(call[1]);
        else if (code !== '') console.print('Uncaught ReferenceError\n');
        done(call ? { shown: 'undefined', json: '' } : null);
      },
      readFile: () => undefined,
      writeFile: () => undefined,
      identity: () => 'Espruino',
    },
    (bytes) => up.push(bytes),
  );
  machine.board = createLink(
    session,
    {
      crc32,
      fromBase64: (text) => Buffer.from(text, 'base64').toString('latin1'),
      toBase64: (bytes) => Buffer.from(bytes, 'latin1').toString('base64'),
      print: (line) => console.print(`${line}\n`),
      later: (callback) => due.push(callback),
      isBusy: () => false,
    },
    (bytes) => (atBoard += bytes),
  );
  const host = new HostLink(
    session,
    0,
    (text) => down.push(text),
    (bytes) => (atHost += bytes),
  );
  const reader = new ConsoleReader(
    (text) => host.receive(text),
    () => undefined,
  );
  const wanted = [toBoard.join('').length, toHost.join('').length];
  let nowMs = 0;
  for (let step = 0; nowMs < LIMIT_MS; step++, nowMs += STEP_MS) {
    const stands = trouble.stall > 0 && step % (3 * trouble.stall) >= 2 * trouble.stall;
    if (toBoard[step]) host.send(toBoard[step]);
    if (toHost[step]) machine.board.send(toHost[step]);
    for (const callback of due.splice(0)) callback();
    if (!stands) {
      for (const bytes of down.splice(0)) console.receive(spoil(bytes, trouble, random));
      for (const bytes of up.splice(0)) reader.take(spoil(bytes, trouble, random));
    }
    host.tick(nowMs);
    if (step > toBoard.length + toHost.length && atBoard.length >= wanted[0] && atHost.length >= wanted[1]) break;
  }
  return { atBoard, atHost, tookMs: nowMs, repeats: host.repeats };
}

const piece = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 400 })
  .map((codes) => String.fromCharCode(...codes));
const pieces = fc.array(piece, { maxLength: 12 });
const rate = fc.integer({ min: 0, max: 3000 });
const troubles = fc.record({
  lost: rate,
  doubled: rate,
  flipped: rate,
  invented: rate,
  stall: fc.constantFrom(0, 0, 20, 400),
});

test('a quiet wire repeats nothing and wastes no time', () => {
  const text = Array.from({ length: 5000 }, (_, i) => String.fromCharCode(i & 255)).join('');
  const result = converse([text], [text], calm, 1);
  expect(result).toMatchObject({ atBoard: text, atHost: text, repeats: 0 });
  expect(result.tookMs).toBeLessThan(2000);
});

test('whatever a wire loses, doubles, flips and invents: all of it arrives, once, in order', () => {
  fc.assert(
    fc.property(pieces, pieces, troubles, fc.nat(), (toBoard, toHost, trouble, seed) => {
      const result = converse(toBoard, toHost, trouble, seed);
      expect(result.atBoard).toBe(toBoard.join(''));
      expect(result.atHost).toBe(toHost.join(''));
    }),
    { numRuns: 150 },
  );
});

test('frames of another session, damaged ones and rubbish are nothing to either end', () => {
  let taken = '';
  const printed: string[] = [];
  const engine = {
    crc32,
    fromBase64: (text: string) => Buffer.from(text, 'base64').toString('latin1'),
    toBase64: (bytes: string) => Buffer.from(bytes, 'latin1').toString('base64'),
    print: (line: string) => printed.push(line),
    later: () => undefined,
    isBusy: () => false,
  };
  const board = createLink(7, engine, (bytes) => (taken += bytes));
  const statements: string[] = [];
  const other = new HostLink(
    8,
    0,
    (text) => statements.push(text),
    () => undefined,
  );
  other.send('money');
  const text = /hil\("(.*)"\)/.exec(statements[0])?.[1] ?? '';
  for (const rubbish of [text, '', 'A', '====', text.slice(0, -3), 'x'.repeat(5000)]) board.receive(rubbish);
  expect([taken, printed]).toEqual(['', []]);
  const mine = new HostLink(
    7,
    0,
    () => undefined,
    (bytes) => (taken += bytes),
  );
  for (const rubbish of [text, '', 'A', '====', 'x'.repeat(5000)]) mine.receive(rubbish);
  expect([taken, mine.heardMs]).toEqual(['', 0]);
});

test('a board keeps no more unacknowledged than its window; the rest waits', () => {
  const printed: string[] = [];
  const due: (() => void)[] = [];
  const board = createLink(
    1,
    {
      crc32,
      fromBase64: (text) => text,
      toBase64: (bytes) => bytes,
      print: (line) => printed.push(line),
      later: (call) => due.push(call),
      isBusy: () => false,
    },
    () => undefined,
  );
  board.send('x'.repeat(100 * FRAME_DATA_BYTES));
  for (const callback of due.splice(0)) callback();
  expect(printed).toHaveLength(BOARD_WINDOW);
});
