/**
 * What every wire carried, burst by burst, as short fingerprints: enough to say that two runs were the same to the byte, or
 * where they first differ, without keeping what was said.
 */
import { createHash } from 'node:crypto';
import type { World } from '../world/world';
import type { TimelineEntry } from '../world/timeline';

/** Bursts told apart one by one; of what comes behind them only the digest of all speaks. */
const MOST_BURSTS = 1_000_000;

/** µs since the burst before, number of the wire, 0 out or 1 in, bytes, first 32 bits of their SHA-256. */
export type Burst = readonly [sinceUs: number, wire: number, isIn: 0 | 1, lengthBytes: number, fingerprint: number];

export interface WireRecord {
  readonly wires: readonly string[];
  readonly bursts: readonly Burst[];
  /** How many there were in all. */
  readonly count: number;
  /** SHA-256 over every byte of every wire with its time, hex. */
  readonly digest: string;
}

export class WireDigest {
  private readonly wires: string[] = [];
  private readonly bursts: Burst[] = [];
  private readonly hash = createHash('sha256');
  private count = 0;
  private lastUs = 0;
  private readonly stop: () => void;

  /** `hear` is told of each burst with its number, from 0. */
  constructor(world: World, hear: (burst: Burst, number: number, entry: TimelineEntry) => void = () => undefined) {
    this.stop = world.timeline.listen((entry) => {
      if (entry.direction === 'note') return;
      const burst = this.take(entry);
      hear(burst, this.count - 1, entry);
    });
  }

  private take({ atUs, wire, direction, bytes }: TimelineEntry): Burst {
    let number = this.wires.indexOf(wire);
    if (number < 0) number = this.wires.push(wire) - 1;
    const data = Buffer.from(bytes, 'latin1');
    const fingerprint = createHash('sha256').update(data).digest().readUInt32BE(0);
    const burst: Burst = [atUs - this.lastUs, number, direction === 'in' ? 1 : 0, data.length, fingerprint];
    this.hash.update(`${atUs} ${wire} ${direction} ${data.length} `).update(data);
    this.lastUs = atUs;
    this.count++;
    if (this.bursts.length < MOST_BURSTS) this.bursts.push(burst);
    return burst;
  }

  end(): WireRecord {
    this.stop();
    return { wires: this.wires, bursts: this.bursts, count: this.count, digest: this.hash.copy().digest('hex') };
  }
}
