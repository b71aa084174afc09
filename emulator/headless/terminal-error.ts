/** What a test or a scenario is told when the terminal did not do what was expected: everything needed to look into it. */

export interface Circumstances {
  /** Four rows of the LCD. */
  readonly screen: readonly string[];
  /** The last pieces on the wires, decoded and masked, oldest first. */
  readonly timeline: readonly string[];
  readonly seed: number;
}

/** Thrown by a terminal whose expectation did not come true; its message shows the circumstances. */
export class TerminalError extends Error {
  constructor(
    /** One sentence, without the circumstances. */
    readonly what: string,
    readonly circumstances: Circumstances,
  ) {
    const { screen, timeline, seed } = circumstances;
    super([what, '--- screen', ...screen, '--- last on the wires', ...timeline, `--- seed ${seed}`, ''].join('\n'));
  }
}
