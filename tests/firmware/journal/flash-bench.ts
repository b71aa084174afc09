/** A board with nothing but a flash chip: the real driver on the fake part, in virtual time. */
import type { Clock } from '../../../hal/bus';
import type { FlashDevice } from '../../../hal/devices';
import { createSpiNor } from '../../../drivers/spi-nor';
import { SpiNorFlash } from '../../../emulator/devices/spi-nor';
import { Mcu } from '../../../emulator/world/mcu';
import { spiWire } from '../../../emulator/world/spi-wire';
import { World } from '../../../emulator/world/world';

export class FlashBench {
  readonly world = new World(1);
  readonly mcu = new Mcu(this.world);
  readonly chip: SpiNorFlash;
  clock!: Clock;
  flash!: FlashDevice;

  constructor(sizeBytes = 1 << 16) {
    this.chip = new SpiNorFlash(this.world, sizeBytes);
    this.boot();
  }

  boot(): void {
    this.mcu.boot((clock) => {
      this.clock = clock;
      this.flash = createSpiNor(spiWire(this.world, this.mcu, 'flash', 8_000_000, this.chip), clock);
    });
  }

  /** Runs an operation to its `done` and gives back what it was called with. */
  wait<T extends unknown[]>(start: (done: (...results: T) => void) => void): T {
    let results: T | undefined;
    start((...given) => {
      if (results) throw new Error('done was called twice');
      results = given;
    });
    if (results) throw new Error('done was called from inside start');
    if (!this.world.runUntilReached(() => results !== undefined, 600_000)) throw new Error('done was never called');
    return results as unknown as T;
  }
}
