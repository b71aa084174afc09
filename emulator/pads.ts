/** The PIN pads of a World by name (emulator/parts.ts). */
import { FirmwarePinPad } from './devices/firmware-pinpad';
import type { PinPadDevice } from './devices/pad-device';
import { FakePinPad } from './devices/pinpad';
import type { PadName } from './parts';
import type { World } from './world/world';

export function createPad(world: World, name: PadName, options: { readonly serial?: string } = {}): PinPadDevice {
  return name === 'firmware' ? new FirmwarePinPad(world, options) : new FakePinPad(world, options);
}
