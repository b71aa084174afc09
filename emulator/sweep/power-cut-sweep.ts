/**
 * Power cuts, exhaustively: a story runs once; at every flash operation that changes anything (and, in a second kind of
 * sweep, at every burst on a wire) the World is forked, the operation left out, torn or done, the power taken, and the
 * fork lives on: it boots, settles what it owes, sells once more, and every money rule is checked. The center is shared:
 * its work in a fork is undone by a savepoint.
 */
import type { Store } from '../../host/center/store';
import { Terminal } from '../terminal';
import type { TerminalWorldOptions } from '../terminal-world';
import { TerminalWorld } from '../terminal-world';
import { Witness } from './witness';

export interface Story {
  readonly name: string;
  readonly options?: TerminalWorldOptions;
  /** Not swept: brings the terminal to where the story begins. */
  prepare(terminal: Terminal): void;
  /** Swept. */
  act(terminal: Terminal): void;
  /** Ends what the story did to the world (a dead line, a fault), in a fork before it boots. */
  relieve?(terminal: Terminal): void;
  /** Beside the money rules: what else must be so when the terminal has come to rest; each sentence says what is not. */
  holds?(terminal: Terminal): readonly string[];
}

/** How much of the operation was done when the power went: 0 none of it, 1 all of it. */
const FRACTIONS = [0, 0.35, 0.8, 1];
/** Dark times: before a frame in flight has arrived, and after. */
const DARK_MS = [20, 5_000];
/** Wires with bytes that tell somebody something. */
const WIRES = ['modem', 'network', 'pinpad', 'printer'];

export interface CutViolation {
  readonly story: string;
  /** Where the power went: the flash operation and how much of it was done, the wire, or "no cut". */
  readonly place: string;
  readonly darkMs: number;
  readonly what: readonly string[];
}

export interface SweepReport {
  readonly story: string;
  /** Flash operations, or bursts on a wire, at which the power was cut. */
  readonly places: number;
  readonly cuts: number;
  /** What the cuts took on the wall clock, from fork to verdict; for benchmarks alone. */
  readonly cutsMs: number;
  readonly violations: readonly CutViolation[];
}

/** From dark to rest. */
function recover(terminal: Terminal, story: Story, darkMs: number): void {
  terminal.wait(darkMs);
  story.relieve?.(terminal);
  terminal.powerOn();
}

/** One run of a story, forked wherever `cut` is called. */
class Sweep {
  readonly parent: Terminal;
  private readonly witness: Witness;
  private readonly found: CutViolation[] = [];
  private places = 0;
  private cuts = 0;
  private cutsMs = 0;

  constructor(
    private readonly story: Story,
    private readonly stopAfter: number,
  ) {
    this.parent = new Terminal(new TerminalWorld(story.options ?? {}), { record: false });
    this.witness = new Witness(this.parent);
    story.prepare(this.parent);
  }

  /** The power goes here: `place` names it, `beforeDark` may still touch the fork. */
  cut(place: string, darkMs: number, beforeDark?: (copy: TerminalWorld) => void): void {
    if (this.found.length >= this.stopAfter) return;
    const { parent, story, store } = this;
    this.cuts++;
    const startedAt = process.hrtime.bigint();
    store.savepoint('cut');
    const child = new Terminal(parent.inside.fork(beforeDark), { record: false });
    const witness = this.witness.ofFork(child);
    recover(child, story, darkMs);
    const { unrest, wrong } = witness.settleAndCheck();
    const what = [...unrest, ...wrong, ...(story.holds?.(child) ?? [])];
    store.rollback('cut');
    this.cutsMs += Number(process.hrtime.bigint() - startedAt) / 1e6;
    if (what.length > 0) this.found.push({ story: story.name, place, darkMs, what });
  }

  countPlace(): number {
    return ++this.places;
  }

  /** Runs the story itself to its end, proves that the terminal is well, and gives the result. */
  finish(): SweepReport {
    const { parent, story } = this;
    story.relieve?.(parent);
    const { unrest, wrong } = this.witness.settleAndCheck();
    const what = [...unrest, ...wrong, ...(story.holds?.(parent) ?? [])];
    if (what.length > 0) this.found.push({ story: story.name, place: 'no cut', darkMs: 0, what });
    this.store.close();
    return { story: story.name, places: this.places, cuts: this.cuts, cutsMs: this.cutsMs, violations: this.found };
  }

  private get store(): Store {
    const { store } = this.parent.inside;
    if (!store) throw new Error('a sweep needs the center’s store');
    return store;
  }
}

/** Cuts at every flash operation, left out, torn and done. Stops at the first `stopAfter` violations. */
export function sweepStory(story: Story, stopAfter = Infinity): SweepReport {
  const sweep = new Sweep(story, stopAfter);
  const { flash } = sweep.parent.inside;
  flash.onMutation = (operation) => {
    const number = sweep.countPlace();
    for (const fraction of FRACTIONS) {
      for (const darkMs of DARK_MS) {
        sweep.cut(`${operation.kind} ${number}, ${fraction * 100} % done`, darkMs, (copy) => {
          if (fraction > 0) copy.flash.applyTorn(operation, fraction, number);
        });
      }
    }
  };
  story.act(sweep.parent);
  flash.onMutation = null;
  return sweep.finish();
}

/** Cuts at every burst on a wire and every segment on the network: the one that was about to arrive is lost. */
export function sweepWires(story: Story, stopAfter = Infinity): SweepReport {
  const sweep = new Sweep(story, stopAfter);
  const stop = sweep.parent.world.timeline.listen((entry) => {
    if (entry.direction === 'note' || !WIRES.includes(entry.wire)) return;
    sweep.cut(`${entry.wire} ${entry.direction}, burst ${sweep.countPlace()}`, DARK_MS[0]);
  });
  story.act(sweep.parent);
  stop();
  return sweep.finish();
}
