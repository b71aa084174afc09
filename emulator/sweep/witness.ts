/**
 * Whoever watches a terminal from its beginning: every message on its network and what the accounts held then. At the end
 * the terminal is brought to rest, has to sell once more, and the money rules are asked.
 */
import { cards, type Terminal } from '../terminal';
import { FrameLog } from './frame-log';
import { clerkSells, clerkToIdle } from './robot-clerk';
import { balances, violations, type RuleName } from './rules';

/** The first try may only find out that the keys are stale. */
const ATTEMPTS = 2;

export interface Verdict {
  /** Why the terminal came to no rest, or did not sell once more. */
  readonly unrest: readonly string[];
  /** Money rules that are broken. */
  readonly wrong: readonly string[];
}

/** Sales that stand at the center beyond the exchange `afterId`. */
function salesSince(terminal: Terminal, afterId: number): number {
  const rows = terminal.center.exchanges(afterId);
  return rows.filter((row) => row.mti === '0200' && row.approvedFen > 0 && !row.reversed).length;
}

/** From dark or idle to rest: settles what is owed and proves that the terminal still sells, once. */
function settleAndSell(terminal: Terminal): string[] {
  if (!clerkToIdle(terminal)) return [`the terminal never came to idle: ${terminal.lcd.text()}`];
  const lastId = terminal.center.exchanges().at(-1)?.id ?? 0;
  let made = 0;
  for (let attempt = 0; attempt < ATTEMPTS && made === 0; attempt++) {
    if (!clerkSells(terminal, '1.00', cards.credit)) return [`one more sale never ended: ${terminal.lcd.text()}`];
    made = salesSince(terminal, lastId);
  }
  return made === 1 ? [] : [`one more sale made ${made} at the center; the screen: ${terminal.lcd.text()}`];
}

export class Witness {
  private readonly log: FrameLog;
  private readonly opening: ReadonlyMap<string, number>;

  /** `before`: who watched the terminal that this one was forked from. */
  constructor(
    private readonly terminal: Terminal,
    before?: Witness,
  ) {
    this.opening = before ? before.opening : balances(terminal);
    this.log = new FrameLog(terminal.world, before ? before.log.messages : []);
  }

  /** Goes on watching in a fork. */
  ofFork(child: Terminal): Witness {
    return new Witness(child, this);
  }

  settleAndCheck(except: readonly RuleName[] = []): Verdict {
    const { terminal, opening, log } = this;
    const unrest = settleAndSell(terminal);
    return { unrest, wrong: violations({ terminal, messages: log.messages, opening }, except) };
  }
}
