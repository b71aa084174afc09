/**
 * The work of a sale on the small engine, counted: the same numbers everywhere, and not more than docs/performance.md says. The
 * meter itself computes what any engine does.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Ran = { result: unknown; counts: Record<string, number> };

interface Report {
  first: Record<string, number>;
  second: Record<string, number>;
  start: Record<string, number>;
  programs: [string, Ran][];
}

/** A change that costs more has to say so in the docs. */
const MOST_GROWTH = 1.03;
/** A gain that is not written down could be lost again unseen. */
const LEAST_LEFT = 0.9;
/** Half a second at 150 MHz. */
const LONGEST_PIECE_US = 4500;

let report: Report;
const ran = (name: string): Ran => new Map(report.programs).get(name) as Ran;

beforeAll(() => {
  const script = join(__dirname, 'run-work.mjs');
  report = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' })) as Report;
}, 180_000);

test('the same sources give the same counts', () => {
  expect(report.second).toEqual(report.first);
  expect(Object.keys(report.first)).toEqual(expect.arrayContaining(['work.boot', 'work.PIN', 'work.sale']));
});

function expectAsTold(row: RegExp, found: number | undefined): void {
  const page = readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8');
  const told = row.exec(page)?.[1] ?? '';
  const recorded = parseInt(told.replaceAll(',', ''), 10);
  expect(found).toBeGreaterThan(1000);
  expect(found).toBeLessThanOrEqual(recorded * MOST_GROWTH);
  expect(found).toBeGreaterThanOrEqual(recorded * LEAST_LEFT);
}

test('a sale works no more than docs/performance.md says, and not much less', () => {
  expectAsTold(/^\| work of a stripe sale[^|]*\| *([0-9,]+)/m, report.first['work.sale']);
});

test('a start with a full journal neither, and no piece of it keeps keys and watchdog waiting for long', () => {
  expectAsTold(/^\| work of a start with a journal of 500 sales[^|]*\| *([0-9,]+)/m, report.start['work.boot.full']);
  expect(report.start['work.boot.full.longest']).toBeLessThan(LONGEST_PIECE_US);
});

test.each([
  ['a loop', 3],
  ['an early return', 'three'],
  ['the same without it', 6],
  ['closures', 23],
  ['a function that calls itself', 6],
  ['methods', 7],
  ['callbacks of the engine', '123'],
  ['natives', 74],
  ['logic', 'number'],
  ['loops left early', 9],
  ['a switch', 8],
  ['typed arrays', 444],
])('the meter runs %s', (name, result) => {
  expect(ran(name).result).toBe(result);
});

test('what is not obeyed is read all the same: the rest behind a return is skipped, a condition parsed', () => {
  const early = ran('an early return').counts;
  const whole = ran('the same without it').counts;
  expect(early['skip']).toBeGreaterThan(15);
  expect(early['token']).toBeLessThan(whole['token'] ?? 0);
  expect(ran('logic').counts['dry']).toBeGreaterThan(0);
});

test('calls, passes and natives are counted one by one', () => {
  expect(ran('a loop').counts).toMatchObject({ call: 1, parameter: 1, pass: 3, native: 0 });
  expect(ran('closures').counts).toMatchObject({ call: 3, closure: 2 });
  expect(ran('callbacks of the engine').counts).toMatchObject({ call: 4, native: 1, concat: 3 });
  expect(ran('natives').counts).toMatchObject({ native: 3, argument: 3 });
});
