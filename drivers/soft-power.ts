/**
 * Soft power switch: the red key held for two seconds raises the supply by hardware; from then on the firmware keeps it
 * with the latch. Tells of the red key held again, and lets the latch go.
 */
import type { Clock, GpioPort } from '../hal/bus';
import type { Power } from '../hal/devices';

const HOLD_MS = 2000;
const KEY_BIT = 1;

export function createSoftPower(key: GpioPort, latch: GpioPort, clock: Clock): Power {
  let listener: (() => void) | null = null;
  let alarm = 0;

  function heldLongEnough(): void {
    alarm = 0;
    if (listener && !(key.read() & KEY_BIT)) listener();
  }

  // The hold that switched the terminal on ends with a release: only a new press counts.
  key.onChange((levels) => {
    clock.cancelAlarm(alarm);
    alarm = levels & KEY_BIT ? 0 : clock.alarm(HOLD_MS, heldLongEnough);
  });
  latch.write(1);

  return {
    onHold: (given) => {
      listener = given;
    },
    off: () => latch.write(0),
  };
}
