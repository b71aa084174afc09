/**
 * Fake of a piezo buzzer with its own oscillator (Murata PKB24SPCH3601, catalogue P37E): it sounds as long as its pin is
 * high. Remembers when it sounded, so that a test and the page can hear it.
 */
import type { GpioDevice } from '../world/gpio-lines';
import type { World, WorldDevice } from '../world/world';

export interface Beep {
  readonly atMs: number;
  readonly durationMs: number;
}

/** Older beeps are only counted. */
const REMEMBERED = 16;

export class Buzzer implements WorldDevice, GpioDevice {
  state = { count: 0, soundsSinceUs: -1, beeps: [] as Beep[], powered: true };

  constructor(
    private readonly world: World,
    readonly name = 'buzzer',
  ) {
    world.add(this);
  }

  onGpio(levels: number): void {
    const sounds = (levels & 1) === 1 && this.state.powered;
    if (sounds && this.state.soundsSinceUs < 0) {
      this.state.count++;
      this.state.soundsSinceUs = this.world.nowUs;
    } else if (!sounds && this.state.soundsSinceUs >= 0) this.fallSilent();
  }

  onPower(on: boolean): void {
    if (!on && this.state.soundsSinceUs >= 0) this.fallSilent();
    this.state.powered = on;
  }

  onEvent(): void {}

  /** Beeps begun since the World began. */
  count(): number {
    return this.state.count;
  }

  /** True while it sounds. */
  sounds(): boolean {
    return this.state.soundsSinceUs >= 0;
  }

  /** The last beeps, oldest first. */
  beeps(): readonly Beep[] {
    return this.state.beeps;
  }

  private fallSilent(): void {
    const { state, world } = this;
    const durationMs = Math.round((world.nowUs - state.soundsSinceUs) / 1000);
    state.beeps.push({ atMs: Math.round(state.soundsSinceUs / 1000), durationMs });
    if (state.beeps.length > REMEMBERED) state.beeps.shift();
    state.soundsSinceUs = -1;
    world.note(this.name, `beep ${durationMs} ms`);
  }
}
