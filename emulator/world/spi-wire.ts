/**
 * A synchronous serial bus between the microcontroller and one chip. A transfer advances the World's clock by its
 * length on the wire; the chip sees whole transfers, one per chip select.
 */
import type { Bytes } from '../../hal/bytes';
import type { Spi } from '../../hal/bus';
import type { Mcu } from './mcu';
import type { World } from './world';

export interface SpiDevice {
  /** Handles one transfer and returns exactly `readLengthBytes` bytes. */
  onSpi(out: Bytes, readLengthBytes: number): Bytes;
}

/** The host's end of the bus for the life that runs now; dead after a power cut (reads FF). */
export function spiWire(world: World, mcu: Mcu, wire: string, clockHz: number, device: SpiDevice): Spi {
  const byteUs = 8_000_000 / clockHz;
  const life = mcu.state.bootCount;
  return {
    transfer: (out, readLengthBytes) => {
      if (!mcu.state.powered || mcu.state.bootCount !== life) return '\xff'.repeat(readLengthBytes);
      world.nowUs += Math.ceil((out.length + readLengthBytes) * byteUs);
      const answer = device.onSpi(out, readLengthBytes);
      if (world.timeline.active) {
        world.timeline.record(world.nowUs, wire, 'out', out);
        if (readLengthBytes > 0) world.timeline.record(world.nowUs, wire, 'in', answer);
      }
      return answer;
    },
  };
}
