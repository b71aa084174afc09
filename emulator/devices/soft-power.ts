/**
 * Fake of the power switch (docs/devices/power.md), in the manner of a push-button controller such as the LTC2950-1: held for 2 s while the terminal is off, the red key raises the
 * supply; from then on the supply is there as long as the latch is high or the key is down.
 */
import type { GpioDevice, GpioLines } from '../world/gpio-lines';
import type { World, WorldDevice } from '../world/world';

const RAISE_US = 2_000_000;

const EVENT_RAISE = 0;

export class PowerSwitch implements WorldDevice, GpioDevice {
  readonly name = 'power';
  state = { keyDown: false, latch: false, supplyOn: false, press: 0 };
  /** Tells the composition that the supply came or went; not part of the state. */
  onSupply: ((on: boolean) => void) | null = null;
  /** Whether there is anything to raise it from. */
  canRaise: () => boolean = () => true;
  /** A cable feeds the supply too: neither key nor latch is needed. */
  isFed = false;
  private readonly target: number;
  private key: GpioLines | null = null;
  /** While the composition powers up, its pins are let go once: that is no firmware giving up the latch. */
  private raising = false;

  constructor(private readonly world: World) {
    this.target = world.add(this);
  }

  /** Solders the switch to the pin that reads the key and the pin that holds the latch. */
  wire(key: GpioLines, latch: GpioLines): void {
    this.key = key;
    latch.connect(this);
  }

  /** The red key goes down or up. */
  redKey(down: boolean): void {
    const { state } = this;
    if (state.keyDown === down) return;
    state.keyDown = down;
    state.press++;
    if (this.key) this.key.drive(down ? 0 : 1);
    if (down && !state.supplyOn) this.world.after(RAISE_US, this.target, EVENT_RAISE, state.press);
    if (!down) this.dropUnlessLatched();
  }

  /** Raises the supply without anybody at the key, as the charger does. */
  switchOn(): void {
    this.supply(true);
  }

  /** The battery is pulled: the supply is gone at once, whatever key and latch say. */
  cutOff(): void {
    this.supply(false);
  }

  /** The cable that fed it is gone. */
  unplugged(): void {
    this.isFed = false;
    this.dropUnlessLatched();
  }

  /** Runs something during which the latch is let go for no longer than its capacitor holds, as at a restart. */
  hold(run: () => void): void {
    const before = this.raising;
    this.raising = true;
    run();
    this.raising = before;
    this.dropUnlessLatched();
  }

  onEvent(_kind: number, press: number): void {
    if (press === this.state.press && this.state.keyDown) this.supply(true);
  }

  onGpio(levels: number): void {
    this.state.latch = (levels & 1) === 1;
    this.dropUnlessLatched();
  }

  /** `cut`: as `cutOff`. */
  onFault(fault: string): void {
    if (fault !== 'cut') throw new Error(`the power switch has no fault ${fault}: cut`);
    this.cutOff();
  }

  private dropUnlessLatched(): void {
    const { supplyOn, latch, keyDown } = this.state;
    if (supplyOn && !latch && !keyDown && !this.raising && !this.isFed) this.supply(false);
  }

  private supply(on: boolean): void {
    const { state } = this;
    if (state.supplyOn === on || (on && !this.canRaise())) return;
    state.supplyOn = on;
    if (!on) state.latch = false;
    this.raising = on;
    if (this.onSupply) this.onSupply(on);
    this.raising = false;
    this.dropUnlessLatched();
  }
}
