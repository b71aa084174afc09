/** Under which keys and in which form a terminal sent PIN and tracks: F53, or what was agreed where it sends none. */
import type { SecurityControl } from './dialect';
import { decimals, has, type Request } from './request';
import type { WorkingKeys } from './security';

export interface Terms {
  readonly keys: WorkingKeys;
  /** F53's digits: PIN format, algorithm, tracks; '' where a dialect that sends it left it out. */
  readonly security: string;
}

export function termsOf(request: Request, keys: WorkingKeys, control: SecurityControl): Terms {
  const withPin = has(request, 52);
  const isAgreed = control === 'never' || (control === 'pin' && !withPin);
  if (has(request, 53) || !isAgreed) return { keys, security: decimals(request, 53) };
  return { keys, security: `${withPin ? 2 : 0}6${keys.tdk.length > 0 ? 1 : 0}0000000000000` };
}
