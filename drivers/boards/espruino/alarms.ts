/**
 * One-shot alarms on the engine's timers. The engine gives a new timer the highest number in use plus one, so that one that has
 * rung hands its number on, while drivers cancel alarms that have rung already (hal/bus.ts allows it). A timer that never rings
 * is therefore kept behind the last alarm: no number comes twice, and an alarm's listener is called by the engine itself.
 */
declare function clearTimeout(timer: number): void;
declare function getTime(): number;
declare function setTimeout(callback: () => void, delayMs: number): number;

/** Eighty years. */
const NEVER_MS = 2.5e12;

/** The timer that keeps the numbers from coming back. */
let keeper = 0;

export function alarm(delayMs: number, call: () => void): number {
  const timer = setTimeout(call, delayMs);
  clearTimeout(keeper);
  // A listener would be held for as long.
  keeper = setTimeout(getTime, NEVER_MS);
  return timer;
}

export const cancelAlarm = clearTimeout;
