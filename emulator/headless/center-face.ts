/** The acquiring center as a test sees it: all of `Center`, and what most tests ask of it in fewer words. */
import type { Center, CenterFault } from '../../host/center/types';

/** Which messages meet a fault. */
export interface CenterFaultOptions {
  /** How many messages meet the fault; default 1. */
  readonly count?: number;
  /** Only messages of this type, such as `0200`; default any. */
  readonly mti?: string;
}

/** `terminal.center`: the whole center, and what most tests ask of it in fewer words. */
export interface CenterFace extends Center {
  /** What a test card's account holds, in fen. Throws for a card the center does not know. */
  balanceFen(cardId: string): number;
  /** The next messages of this terminal meet a fault (docs/center.md lists them). */
  fail(fault: CenterFault, options?: CenterFaultOptions): void;
  /** New working keys at the center, unknown to this terminal until it signs in again. */
  loseKeys(): void;
}

export function createCenterFace(center: Center, terminalId: string): CenterFace {
  return {
    ...center,
    balanceFen: (cardId) => {
      const account = center.accounts().find((row) => row.card === cardId);
      if (!account) throw new Error(`the center has no account of a card "${cardId}"`);
      return account.balanceFen;
    },
    fail: (fault, { count = 1, mti = '*' } = {}) => center.setFault(terminalId, fault, count, mti),
    loseKeys: () => center.replaceKeys(terminalId),
  };
}
