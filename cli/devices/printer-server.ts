/**
 * The fake printer behind a TCP port, RAW as on port 9100: connections print one after the other. Bytes wait in the socket
 * while the printer cannot take them (paper, cover, heat); the printer's time runs as fast as it goes.
 */
import { createServer, type Socket } from 'node:net';
import { EscPosPrinter } from '../../emulator/devices/escpos-printer';
import { World } from '../../emulator/world/world';
import { deviceFaults } from '../../emulator/scenario/faults';
import { CliError } from '../cli-error';
import { createSlipFiles } from './slip-files';

export interface PrinterServerOptions {
  readonly port: number;
  readonly host: string;
  readonly outDir: string;
  /** Gets one line for everything that a person should know. */
  readonly say: (line: string) => void;
}

export interface PrinterServer {
  readonly port: number;
  /** Rejects when the server cannot go on. */
  readonly failed: Promise<never>;
  /** Makes the printer fail: `paper 3`, `refill`, `cover` …; gives a line that says what became of it. */
  fault(line: string): string;
  close(): Promise<void>;
}

const MOST_WAITING = 16;
/** Printed by virtual time in one go: more than a buffer takes. */
const CALM_MS = 300_000;
/** A connection that says nothing for so long makes room for those behind it. */
const SILENCE_MS = 60_000;

export async function servePrinter(options: PrinterServerOptions): Promise<PrinterServer> {
  const { say } = options;
  const world = new World(1);
  const printer = new EscPosPrinter(world);
  // Why something did not come out; that a slip is done is told with its file.
  world.timeline.listen(({ direction, text }) => {
    if (direction === 'note' && !text.startsWith('slip ') && !text.startsWith('fault ')) say(text);
  });
  const waiting: Socket[] = [];
  const save = createSlipFiles(printer, options.outDir, say);
  let unprinted = '';
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);

  const answer = {
    send: (bytes: string): void => void waiting[0]?.write(Buffer.from(bytes, 'latin1')),
  };

  /** Feeds what has arrived as the buffer takes it, and lets the connection send more when all is taken. */
  function feed(): void {
    try {
      while (unprinted !== '') {
        const room = printer.roomBytes();
        if (room === 0) break;
        const part = unprinted.slice(0, room);
        unprinted = unprinted.slice(part.length);
        printer.onUart(part, answer);
        world.run(CALM_MS);
      }
      save();
    } catch (error) {
      fail(error as Error);
      return;
    }
    if (unprinted === '') waiting[0]?.resume();
  }

  function next(): void {
    const socket = waiting.at(0);
    if (socket === undefined) return;
    socket.setTimeout(SILENCE_MS, () => {
      if (waiting.length > 1) socket.destroy();
    });
    socket.on('data', (data: Buffer) => {
      socket.pause();
      unprinted += data.toString('latin1');
      feed();
    });
    socket.resume();
  }

  function gone(socket: Socket): void {
    const at = waiting.indexOf(socket);
    if (at >= 0) waiting.splice(at, 1);
    if (at !== 0) return;
    // A job that does not cut is torn off; what it left unfinished is no part of the next one.
    if (unprinted === '') printer.reset();
    printer.tearOff();
    feed();
    next();
  }

  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => gone(socket));
    if (waiting.length >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    waiting.push(socket);
    if (waiting.length === 1) next();
  });
  server.on('error', (error) => fail(error));
  await listening(server, options);
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    failed,
    fault: (line) => {
      const [name, count = '0', ...more] = line.trim().split(/\s+/);
      if (more.length > 0 || !deviceFaults['printer'].includes(name) || !/^\d{1,6}$/.test(count)) {
        return `no such fault; there are ${deviceFaults['printer'].join(', ')}, with a number where one is needed`;
      }
      world.fault('printer', name, parseInt(count, 10));
      world.run(CALM_MS);
      feed();
      return `${name}: ${unprinted === '' ? 'nothing waits' : `${unprinted.length} bytes wait`}`;
    },
    close: () =>
      new Promise((ended) => {
        server.close(() => ended());
        for (const socket of [...waiting]) socket.destroy();
      }),
  };
}

function listening(server: ReturnType<typeof createServer>, { port, host }: PrinterServerOptions): Promise<void> {
  return new Promise((done, reject) => {
    const refused = (error: NodeJS.ErrnoException): void =>
      reject(new CliError(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`, 1));
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      done();
    });
  });
}
