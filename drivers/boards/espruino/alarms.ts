/**
 * One-shot alarms on the engine's timers. A timer that has rung gives its number to the next one, while drivers cancel alarms
 * that have rung already (hal/bus.ts allows it): an alarm therefore has a number of its own, for good.
 */
declare function clearTimeout(timer: number): void;
declare function setTimeout(
  callback: (handle: number, call: () => void) => void,
  delayMs: number,
  handle: number,
  call: () => void,
): number;

let lastHandle = 0;
/** The engine's timer by handle, of those that have not rung. */
const timers: { [handle: number]: number } = {};

function ring(handle: number, call: () => void): void {
  delete timers[handle];
  call();
}

export function alarm(delayMs: number, call: () => void): number {
  const handle = ++lastHandle;
  timers[handle] = setTimeout(ring, delayMs, handle, call);
  return handle;
}

export function cancelAlarm(handle: number): void {
  if (!timers[handle]) return;
  clearTimeout(timers[handle]);
  delete timers[handle];
}
