/**
 * What acquirers want differently in the messages of a terminal: values of `TerminalSettings` that are numbers. Names for
 * people are in host/center/dialect.ts.
 */

/** `securityControl`: when F53 is sent. With a PIN or encrypted tracks, as UnionPay says; the others for foreign hosts. */
export const SECURITY_NEEDED = 0;
export const SECURITY_ALWAYS = 1;
export const SECURITY_WITH_PIN = 2;
export const SECURITY_NEVER = 3;
