/** What a command reports to its user: one clear line and an exit status, never a stack trace. */
export class CliError extends Error {
  constructor(
    message: string,
    /** 1: the data failed; 2: wrong use. */
    readonly exitStatus: 1 | 2 = 2,
  ) {
    super(message);
  }
}
