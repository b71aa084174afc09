/**
 * A group of pins between the microcontroller and a fake. Levels are plain numbers, bit 0 the first pin. The fake drives
 * the inputs with `drive`, and is told of the outputs.
 */
import type { GpioPort } from '../../hal/bus';
import type { Mcu, McuPort } from './mcu';
import type { World, WorldDevice } from './world';

export interface GpioDevice {
  /** The host changed its output levels. */
  onGpio(levels: number, lines: GpioLines): void;
}

export class GpioLines implements WorldDevice, McuPort {
  readonly name: string;
  state: { outputs: number; inputs: number };
  private listener: ((levels: number) => void) | null = null;
  private device: GpioDevice | null = null;

  constructor(
    private readonly world: World,
    private readonly mcu: Mcu,
    readonly wire: string,
    /** Levels while nobody drives the pins. */
    private readonly idle: { outputs: number; inputs: number },
  ) {
    this.name = `gpio.${wire}`;
    this.state = { ...idle };
    world.add(this);
    mcu.attach(this);
  }

  connect(device: GpioDevice): void {
    this.device = device;
  }

  readonly host: GpioPort = {
    write: (levels) => {
      if (levels === this.state.outputs || !this.mcu.state.powered) return;
      this.state.outputs = levels;
      if (this.device) this.device.onGpio(levels, this);
    },
    read: () => this.state.inputs,
    onChange: (listener) => {
      this.listener = listener;
    },
  };

  /** The fake drives the input pins; a change reaches the host's listener at once. */
  drive(levels: number): void {
    if (levels === this.state.inputs) return;
    this.state.inputs = levels;
    if (this.world.timeline.active) this.world.note(this.wire, `levels ${levels.toString(2)}`);
    if (this.listener) this.listener(levels);
  }

  onEvent(): void {}

  hostPowerLost(): void {
    this.listener = null;
    this.state.outputs = this.idle.outputs;
    if (this.device) this.device.onGpio(this.idle.outputs, this);
  }
}
