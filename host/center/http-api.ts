/** The HTTP API's door: what it needs is loaded when it is first opened, and its types are nobody else's business. */
import type { Center } from './types';

/** Where the HTTP API listens. */
export interface HttpOptions {
  /** Default 127.0.0.1. Nobody is asked who they are: another address is for a network of your own. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of this package, for the document. */
  readonly version?: string;
  /** Told of what went wrong inside; whoever asked hears a sentence only. */
  readonly onError?: (error: unknown) => void;
}

/** A running HTTP API. */
export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the center's cards, terminals, faults and books over HTTP (docs/center.md); rejects with one clear sentence. */
export function startHttpApi(center: Center, options: HttpOptions): Promise<HttpServer> {
  const server = require('./http/server') as typeof import('./http/server');
  return server.startHttpApi(center, options);
}
