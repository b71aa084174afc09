/**
 * Where acquirers differ in what they want from a terminal (docs/foreign-host.md): the names people use. The terminal's
 * settings hold the numbers, which are the places of the names in these lists (firmware/dialect.ts, hal/pad-commands.ts).
 */

/** F64: UnionPay's own "ECB" mode, ANSI X9.9, ANSI X9.19. */
export const macModes = ['unionpay', 'x9.9', 'x9.19'] as const;
/** One of `macModes`. */
export type MacMode = (typeof macModes)[number];

/** When F53 is sent: with a PIN or encrypted tracks, always, with a PIN only, never. */
export const securityControls = ['needed', 'always', 'pin', 'never'] as const;
/** One of `securityControls`. */
export type SecurityControl = (typeof securityControls)[number];

/** What a center is told of a terminal's dialect; what is left out is UnionPay's own. */
export interface TerminalDialect {
  readonly macMode: MacMode;
  readonly securityControl: SecurityControl;
}

export const unionPayDialect: TerminalDialect = { macMode: 'unionpay', securityControl: 'needed' };

/** Of stored or foreign words: what is no word of the lists is refused by name. */
export function checkDialect(dialect: Partial<Record<keyof TerminalDialect, string>>): TerminalDialect {
  const macMode = macModes.find((name) => name === (dialect.macMode ?? 'unionpay'));
  if (!macMode) throw new Error(`a MAC mode is one of ${macModes.join(', ')}`);
  const securityControl = securityControls.find((name) => name === (dialect.securityControl ?? 'needed'));
  if (!securityControl) throw new Error(`F53 is sent in one of these ways: ${securityControls.join(', ')}`);
  return { macMode, securityControl };
}
