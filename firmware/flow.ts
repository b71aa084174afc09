/**
 * Runs a flow: a list of short steps over one context. A step starts something and calls `go()` when it is done, or
 * `go(fault)` to end the flow; a step that has nothing to wait for returns true. The runner refuses a second `go` of
 * the same step and every `go` of a step that is past, so that a late device callback cannot move money twice.
 */

/** Ends a step: without a fault the next step begins, with one the flow ends. */
export type Go = (fault?: number) => void;

export type Step<C> = (context: C, go: Go) => boolean | void;

/** `done` is called exactly once, with the fault that ended the flow or 0. */
export function run<C>(steps: readonly Step<C>[], context: C, done: (fault: number) => void): void {
  /** Number of the step that runs, counted from 1; beyond the list when the flow has ended. */
  let at = 0;

  function end(fault: number): void {
    at = steps.length + 1;
    done(fault);
  }

  function goOf(mine: number): Go {
    return (fault) => {
      if (at !== mine) return;
      if (fault) end(fault);
      else next();
    };
  }

  function next(): void {
    let synchronous = true;
    while (synchronous) {
      const mine = ++at;
      if (mine > steps.length) {
        end(0);
        return;
      }
      synchronous = (steps[mine - 1] as Step<C>)(context, goOf(mine)) === true && at === mine;
    }
  }

  next();
}
