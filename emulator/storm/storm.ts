/**
 * The random storm: one seed is one day of a terminal, made of random acts (moves.ts), and an ending in which the money must
 * be right. With `cuts` the World is forked at random flash operations and bursts of that day, the fork's power taken, and it
 * has to live on and be right as well. The same seed makes the same day, to the byte: `digest` says so.
 */
import { createHash } from 'node:crypto';
import { perform } from '../scenario/perform';
import type { Action } from '../scenario/scenario';
import type { RuleName } from '../sweep/rules';
import { Witness, type Verdict } from '../sweep/witness';
import { startTerminal, Terminal, TerminalError, type TerminalOptions } from '../terminal';
import type { TerminalWorld } from '../terminal-world';
import { SeededRandom } from '../world/seeded-random';
import type { ModemName, PartNames } from '../parts';
import { afterCut, calm, exceptions } from './endings';
import { Moves } from './moves';

const ACTS = 24;
/** Of a seed's flash operations and bursts one in so many is a cut. */
const FLASH_ODDS = 8;
const BURST_ODDS = 120;
const FRACTIONS = [0, 0.35, 0.8, 1];
/** Time a program or erase takes (emulator/devices/spi-nor.ts), for a cut written as a moment. */
const OPERATION_MS = { program: 0.7, erase: 45 };
const WIRES = ['modem', 'network', 'pinpad', 'printer'];

/** The wait for an answer is short, so that a day holds more of them. */
export const STORM_SETTINGS = { responseTimeoutMs: 20_000, connectTimeoutMs: 20_000 };

export interface StormViolation {
  readonly seed: number;
  readonly parts: PartNames;
  /** `the day`, or where in a fork the power went. */
  readonly place: string;
  readonly unrest: readonly string[];
  readonly wrong: readonly string[];
  /** From a dark new terminal to the check, which is the last one. */
  readonly acts: readonly Action[];
}

export interface StormDay {
  readonly seed: number;
  readonly cuts: number;
  /** Time spent in forks. */
  readonly cutsMs: number;
  readonly violations: readonly StormViolation[];
  readonly acts: readonly Action[];
  /** SHA-256 of every byte of every wire with its time, and of what screen, paper and books say at the end. */
  readonly digest: string;
}

export interface DayOptions {
  readonly cuts?: boolean;
  readonly record?: boolean;
  /** The board's variants; default the reference board. */
  readonly parts?: PartNames;
  /** Sees the terminal at the day's end. */
  readonly atEnd?: (terminal: Terminal) => void;
}

/** Nothing may stop a storm: what breaks on the way is a finding of its seed. */
function verdictOf(run: () => Verdict): Verdict {
  try {
    return run();
  } catch (error) {
    return { unrest: [error instanceof TerminalError ? error.what : (error as Error).message], wrong: [] };
  }
}

class Day {
  private readonly violations: StormViolation[] = [];
  private cuts = 0;
  private cutsMs = 0;
  private readonly terminal: Terminal;
  private readonly witness: Witness;
  private readonly acts: Action[] = [];
  private readonly chance: SeededRandom;
  private readonly parts: PartNames;
  private readonly modem: ModemName;
  private readonly hash = createHash('sha256');
  private actBeganUs = 0;

  constructor(
    private readonly seed: number,
    private readonly options: DayOptions,
  ) {
    const parts = options.parts ?? {};
    this.parts = parts;
    this.modem = parts.modem ?? 'sim800';
    const record = options.record ?? false;
    const terminalOptions: TerminalOptions = { seed, parts, settings: STORM_SETTINGS, record };
    this.terminal = startTerminal(terminalOptions);
    this.witness = new Witness(this.terminal);
    this.chance = new SeededRandom(seed * 104_729 + 1);
    this.terminal.world.timeline.listen(({ atUs, wire, direction, bytes, text }) => {
      this.hash.update(`${atUs} ${wire} ${direction} ${text} ${bytes.length} `).update(bytes, 'latin1');
    });
  }

