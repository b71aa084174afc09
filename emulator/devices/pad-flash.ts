/**
 * The storage of a PIN pad that runs its own program (`PadStore`): slots that last without supply. A slot is erased and
 * then written from its beginning, so a write that power interrupts leaves any number of new bytes and nothing behind them.
 */
import type { Bytes } from '../../hal/bytes';
import { FAULT_FLASH, FAULT_NONE } from '../../hal/fault';
import type { PadStore } from '../../hal/pad-board';
import type { World, WorldDevice } from '../world/world';

export const PAD_SLOTS = 2;
const SLOT_BYTES = 1024;

export class PadFlash implements WorldDevice, PadStore {
  readonly name = 'padFlash';
  /** `tearAt`: bytes that the next write gets down before the supply blinks, -1: all; `fails`: writes that do nothing. */
  state = { slots: Array<Bytes>(PAD_SLOTS).fill(''), tearAt: -1, fails: 0, writes: 0 };
  /** Takes the supply away in the middle of a write. */
  onTorn: () => void = () => undefined;

  constructor(world: World) {
    world.add(this);
  }

  read(slot: number): Bytes {
    return this.state.slots[slot] ?? '';
  }

  write(slot: number, bytes: Bytes): number {
    const { state } = this;
    if (state.fails > 0) {
      state.fails--;
      return FAULT_FLASH;
    }
    if (slot < 0 || slot >= PAD_SLOTS || bytes.length > SLOT_BYTES) return FAULT_FLASH;
    state.writes++;
    if (state.tearAt < 0) {
      state.slots[slot] = bytes;
      return FAULT_NONE;
    }
    state.slots[slot] = bytes.slice(0, state.tearAt);
    state.tearAt = -1;
    this.onTorn();
    return FAULT_FLASH;
  }

  onEvent(): void {}

  /** `tear` (bytes): the supply blinks in the next write, after so many; `fail` (count): writes fail; `well` ends both. */
  onFault(fault: string, value: number): void {
    if (fault === 'tear') this.state.tearAt = value;
    else if (fault === 'fail') this.state.fails = value;
    else if (fault === 'well') {
      this.state.tearAt = -1;
      this.state.fails = 0;
    } else throw new Error(`the PIN pad's storage has no fault ${fault}: tear, fail, well`);
  }
}
