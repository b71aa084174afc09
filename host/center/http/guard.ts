/**
 * Who may speak to the HTTP API: programs on this machine. A page of another origin is refused (its browser would send
 * what it likes), and so is a name that only points here (DNS rebinding).
 */
import { isOwnName, isOwnOrigin } from '../../own-address';
import { Problem } from './problem';

/** Throws for a request that is none of ours. `bound`: the address that is listened on. */
export function checkSender(headers: { host?: string; origin?: string }, bound: string): void {
  const host = headers.host ?? '';
  if (!isOwnName(host, bound))
    throw new Problem(403, 'the Host header names another machine: ask by this address itself');
  if (!isOwnOrigin(headers.origin, host)) {
    throw new Problem(403, 'the Origin header names another page: only programs and pages of this server may ask');
  }
}

export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
