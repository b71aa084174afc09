/**
 * A host that is none of ours behind an address of the World's network: every connection of the terminal's modem becomes
 * a TCP connection of this machine. Such a World must run at wall speed, and it can be neither copied nor repeated, since
 * nobody knows what the host remembers. What comes from there is bounded and goes to the modem as it is.
 */
import * as net from 'node:net';
import type { Bytes } from '../hal/bytes';
import type { Network, NetworkEndpoint } from './network';
import type { World, WorldDevice } from './world/world';

export interface ForeignAddress {
  readonly host: string;
  readonly port: number;
}

/** More than a terminal's whole day needs on one connection. */
const CONNECTION_LIMIT_BYTES = 262_144;
/** A host that reads nothing may let this much pile up. */
const UNSENT_LIMIT_BYTES = 65_536;
/** Later than any modem gives up. */
const CONNECT_LIMIT_MS = 120_000;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'reset the connection',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'has no address now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'does not answer',
  EPIPE: 'closed the connection',
};

interface Line {
  readonly socket: net.Socket;
  receivedBytes: number;
  isOpen: boolean;
  /** Why it ended, for whoever looks at the timeline. */
  reason: string;
}

export class ForeignHost implements WorldDevice, NetworkEndpoint {
  readonly name = 'foreignHost';
  state = {};
  /** Called before bytes leave: what the terminal wrote before must be safe by then. */
  onSend: () => void = () => undefined;
  private readonly lines = new Map<number, Line>();

  constructor(
    private readonly world: World,
    private readonly network: Network,
    readonly address: ForeignAddress,
  ) {
    world.add(this);
    // The way there takes its own time.
    network.onFault('latency', 0);
  }

  onEvent(): void {}

  snapshot(): never {
    throw new Error('a World whose center is a foreign host cannot be copied: its far end cannot be either');
  }

  onConnect(id: number): 'later' {
    const socket = net.connect({ ...this.address, timeout: CONNECT_LIMIT_MS });
    const line: Line = { socket, receivedBytes: 0, isOpen: false, reason: 'closed the connection' };
    this.lines.set(id, line);
    socket.setNoDelay(true);
    socket.once('connect', () => {
      socket.setTimeout(0);
      line.isOpen = true;
      this.network.decide(id, true);
    });
    socket.on('timeout', () => this.end(line, 'does not answer'));
    socket.on('data', (chunk) => this.received(id, line, chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      line.reason = reasons[error.code ?? ''] ?? `failed (${error.code ?? 'unknown'})`;
    });
    socket.on('close', () => this.closed(id, line));
    return 'later';
  }

  onBytes(id: number, bytes: Bytes): void {
    const line = this.lines.get(id);
    if (!line) return;
    this.onSend();
    line.socket.write(Buffer.from(bytes, 'latin1'));
    if (line.socket.writableLength > UNSENT_LIMIT_BYTES) this.end(line, 'reads nothing');
  }

  onClose(id: number): void {
    const line = this.lines.get(id);
    this.lines.delete(id);
    // What was written still goes out; what else the host has to say interests nobody.
    if (line?.isOpen) line.socket.destroySoon();
    else line?.socket.destroy();
  }

  /** Closes every connection. */
  close(): void {
    for (const { socket } of this.lines.values()) socket.destroy();
    this.lines.clear();
  }

  private received(id: number, line: Line, chunk: Buffer): void {
    if (!this.lines.has(id)) return;
    line.receivedBytes += chunk.length;
    if (line.receivedBytes > CONNECTION_LIMIT_BYTES) this.end(line, 'sends more than any message');
    else this.network.send(id, chunk.toString('latin1'));
  }

  private end(line: Line, reason: string): void {
    line.reason = reason;
    line.socket.destroy();
  }

  /** The terminal's modem hears of it only where it did not close by itself. */
  private closed(id: number, line: Line): void {
    if (!this.lines.delete(id)) return;
    const { host, port } = this.address;
    this.world.note('network', `the host ${host}:${port} ${line.reason}`);
    if (line.isOpen) this.network.close(id);
    else this.network.decide(id, false);
  }
}
