/**
 * Fake of the supply and its switch: the red key held for two seconds raises the supply; it stays while the firmware
 * holds the latch or the key is down. `onSupply` is the composition's: it powers everything else up and down.
 */
import type { GpioDevice, GpioLines } from '../world/gpio-lines';
import type { World, WorldDevice } from '../world/world';

const HOLD_US = 2_000_000;
const EVENT_HELD = 0;
const EVENT_RELEASE = 1;

export class PowerSwitch implements WorldDevice, GpioDevice {
  readonly name = 'power';
  state = { supply: false, latched: false, held: false, presses: 0 };
  private readonly target: number;

  constructor(
    private readonly world: World,
    private readonly key: GpioLines,
    private readonly onSupply: (on: boolean) => void,
  ) {
    this.target = world.add(this);
  }

  press(): void {
    if (this.state.held) return;
    this.state.held = true;
    this.state.presses++;
    this.key.drive(0);
    this.world.after(HOLD_US, this.target, EVENT_HELD, this.state.presses);
  }

  release(): void {
    if (!this.state.held) return;
    this.state.held = false;
    this.key.drive(1);
    if (!this.state.latched) this.lower();
  }

  /** Presses now and releases after `durationMs`. */
  hold(durationMs: number): void {
    this.press();
    this.world.after(durationMs * 1000, this.target, EVENT_RELEASE, this.state.presses);
  }

  /** The supply fails: battery out, whatever the key and the latch say. */
  cut(): void {
    this.lower();
  }

  onGpio(levels: number): void {
    this.state.latched = (levels & 1) === 1;
    if (!this.state.latched && !this.state.held) this.lower();
  }

  onEvent(kind: number, presses: number): void {
    if (presses !== this.state.presses) return;
    if (kind === EVENT_RELEASE) this.release();
    else if (this.state.held && !this.state.supply) {
      this.state.supply = true;
      this.onSupply(true);
    }
  }

  onFault(fault: string): void {
    if (fault !== 'cut') throw new Error(`the supply has no fault ${fault}`);
    this.cut();
  }

  private lower(): void {
    if (!this.state.supply) return;
    this.state.supply = false;
    this.state.latched = false;
    this.onSupply(false);
  }
}
