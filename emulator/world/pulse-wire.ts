/**
 * The microcontroller's capture timer (`PulseCapture`) between a fake and the firmware: the times of edges come as one
 * burst, each channel in its own ticks, a byte an interval. As the hardware does, the timer counts on between two edges,
 * so what a tick cuts off is not lost; it writes 2048 intervals at most, and nothing before the last burst was taken.
 */
import type { Bytes } from '../../hal/bytes';
import type { PulseCapture } from '../../hal/bus';
import type { Mcu, McuPort } from './mcu';
import type { World, WorldDevice } from './world';

const QUIET_US = 20_000;
const MOST_INTERVALS = 2048;
const LONGEST_TICKS = 255;

const EVENT_QUIET = 0;

export class PulseWire implements WorldDevice, McuPort {
  readonly name: string;
  state = { captured: [] as Bytes[], capturing: false, quiet: false };
  private readonly target: number;
  private listener: (() => void) | null = null;

  constructor(
    private readonly world: World,
    private readonly mcu: Mcu,
    readonly wire: string,
    private readonly tickUs: readonly number[],
  ) {
    this.name = `pulse.${wire}`;
    this.target = world.add(this);
    mcu.attach(this);
  }

  readonly host: PulseCapture = {
    onBurst: (listener) => {
      this.listener = listener;
      if (listener !== null && this.state.quiet) this.world.after(0, this.target, EVENT_QUIET);
    },
    take: (channel) => {
      const { state } = this;
      const intervals = state.captured[channel] ?? '';
      if (!state.quiet) return '';
      state.captured[channel] = '';
      if (state.captured.every((left) => left === '')) this.clear();
      return intervals;
    },
  };

  /** Edges of every channel, in µs from now. */
  burst(timesUs: readonly (readonly number[])[]): void {
    const { state, world } = this;
    if (!this.mcu.state.powered || state.capturing || timesUs.every((times) => times.length < 2)) return;
    state.capturing = true;
    state.captured = timesUs.map((times, channel) => intervalsOf(times, this.tickUs[channel] ?? 1));
    const lastUs = Math.max(...timesUs.map((times) => times[times.length - 1] ?? 0));
    world.after(Math.ceil(lastUs) + QUIET_US, this.target, EVENT_QUIET);
  }

  onEvent(): void {
    const { state, world, mcu } = this;
    if (!state.capturing) return;
    if (mcu.isBusy()) {
      world.at(mcu.state.busyUntilUs, this.target, EVENT_QUIET);
      return;
    }
    state.quiet = true;
    if (this.listener && mcu.state.powered) this.listener();
  }

  hostPowerLost(): void {
    this.listener = null;
    this.clear();
  }

  private clear(): void {
    this.state.captured = [];
    this.state.capturing = this.state.quiet = false;
  }
}

function intervalsOf(times: readonly number[], tickUs: number): Bytes {
  const count = Math.min(Math.max(0, times.length - 1), MOST_INTERVALS);
  const intervals = Buffer.alloc(count);
  for (let i = 0; i < count; i++) {
    const ticks = Math.floor(times[i + 1] / tickUs) - Math.floor(times[i] / tickUs);
    intervals[i] = Math.min(Math.max(ticks, 0), LONGEST_TICKS);
  }
  return intervals.toString('latin1');
}
