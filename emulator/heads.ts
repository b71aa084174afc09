/** The fake stripe heads by name (emulator/parts.ts), each with the wires that it sits on. */
import type { PulseCapture } from '../hal/bus';
import { EdgeHead } from './devices/edge-head';
import { StripeHead } from './devices/stripe-head';
import type { HeadName } from './parts';
import type { GpioLines } from './world/gpio-lines';
import type { Mcu } from './world/mcu';
import { PulseWire } from './world/pulse-wire';
import type { SpiDevice } from './world/spi-wire';
import type { World } from './world/world';

/** Finer for the tracks with more bits: from 10 to 150 cm/s a cell's length fits a byte. */
export const CAPTURE_TICKS_US = [6, 16, 6] as const;

/** At the end of a wire to which nothing is soldered. */
const nothing: SpiDevice = { onSpi: (_out, readLengthBytes) => '\xff'.repeat(readLengthBytes) };

export interface FittedHead {
  readonly head: StripeHead | EdgeHead;
  readonly spi: SpiDevice;
  readonly capture?: PulseCapture;
}

export function createHead(world: World, mcu: Mcu, name: HeadName, sense: GpioLines): FittedHead {
  if (name === 'edges') {
    const wire = new PulseWire(world, mcu, 'stripe', CAPTURE_TICKS_US);
    return { head: new EdgeHead(world, wire), spi: nothing, capture: wire.host };
  }
  const head = new StripeHead(world, sense);
  return { head, spi: head };
}
