/**
 * Runs a flow: a list of short steps over one context. A step starts something and calls `go()` when it is done, or
 * `go(fault)` to end the flow; a step that has nothing to wait for returns true. The runner refuses a second `go` of
 * the same step and every `go` of a step that is past, so that a late device callback cannot move money twice. The next
 * step begins from an alarm: it never stands on the stack of the callback that ended the last one.
 */
import type { Clock } from '../hal/bus';

/** Ends a step: without a fault the next step begins, with one the flow ends. */
export type Go = (fault?: number) => void;

export type Step<C> = (context: C, go: Go) => boolean | void;

/** `done` is called exactly once, with the fault that ended the flow or 0. */
export function run<C>(clock: Clock, steps: readonly Step<C>[], context: C, done: (fault: number) => void): void {
  /** The step whose `go` counts, from 1; 0 between two steps and at the end. */
  let waiting = 0;

  function start(number: number): void {
    let at = number;
    let synchronous = true;
    while (synchronous && at <= steps.length) {
      waiting = at;
      synchronous = steps[at - 1](context, goOf(at)) === true && waiting === at;
      at++;
    }
    if (!synchronous) return;
    waiting = 0;
    done(0);
  }

  function goOf(mine: number): Go {
    return (fault) => {
      if (waiting !== mine) return;
      waiting = 0;
      clock.alarm(0, () => {
        if (fault) done(fault);
        else start(mine + 1);
      });
    };
  }

  start(1);
}