  run(): StormDay {
    const { seed, terminal, witness } = this;
    const moves = new Moves(seed, this.modem);
    let except: readonly RuleName[] = [];
    const verdict = verdictOf(() => {
      this.act(moves.opening());
      const stop = this.options.cuts ? this.watchForCuts() : () => undefined;
      for (let i = 0; i < ACTS; i++) this.act(moves.next(terminal));
      stop();
      except = exceptions(this.acts);
      this.act(calm(this.modem));
      return witness.settleAndCheck(except);
    });
    this.judge(verdict, 'the day', this.acts, except);
    this.options.atEnd?.(terminal);
    this.hash.update(JSON.stringify([terminal.lcd.rows(), terminal.paper.slips(), terminal.center.exchanges()]));
    terminal.close();
    const { cuts, cutsMs, violations, acts } = this;
    return { seed, cuts, cutsMs, violations, acts, digest: this.hash.digest('hex') };
  }

  private act(actions: readonly Action[]): void {
    for (const action of actions) {
      this.acts.push(action);
      this.actBeganUs = this.terminal.world.nowUs;
      perform(this.terminal, action, null);
    }
  }

  private judge({ unrest, wrong }: Verdict, place: string, acts: readonly Action[], except: readonly RuleName[]): void {
    if (unrest.length + wrong.length === 0) return;
    const check: Action = { do: 'checkMoney', except };
    this.violations.push({ seed: this.seed, parts: this.parts, place, unrest, wrong, acts: [...acts, check] });
  }

  private watchForCuts(): () => void {
    const { terminal, chance } = this;
    const { flash } = terminal.inside;
    let number = 0;
    flash.onMutation = (operation) => {
      number++;
      if (chance.below(FLASH_ODDS) !== 0) return;
      const fraction = FRACTIONS[chance.below(FRACTIONS.length)];
      const tear = (copy: TerminalWorld): void => {
        if (fraction > 0) copy.flash.applyTorn(operation, fraction, number);
      };
      this.cut(`${operation.kind} ${number}, ${fraction * 100} % done`, fraction * OPERATION_MS[operation.kind], tear);
    };
    const stop = terminal.world.timeline.listen((entry) => {
      if (entry.direction === 'note' || !WIRES.includes(entry.wire) || chance.below(BURST_ODDS) !== 0) return;
      this.cut(`a burst, ${entry.wire} ${entry.direction}`, 0);
    });
    return () => {
      flash.onMutation = null;
      stop();
    };
  }

  private cut(place: string, laterMs: number, beforeDark?: (copy: TerminalWorld) => void): void {
    const { terminal, chance, acts } = this;
    const { store } = terminal.inside;
    if (!store) throw new Error('a storm needs the center’s store');
    this.cuts++;
    const startedAt = process.hrtime.bigint();
    const except = exceptions(acts);
    const ending = afterCut(chance.below(2) === 0, this.modem);
    const afterMs = (terminal.world.nowUs - this.actBeganUs) / 1000 + laterMs;
    const cutThen: Action = { do: 'fault', device: 'power', fault: 'cut', value: 0, afterMs };
    const told = [...acts.slice(0, -1), cutThen, acts[acts.length - 1], ...ending];
    store.savepoint('cut');
    const child = new Terminal(terminal.inside.fork(beforeDark), { record: false });
    const witness = this.witness.ofFork(child);
    const verdict = verdictOf(() => {
      for (const action of ending) perform(child, action, null);
      return witness.settleAndCheck(except);
    });
    store.rollback('cut');
    this.cutsMs += Number(process.hrtime.bigint() - startedAt) / 1e6;
    this.judge(verdict, `${place}, at ${(terminal.world.nowUs / 1_000_000).toFixed(6)} s`, told, except);
  }
}

export function runDay(seed: number, options: DayOptions = {}): StormDay {
  return new Day(seed, options).run();
}
