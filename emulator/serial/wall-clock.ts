/** Lets a World follow the wall clock, for what talks to the world outside; and lets callers wait for it. */
import { performance } from 'node:perf_hooks';
import type { World } from '../world/world';

/** Finer than anything on a serial line that people wait for. */
const TICK_MS = 5;
/** A machine that slept is not caught up with. */
const LONGEST_STEP_MS = 1000;

export class WallClock {
  /** After each step of the World. */
  onTick: () => void = () => undefined;
  /** Rejects when the World failed; never resolves. */
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private lastMs = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly world: World,
    /** The World's seconds in one of ours. */
    private readonly speed = 1,
  ) {
    this.failed = new Promise<never>((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    this.timer = setInterval(() => {
      try {
        this.catchUp();
        this.onTick();
      } catch (error) {
        this.stop();
        this.fail(error);
      }
    }, TICK_MS);
  }

  /** The World is now. */
  catchUp(): void {
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.lastMs, LONGEST_STEP_MS);
    this.lastMs = nowMs;
    this.world.run(passedMs * this.speed);
  }

  /** Resolves when `reached`, looking at every tick; false when `limitMs` of wall time passed before. */
  async until(reached: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = performance.now() + limitMs;
    while (!reached()) {
      if (performance.now() >= endMs) return false;
      await Promise.race([this.failed, new Promise((done) => setTimeout(done, TICK_MS))]);
    }
    return true;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
