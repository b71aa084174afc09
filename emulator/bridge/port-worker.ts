/**
 * A port in a thread of its own, for a reader that blocks (port-cable.ts): what comes is posted, and a counter is raised that
 * the reader can wait for.
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { workerData, type MessagePort } from 'node:worker_threads';

export interface PortTask {
  readonly port: string;
  readonly baud: number;
  readonly channel: MessagePort;
  /** Raised with each message. */
  readonly signal: SharedArrayBuffer;
}

export type FromPort =
  { readonly open: true } | { readonly bytes: Uint8Array } | { readonly gone: string; readonly isOpen: boolean };

const { port, baud, channel, signal } = workerData as PortTask;
const counter = new Int32Array(signal);
let isOpen = false;
let isGone = false;

function post(message: FromPort): void {
  channel.postMessage(message);
  Atomics.add(counter, 0, 1);
  Atomics.notify(counter, 0);
}

function opened(): void {
  isOpen = true;
  post({ open: true });
}

function gone(why: string): void {
  if (isGone) return;
  isGone = true;
  post({ gone: why, isOpen });
}

const received = (bytes: Uint8Array): void => post({ bytes: Uint8Array.from(bytes) });

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'there is no such host',
  EHOSTUNREACH: 'there is no way to that host',
  ETIMEDOUT: 'nobody answers there',
};

function openTcp(host: string, tcpPort: number): void {
  const socket = connect(tcpPort, host);
  socket.setNoDelay(true);
  socket.on('connect', opened);
  socket.on('data', received);
  socket.on('error', (error: NodeJS.ErrnoException) => gone(reasons[error.code ?? ''] ?? error.message));
  socket.on('close', () => gone('the far end closed the connection'));
  channel.on('message', (bytes: Uint8Array | null) =>
    bytes ? socket.write(bytes) : socket.end(() => channel.close()),
  );
}

function openSerial(): void {
  const child = spawn(process.execPath, [join(__dirname, 'serial-child.js'), port, String(baud)]);
  let said = '';
  child.stdout.on('data', received);
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
    if (!isOpen && said.startsWith('open\n')) opened();
  });
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => gone(error.message));
  child.on('close', () => {
    gone(said.replace(/^open\n/, '').trim() || 'the port was closed');
    channel.close();
  });
  channel.on('message', (bytes: Uint8Array | null) => (bytes ? child.stdin.write(bytes) : child.stdin.end()));
}

const tcp = /^tcp:\/\/([^:/]+):(\d{1,5})$/.exec(port);
if (tcp) openTcp(tcp[1], parseInt(tcp[2], 10));
else openSerial();
