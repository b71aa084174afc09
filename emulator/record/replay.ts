/** Plays a recorded run again, input by input at its moment, and compares every wire with what it carried then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCenter } from '../../host/center/center';
import { openStore } from '../../host/center/open-store';
import type { Center } from '../../host/center/types';
import { fromFormer } from '../devices/pad-keys';
import { TerminalWorld, type TerminalWorldOptions } from '../terminal-world';
import { TimelineRecorder } from '../timeline-view/recorder';
import { giveInput, type Input } from './inputs';
import type { Beginning, FormerState, RecordedRun } from './recorded-run';
import { WireDigest, type Burst, type WireRecord } from './wire-digest';

const SHOWN_PIECES = 30;

export interface Difference {
  /** Virtual µs of the first burst that differs. */
  readonly atUs: number;
  /** One sentence. */
  readonly what: string;
  /** Around it in the run as it is now, masked. */
  readonly timeline: readonly string[];
}

export interface ReplayResult {
  readonly inputs: number;
  readonly bursts: number;
  readonly wires: number;
  readonly durationUs: number;
  readonly digest: string;
  readonly difference: Difference | null;
}

/** Opens a center whose database was kept in a recording, as a file of its own. */
function openFormerCenter(former: FormerState, seed: number): { center: Center; close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'cupos-replay-'));
  try {
    const path = join(folder, 'center.db');
    writeFileSync(path, Buffer.from(former.centerDatabase, 'base64'), { mode: 0o600 });
    const store = openStore({ path });
    return {
      center: createCenter(store, { key: Buffer.from(former.centerKey, 'base64'), seed }),
      close: () => {
        store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

export interface BegunWorld {
  readonly inside: TerminalWorld;
  readonly close: () => void;
}

/** A World that begins as a recorded one did. `tmk` where that was not the published TEST key. */
export function beginAgain(beginning: Beginning, former: FormerState | null, tmk?: string): BegunWorld {
  const options: TerminalWorldOptions = { ...beginning, ...(tmk !== undefined && { tmk }) };
  if (!former) {
    const inside = new TerminalWorld(options);
    return { inside, close: () => inside.store?.close() };
  }
  const { center, close } = openFormerCenter(former, beginning.seed);
  const inside = new TerminalWorld({ ...options, host: { center, store: null } });
  if (former.flash !== null) inside.flash.load(Buffer.from(former.flash, 'base64'));
  if (former.battery) inside.pad.battery = fromFormer(former.battery);
  return { inside, close };
}

/** Runs on to a moment: so many events, then the clock. */
function runTo({ world }: TerminalWorld, moment: { readonly steps: number; readonly atUs: number }): void {
  while (world.steps < moment.steps && world.nextAtUs() <= moment.atUs) world.step();
  if (world.nowUs < moment.atUs) world.nowUs = moment.atUs;
}

function burstText(wires: readonly string[], [, wire, isIn, lengthBytes]: Burst, atUs: number): string {
  return `${wires[wire]} ${isIn ? 'in' : 'out'}, ${lengthBytes} bytes at ${(atUs / 1_000_000).toFixed(6)} s`;
}

function isSame(a: Burst, aWires: readonly string[], b: Burst, bWires: readonly string[]): boolean {
  return a.every((value, i) => (i === 1 ? aWires[a[1]] === bWires[b[1]] : value === b[i]));
}

class Comparison {
  difference: Difference | null = null;
  private readonly now: WireDigest;
  private readonly timeline: TimelineRecorder;
  private readonly nowWires: string[] = [];
  private recordedUs = 0;
  private count = 0;

  constructor(
    private readonly inside: TerminalWorld,
    private readonly before: WireRecord,
  ) {
    this.timeline = new TimelineRecorder(inside.world.timeline, inside.lcd).start();
    this.now = new WireDigest(inside.world, (burst, number, { atUs, wire }) => {
      if (!this.nowWires.includes(wire)) this.nowWires.push(wire);
      this.compare(burst, number, atUs);
    });
  }

  end(): WireRecord {
    const now = this.now.end();
    if (this.difference) return now;
    if (this.count < this.before.count) {
      const next = this.before.bursts[this.count];
      const missing = next ? burstText(this.before.wires, next, this.recordedUs + next[0]) : 'more';
      this.differ(this.inside.world.nowUs, `then came ${missing}; now nothing more`);
    } else if (now.digest !== this.before.digest)
      this.differ(this.inside.world.nowUs, 'the digests of all wires differ');
    return now;
  }

  differ(atUs: number, what: string): void {
    this.difference ??= { atUs, what, timeline: this.timeline.tail(SHOWN_PIECES).split('\n') };
  }

  private compare(burst: Burst, number: number, atUs: number): void {
    this.count = number + 1;
    if (this.difference) return;
    const recorded = this.before.bursts[number];
    const said = burstText(this.nowWires, burst, atUs);
    if (!recorded) {
      if (number >= this.before.count) this.differ(atUs, `then nothing more came; now ${said}`);
      return;
    }
    this.recordedUs += recorded[0];
    if (isSame(recorded, this.before.wires, burst, this.nowWires)) return;
    const then = burstText(this.before.wires, recorded, this.recordedUs);
    this.differ(atUs, then === said ? `${said}: other bytes than then` : `then ${then}; now ${said}`);
  }
}

function give(inside: TerminalWorld, input: Input, comparison: Comparison): void {
  try {
    giveInput(inside, input);
  } catch {
    comparison.differ(inside.world.nowUs, `${input.door}.${input.what} could be done then and cannot be done now`);
  }
}

export interface ReplayOptions {
  /** The terminal's master key, where the run began with a terminal that was used before. */
  readonly tmk?: string;
  /** Called with the World before it runs; what it gives back is called at the end. */
  readonly watch?: (inside: TerminalWorld) => () => void;
}

/** Stops at the first difference. Throws an Error where the World cannot begin as it did. */
export function replayRun(run: RecordedRun, options: ReplayOptions = {}): ReplayResult {
  const { inside, close } = beginAgain(run.beginning, run.former, options.tmk);
  try {
    const unwatch = options.watch?.(inside);
    const comparison = new Comparison(inside, run.wires);
    for (const input of run.inputs) {
      runTo(inside, input);
      if (comparison.difference) break;
      give(inside, input, comparison);
    }
    if (!comparison.difference) runTo(inside, run.end);
    const now = comparison.end();
    unwatch?.();
    return {
      ...{ inputs: run.inputs.length, bursts: now.count, wires: now.wires.length, digest: now.digest },
      durationUs: inside.world.nowUs,
      difference: comparison.difference,
    };
  } finally {
    close();
  }
}
