/**
 * Power cuts, exhaustively: a story runs once; at every flash operation that changes anything the World is forked, the
 * operation left out, torn or done, the power taken, and the fork lives on: it boots, settles what it owes, sells once
 * more, and every money rule is checked. The center is shared: its work in a fork is undone by a savepoint.
 */
import type { FlashOperation } from '../devices/spi-nor';
import { cards, Terminal } from '../terminal';
import type { TerminalWorldOptions } from '../terminal-world';
import { TerminalWorld } from '../terminal-world';
import { FrameLog } from './frame-log';
import { clerkSells, clerkToIdle } from './robot-clerk';
import { balances, violations } from './rules';

export interface Story {
  readonly name: string;
  readonly options?: TerminalWorldOptions;
  /** Not swept: brings the terminal to where the story begins. */
  prepare(terminal: Terminal): void;
  /** Swept. */
  act(terminal: Terminal): void;
  /** Ends what the story did to the world (a dead line, a fault), in a fork before it boots. */
  relieve?(terminal: Terminal): void;
}

/** How much of the operation was done when the power went: 0 none of it, 1 all of it. */
const FRACTIONS = [0, 0.35, 0.8, 1];
/** Dark times: before a frame in flight has arrived, and after. */
const DARK_MS = [20, 5_000];
const ATTEMPTS = 2;

export interface CutViolation {
  readonly story: string;
  /** Number of the flash operation in the story, from 1; 0: without any cut. */
  readonly operation: number;
  readonly kind: FlashOperation['kind'] | 'none';
  readonly fraction: number;
  readonly darkMs: number;
  readonly what: readonly string[];
}

export interface SweepReport {
  readonly story: string;
  readonly operations: number;
  readonly cuts: number;
  readonly violations: readonly CutViolation[];
}

function salesHeld(terminal: Terminal): number {
  return terminal.center.exchanges().filter((row) => row.mti === '0200' && row.approvedFen > 0 && !row.reversed).length;
}

/** From dark or idle to rest: settles what is owed and proves that the terminal still sells, once. */
function settleAndSell(terminal: Terminal): string[] {
  if (!clerkToIdle(terminal)) return [`the terminal never came to idle: ${terminal.lcd.text()}`];
  const before = salesHeld(terminal);
  // The first try may only find out that the keys are stale.
  for (let attempt = 0; attempt < ATTEMPTS && salesHeld(terminal) === before; attempt++) {
    clerkSells(terminal, '1.00', cards.credit);
  }
  const made = salesHeld(terminal) - before;
  return made === 1 ? [] : [`one more sale made ${made} at the center; the screen: ${terminal.lcd.text()}`];
}

function recover(terminal: Terminal, story: Story, darkMs: number): string[] {
  terminal.wait(darkMs);
  story.relieve?.(terminal);
  terminal.powerOn();
  return settleAndSell(terminal);
}

/** Stops at the first `stopAfter` violations. */
export function sweepStory(story: Story, stopAfter = Infinity): SweepReport {
  const parent = new Terminal(new TerminalWorld(story.options ?? {}), { record: false });
  const { flash, store } = parent.inside;
  if (!store) throw new Error('a sweep needs the center’s store');
  const opening = balances(parent);
  const log = new FrameLog(parent.world);
  const found: CutViolation[] = [];
  let operations = 0;
  let cuts = 0;

  story.prepare(parent);
  flash.onMutation = (operation) => {
    operations++;
    for (const fraction of FRACTIONS) {
      for (const darkMs of DARK_MS) {
        if (found.length >= stopAfter) return;
        cuts++;
        store.savepoint('cut');
        const child = new Terminal(
          parent.inside.fork((copy) => {
            if (fraction > 0) copy.flash.applyTorn(operation, fraction, cuts);
          }),
          { record: false },
        );
        const { messages } = new FrameLog(child.world, log.messages);
        const what = recover(child, story, darkMs);
        if (what.length === 0) what.push(...violations({ terminal: child, messages, opening }));
        store.rollback('cut');
        if (what.length > 0)
          found.push({ story: story.name, operation: operations, kind: operation.kind, fraction, darkMs, what });
      }
    }
  };
  story.act(parent);
  flash.onMutation = null;
  story.relieve?.(parent);
  const what = [...settleAndSell(parent), ...violations({ terminal: parent, messages: log.messages, opening })];
  if (what.length > 0) found.push({ story: story.name, operation: 0, kind: 'none', fraction: 0, darkMs: 0, what });
  store.close();
  return { story: story.name, operations, cuts, violations: found };
}
