/** A buzzer with its own oscillator on one pin: high sounds. A beep during a beep makes it last as long as the longer. */
import type { Clock, GpioPort } from '../hal/bus';
import type { Beeper } from '../hal/devices';

const LONGEST_MS = 2000;

export function createPinBeeper(pin: GpioPort, clock: Clock): Beeper {
  let endsAtMs = 0;
  let alarm = 0;

  function stop(): void {
    alarm = 0;
    pin.write(0);
  }

  return {
    beep: (durationMs) => {
      const lengthMs = durationMs > LONGEST_MS ? LONGEST_MS : durationMs;
      const untilMs = clock.nowMs() + lengthMs;
      if (lengthMs <= 0 || (alarm !== 0 && untilMs <= endsAtMs)) return;
      clock.cancelAlarm(alarm);
      endsAtMs = untilMs;
      pin.write(1);
      alarm = clock.alarm(lengthMs, stop);
    },
  };
}
