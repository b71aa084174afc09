/**
 * Whether an HTTP request or a socket is meant for this server and comes from its own pages. A page of another origin is
 * none of ours (its browser would send what it likes), and neither is a name that only points here (DNS rebinding).
 */

/** A host as URLs write it: in small letters, IPv6 in brackets and shortened; '' for what is no host. */
function normal(host: string): string {
  if (!/^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(host)) return '';
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return '';
  }
}

const EVERY_ADDRESS = ['0.0.0.0', '::'];
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** `host`: the Host header. `bound`: the address that is listened on; on every address any name may be this machine's. */
export function isOwnName(host: string | undefined, bound: string): boolean {
  const name = normal(host ?? '');
  if (name === '') return false;
  const own = bound.includes(':') ? normal(`[${bound}]`) : normal(bound);
  return LOOPBACK.includes(name) || name === own || EVERY_ADDRESS.includes(bound);
}

/** `origin`: the Origin header; programs that are no browser send none. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === new URL(`http://${host ?? ''}`).host;
  } catch {
    return false;
  }
}
