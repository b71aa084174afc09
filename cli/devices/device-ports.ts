/** The two ways to reach a fake modem: a TCP port, one caller at a time, and a pseudo terminal that Debian's socat makes. */
import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { CliError } from '../cli-error';

/** Where a modem's wire ends. */
export interface DevicePort {
  /** For people: `127.0.0.1:4001`, or the path of the pseudo terminal. */
  readonly where: string;
  readonly failed: Promise<never>;
  write(bytes: Buffer): void;
  /** Lets the caller go; where there is no such thing, nothing happens. */
  hangUp(): void;
  close(): Promise<void>;
}

/** A caller that reads nothing may let this much pile up; a modem without flow control drops the rest as well. */
const UNSENT_LIMIT_BYTES = 65_536;
/** How long a second caller waits for the first to be gone. */
const HANDOVER_MS = 500;
const PTY_LIMIT_MS = 5_000;
const PTY_POLL_MS = 20;

export async function openTcpPort(host: string, port: number, onBytes: (bytes: Buffer) => void): Promise<DevicePort> {
  let caller: Socket | null = null;
  let next: Socket | null = null;
  function take(socket: Socket): void {
    caller = socket;
    socket.setNoDelay(true);
    socket.on('data', onBytes);
    socket.on('close', () => {
      if (caller === socket) caller = null;
    });
  }
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // A serial line has one plug. Whoever reconnects at once may arrive before his old connection has ended here.
    if (!caller) take(socket);
    else if (next) socket.destroy();
    else {
      next = socket;
      const giveUp = setTimeout(() => socket.destroy(), HANDOVER_MS);
      socket.on('close', () => {
        clearTimeout(giveUp);
        if (next === socket) next = null;
      });
      caller.on('close', () => {
        clearTimeout(giveUp);
        if (next !== socket) return;
        next = null;
        take(socket);
      });
    }
  });
  await new Promise<void>((done, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new CliError(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`, 1)),
    );
    server.listen(port, host, done);
  });
  server.on('error', (error) => fail(error));
  const address = server.address();
  return {
    where: `${host}:${typeof address === 'object' && address !== null ? address.port : port}`,
    failed,
    write: (bytes) => {
      if (caller && caller.writableLength < UNSENT_LIMIT_BYTES) caller.write(bytes);
    },
    hangUp: () => caller?.destroy(),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        caller?.destroy();
        next?.destroy();
      }),
  };
}

/** Makes a pseudo terminal and a link to it at `path`. */
export async function openPty(path: string, onBytes: (bytes: Buffer) => void, program = 'socat'): Promise<DevicePort> {
  if (path.trim() === '' || /[,!:\s]/.test(path)) {
    throw new CliError('--pty takes a path without blanks, commas, colons and exclamation marks');
  }
  if (existsSync(path)) throw new CliError(`${path} exists: name a path that is free`, 1);
  if (!existsSync(dirname(path))) throw new CliError(`there is no folder ${dirname(path)} for --pty`, 1);
  const socat = spawn(program, [`PTY,rawer,link=${path}`, 'STDIO'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  let closing = false;
  let over = false;
  let complaint = '';
  socat.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-500)));
  socat.stdin.on('error', () => undefined);
  socat.stdout.on('data', onBytes);
  const ended = new Promise<void>((done) => {
    socat.on('close', () => done());
    socat.on('error', () => done());
  });
  socat.on('error', (error: NodeJS.ErrnoException) => {
    over = true;
    const missing = '--pty needs the program socat (Debian: apt-get install socat); --tcp does without';
    fail(new CliError(error.code === 'ENOENT' ? missing : `socat cannot run: ${error.code ?? error.message}`, 1));
  });
  socat.on('exit', () => {
    over = true;
    if (!closing) fail(new CliError(`socat ended: ${complaint.trim().split('\n').pop() || 'no reason given'}`, 1));
  });
  const held = await Promise.race([failed, openSlave(path, () => over)]);
  return {
    where: path,
    failed,
    write: (bytes) => {
      if (socat.stdin.writableLength < UNSENT_LIMIT_BYTES) socat.stdin.write(bytes);
    },
    hangUp: () => undefined,
    close: async () => {
      closing = true;
      closeSync(held);
      socat.kill();
      await ended;
    },
  };
}

/** Holds the terminal's side open too: without it the pair would end with the first program that closes it. */
async function openSlave(path: string, isOver: () => boolean): Promise<number> {
  for (let waitedMs = 0; waitedMs < PTY_LIMIT_MS && !isOver(); waitedMs += PTY_POLL_MS) {
    if (existsSync(path)) return openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    await new Promise((done) => setTimeout(done, PTY_POLL_MS));
  }
  throw new CliError(`socat made no ${path} within ${PTY_LIMIT_MS / 1000} s`, 1);
}
