/**
 * The center on a TCP port: 2-byte length (or none), frame, in both directions. However a peer splits, joins, dawdles or rambles,
 * it gets whole answers or its connection closed; nothing it does reaches another connection.
 */
import * as net from 'node:net';
import { createFrameReader, framed } from './frame-reader';
import type { CenterReply } from './types';

/** Where the line listens, and how patient it is. */
export interface TcpOptions {
  /** Default 127.0.0.1: a test center is nobody else's business. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A connection without a complete frame for this long is closed; single bytes do not count. Default 120 s. */
  readonly idleTimeoutMs?: number;
  readonly maxConnections?: number;
  /** false: frames have no length before them, either way. Default true. */
  readonly frameLength?: boolean;
  /** Unix time, ms. */
  readonly now?: () => number;
  /** Calls `act` later; returns what prevents it. For tests. */
  readonly later?: (delayMs: number, act: () => void) => () => void;
}

/** A running line. */
export interface TcpServer {
  readonly host: string;
  readonly port: number;
  connectionCount(): number;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/** The part of the center that this shell needs. */
export interface FrameHandler {
  handle(frame: Uint8Array, nowMs: number): CenterReply[];
}

/** A peer that reads nothing may let this much pile up. */
const UNSENT_LIMIT_BYTES = 262_144;

function realLater(delayMs: number, act: () => void): () => void {
  const timer = setTimeout(act, delayMs);
  return () => clearTimeout(timer);
}

function serve(socket: net.Socket, center: FrameHandler, options: TcpOptions): void {
  const later = options.later ?? realLater;
  const now = options.now ?? Date.now;
  const idleTimeoutMs = options.idleTimeoutMs ?? 120_000;
  const frameLength = options.frameLength ?? true;
  const reader = createFrameReader(frameLength);
  const pending = new Set<() => void>();
  let cancelIdle = (): void => undefined;

  function restartIdle(): void {
    cancelIdle();
    cancelIdle = later(idleTimeoutMs, () => socket.destroy());
  }

  function send(reply: CenterReply): void {
    if (socket.destroyed || !socket.writable) return;
    if (reply.frame.length > 0) socket.write(framed(reply.frame, frameLength));
    if (reply.close) socket.end();
    else if (socket.writableLength > UNSENT_LIMIT_BYTES) socket.destroy();
  }

  function schedule(reply: CenterReply): void {
    if (reply.delayMs <= 0) return send(reply);
    const cancel = later(reply.delayMs, () => {
      pending.delete(cancel);
      send(reply);
    });
    pending.add(cancel);
  }

  function take(chunk: Buffer): void {
    reader.push(chunk.toString('latin1'));
    for (let frame = reader.next(); frame !== '' && !socket.destroyed; frame = reader.next()) {
      restartIdle();
      for (const reply of center.handle(Buffer.from(frame, 'latin1'), now())) schedule(reply);
    }
    if (reader.broken()) socket.destroy();
  }

  socket.setNoDelay(true);
  socket.on('data', take);
  // A reset connection is the peer's business; 'close' follows.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    cancelIdle();
    for (const cancel of pending) cancel();
    pending.clear();
  });
  restartIdle();
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`port ${port} on ${host} is in use`, { cause: error });
  if (error.code === 'EACCES') return new Error(`port ${port} on ${host} may not be used`, { cause: error });
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new Error(`${host} is no address of this machine`, { cause: error });
  }
  return new Error(`cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
}

/** Listens; rejects with one clear sentence where it cannot. */
export function startTcpServer(center: FrameHandler, options: TcpOptions): Promise<TcpServer> {
  const host = options.host ?? '127.0.0.1';
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, center, options);
  });
  server.maxConnections = options.maxConnections ?? 1000;

  function close(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  }

  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, host, options.port)));
    server.listen(options.port, host, () => {
      const port = (server.address() as net.AddressInfo).port;
      resolve({ host, port, close, connectionCount: () => sockets.size });
    });
  });
}
