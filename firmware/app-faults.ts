/** Fault codes of the application itself, beyond those of `hal/fault.ts`. */

/** A reversal is still owed: no new financial transaction. */
export const FAULT_REVERSAL_OWED = 100;
/** The center declined. */
export const FAULT_DECLINED = 101;
/** The center's answer lacks what it must hold. */
export const FAULT_BAD_ANSWER = 102;
/** The outcome of the sale is unknown: it is being reversed. */
export const FAULT_OUTCOME_UNKNOWN = 103;
/** The red key was held: the terminal is to be switched off. */
export const FAULT_POWER_KEY = 104;
/** The batch is full: settle first. */
export const FAULT_BATCH_FULL = 105;
export const FAULT_BAD_PASSWORD = 106;
/** Too many wrong passwords: the supervisor must unlock the clerk. */
export const FAULT_LOCKED = 107;
/** The terminal has not been told who it is, or where its host is. */
export const FAULT_NOT_PROVISIONED = 108;
