/** The HTTP API's door: what it needs is loaded when it is first opened. */
import type { HttpOptions, HttpServer } from './http/server';
import type { Center } from './types';

export type { HttpOptions, HttpServer } from './http/server';

/** Serves the center's cards, terminals, faults and books over HTTP (docs/center.md); rejects with one clear sentence. */
export function startHttpApi(center: Center, options: HttpOptions): Promise<HttpServer> {
  const server = require('./http/server') as typeof import('./http/server');
  return server.startHttpApi(center, options);
}
