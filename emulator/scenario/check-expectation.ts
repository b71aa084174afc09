/** Compares what must be true with what is; tells the first difference in a sentence. */
import type { Terminal } from '../terminal';
import type { Expectation } from './scenario';
import { yuanOf } from './values';

function lacking(wanted: readonly string[], text: string): string | undefined {
  return wanted.find((one) => !text.includes(one));
}

function present(unwanted: readonly string[], text: string): string | undefined {
  return unwanted.find((one) => text.includes(one));
}

function checkScreens(terminal: Terminal, expectation: Expectation): string {
  const { pixels, beeps } = expectation;
  const screen = terminal.lcd.text();
  const missing = lacking(expectation.screen, screen);
  if (missing !== undefined) return `the screen does not say "${missing}"`;
  const wrong = present(expectation.noScreen, screen);
  if (wrong !== undefined) return `the screen says "${wrong}"`;
  const pad = terminal.pinpad.rows().join('\n');
  const unsaid = lacking(expectation.pinpad, pad);
  if (unsaid !== undefined) return `the PIN pad does not say "${unsaid}"`;
  const shown = pixels === undefined ? pixels : terminal.lcd.fingerprint();
  if (shown !== pixels) return `the pixels of the screen are ${shown}, not ${pixels}`;
  const heard = terminal.inside.buzzer.count();
  return beeps === undefined || heard === beeps ? '' : `it beeped ${heard} times, not ${beeps}`;
}

function checkState(terminal: Terminal, { idle, lit, power }: Expectation): string {
  if (idle !== undefined && terminal.isIdle() !== idle) return `the terminal is ${idle ? 'not ' : ''}idle`;
  if (lit !== undefined && terminal.lcd.isLit() !== lit) return `the screen is ${lit ? 'dark' : 'lit'}`;
  if (power !== undefined && terminal.isOn !== (power === 'on')) return `the power is ${terminal.isOn ? 'on' : 'off'}`;
  return '';
}

function checkPaper(terminal: Terminal, { slips, slip, noSlip, slipNumber }: Expectation): string {
  const count = terminal.paper.slips().length;
  if (slips !== undefined && count !== slips) return `${count} slips came out, not ${slips}`;
  if (slip.length === 0 && noSlip.length === 0) return '';
  const number = slipNumber ?? count;
  const text = terminal.paper.slip(number);
  const missing = lacking(slip, text);
  if (missing !== undefined) return `slip ${number} of ${count} does not say "${missing}"`;
  const wrong = present(noSlip, text);
  return wrong === undefined ? '' : `slip ${number} of ${count} says "${wrong}"`;
}

function differs(what: string, actual: readonly string[], wanted: readonly string[] | undefined): string {
  if (wanted === undefined || (actual.length === wanted.length && actual.every((one, i) => one === wanted[i])))
    return '';
  const said = (lines: readonly string[]): string => (lines.length === 0 ? 'nothing' : lines.join(', '));
  return `the ${what} holds ${said(actual)}; expected ${said(wanted)}`;
}

function checkCenter({ center }: Terminal, { balances, ledger, exchanges }: Expectation): string {
  for (const [card, balanceFen] of balances) {
    const actualFen = center.balanceFen(card);
    if (actualFen !== balanceFen) return `the balance of ${card} is ${yuanOf(actualFen)}, not ${yuanOf(balanceFen)}`;
  }
  const postings = ledger && center.ledger().map((row) => `${row.kind} ${row.card} ${yuanOf(row.amountFen)}`);
  const answered = exchanges && center.exchanges().map((row) => `${row.mti} ${row.code}`);
  return differs('ledger', postings ?? [], ledger) || differs("center's list", answered ?? [], exchanges);
}

function checkTimeline(terminal: Terminal, { timeline, noTimeline }: Expectation): string {
  if (timeline.length === 0 && noTimeline.length === 0) return '';
  const pieces = terminal.timeline.described();
  const text = pieces.map((piece) => `${piece.wire} ${piece.direction} ${piece.text}`).join('\n');
  const missing = lacking(timeline, text);
  if (missing !== undefined) return `the timeline does not hold "${missing}"`;
  const wrong = present(noTimeline, text);
  return wrong === undefined ? '' : `the timeline holds "${wrong}"`;
}

/** '' when all of it is true. */
export function checkExpectation(terminal: Terminal, expectation: Expectation): string {
  return (
    checkState(terminal, expectation) ||
    checkScreens(terminal, expectation) ||
    checkPaper(terminal, expectation) ||
    checkCenter(terminal, expectation) ||
    checkTimeline(terminal, expectation)
  );
}
