/**
 * Serves the page and its socket. Loopback by default; a page of another origin cannot drive the terminal: the socket
 * takes only an Origin that is this server itself (or none, from programs that are no browser).
 */
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { WebSocket } from 'ws';
import { isOwnName, isOwnOrigin } from '../../host/own-address';
import { checkAction, placeOf } from './actions';
import { cardIds, type LiveTerminal } from './live-terminal';
import type { Update } from './messages';
import { servePageFiles } from './page-files';

const TICK_MS = 20;
const STATE_EVERY_TICKS = 3;
const MESSAGES_PER_SECOND = 200;
/** Tabs that look at one terminal. */
const MOST_SOCKETS = 32;
/** A tab that takes nothing in is let go: it can come again and gets everything anew. */
const MOST_UNSENT_BYTES = 4_000_000;
const CLOSE_TOO_MANY = 4008;

/** The page brings everything with it, and nobody else's page may frame it. */
const headers = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export interface PageServer {
  readonly url: string;
  /** Rejects when the World itself failed; never resolves. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

function whyNotListening(error: NodeJS.ErrnoException, options: { host: string; port: number }): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${options.port} is in use; choose another with --port`;
    case 'EACCES':
      return `port ${options.port} may not be used; choose another with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${options.host} is not an address of this machine`;
    default:
      return `cannot listen on ${options.host}:${options.port}: ${error.message}`;
  }
}

export async function servePage(live: LiveTerminal, options: { host: string; port: number }): Promise<PageServer> {
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: 10_000,
    frameworkErrors: (_error, _request, reply) => {
      void (reply as unknown as FastifyReply)
        .code(400)
        .headers(headers)
        .send('this address is malformed; the page is at /');
    },
  });
  const sockets = new Set<WebSocket>();
  let lastState = '';

  const sendTo = (socket: WebSocket, update: Update): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_UNSENT_BYTES) socket.terminate();
    else socket.send(JSON.stringify(update));
  };

  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: 10_000,
      verifyClient: (info: { origin: string; req: { headers: { host?: string } } }) =>
        isOwnName(info.req.headers.host, options.host) && isOwnOrigin(info.origin || undefined, info.req.headers.host),
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    // A socket was judged by verifyClient, which also ends its connection.
    if (!request.ws && !isOwnName(request.headers.host, options.host)) {
      await reply.code(403).send('this server answers to its own address only');
    }
    reply.headers(headers);
  });
  servePageFiles(app);

  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(`there is nothing at this address (${request.method}); the page is at /`),
  );
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    return reply.code(status).send(status < 500 ? 'this request is malformed; the page is at /' : 'it went wrong here');
  });

  app.get('/socket', { websocket: true }, (socket) => {
    if (sockets.size >= MOST_SOCKETS) {
      const message = `${MOST_SOCKETS} pages look at this terminal already: close one`;
      sendTo(socket, { type: 'refused', place: '', message });
      socket.close(CLOSE_TOO_MANY);
      return;
    }
    sockets.add(socket);
    sendTo(socket, live.hello());
    sendTo(socket, live.state());
    sendTo(socket, { type: 'timeline', rows: live.lastRows() });
    const ledger = live.ledger(true);
    if (ledger) sendTo(socket, ledger);
    let allowance = MESSAGES_PER_SECOND;
    let holdsRed = false;
    const refill = setInterval(() => {
      allowance = MESSAGES_PER_SECOND;
    }, 1000);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (--allowance < -1) return;
      const text = isBinary ? '' : data.toString('utf8');
      try {
        if (allowance < 0) throw new Error(`more than ${MESSAGES_PER_SECOND} messages a second: slow down`);
        if (isBinary) throw new Error('a message must be text');
        const action = checkAction(text, cardIds);
        if (action.do === 'power-key') holdsRed = action.held;
        live.act(action);
        if (action.do === 'open') sendTo(socket, live.openRow(action.id));
      } catch (error) {
        const message = error instanceof Error ? error.message : 'refused';
        sendTo(socket, { type: 'refused', place: placeOf(text), message });
      }
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(refill);
      sockets.delete(socket);
      if (holdsRed) live.releaseRed();
    });
  });

  app.get<{ Params: { name: string } }>('/paper/:name', async (request, reply) => {
    const match = /^(\d{1,6})\.png$/.exec(request.params.name);
    const png = match ? live.slipPng(parseInt(match[1], 10)) : null;
    if (!png) return reply.code(404).send('there is no such slip any more');
    return reply.header('cache-control', 'no-store').type('image/png').send(png);
  });

  let ticks = 0;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const timer = setInterval(() => {
    try {
      live.tick(Date.now());
    } catch (error) {
      clearInterval(timer);
      fail(error);
      return;
    }
    const rows = live.takeRows();
    if (sockets.size === 0) return;
    if (rows.length > 0) for (const socket of sockets) sendTo(socket, { type: 'timeline', rows });
    if (ticks++ % STATE_EVERY_TICKS !== 0) return;
    const state = live.state();
    const text = JSON.stringify({ ...state, atMs: Math.floor(state.atMs / 100) });
    if (text !== lastState) {
      lastState = text;
      for (const socket of sockets) sendTo(socket, state);
    }
    const ledger = live.ledger();
    if (ledger) for (const socket of sockets) sendTo(socket, ledger);
  }, TICK_MS);

  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    clearInterval(timer);
    await app.close();
    throw new Error(whyNotListening(error as NodeJS.ErrnoException, options), { cause: error });
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    failed,
    close: async () => {
      clearInterval(timer);
      for (const socket of sockets) socket.terminate();
      await app.close();
    },
  };
}
