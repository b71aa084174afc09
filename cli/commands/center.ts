/** `cupos center`: the acquiring center alone on a TCP port, for a terminal elsewhere, and its HTTP API. */
import type { Command } from 'commander';
import type { HttpServer } from '../../host/center/http-api';
import type { FrameHandler } from '../../host/center/tcp';
import type { Center } from '../../host/center/types';
import { CliError } from '../cli-error';
import { listenAddress, portNumber, wholeNumber } from '../option-values';
import { packageVersion } from '../package-version';

const DEFAULT_PORT = 8584;

interface CenterCommandOptions {
  readonly port: string;
  readonly host: string;
  readonly data: string;
  readonly http?: string;
  readonly httpHost: string;
  readonly lengthless?: boolean;
  readonly json?: boolean;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** With `--json` every message leaves a line. */
function logged(center: FrameHandler): FrameHandler {
  const { logLine } = require('../../host/center/log-line') as typeof import('../../host/center/log-line');
  return {
    handle: (frame, nowMs) => {
      const replies = center.handle(frame, nowMs);
      printJson(logLine(frame, replies, nowMs));
      return replies;
    },
  };
}

/** Runs until a signal; resolves with the port closed and the database written. */
async function run(options: CenterCommandOptions): Promise<void> {
  const port = portNumber(options.port);
  // Node takes an empty address for every address there is.
  const host = listenAddress(options.host);
  const httpPort = options.http === undefined ? -1 : wholeNumber(options.http, '--http', 0, 65535);
  const httpHost = listenAddress(options.httpHost, '--http-host');
  const { openCenterOnDisk } = require('../../host/center/files') as typeof import('../../host/center/files');
  const { readKeysFile } = require('../keys-file') as typeof import('../keys-file');
  const { startTcpServer } = require('../../host/center/tcp') as typeof import('../../host/center/tcp');
  try {
    const terminals = readKeysFile(options.data)?.terminals;
    if (!terminals || terminals.length === 0)
      throw new CliError(`no test keys in ${options.data}: run "cupos keys --data ${options.data}" first`, 1);
    const disk = openCenterOnDisk(options.data, terminals, (error) =>
      process.stderr.write(`cupos: ${sentence(error)}\n`),
    );
    try {
      const frameLength = !options.lengthless;
      const center = options.json ? logged(disk.center) : disk.center;
      const server = await startTcpServer(center, { host, port, frameLength });
      try {
        const api = httpPort < 0 ? null : await startApi(disk.center, httpHost, httpPort);
        const facts = { host: server.host, port: server.port, terminals: terminals.length };
        const where = `${server.host}:${server.port}`;
        const line = `center listens on ${where}, ${terminals.length} terminal(s), TEST data in ${options.data}`;
        if (options.json) printJson({ ...facts, ...(api && { http: api.url }) });
        else process.stdout.write(`${line}\n${api ? `its HTTP API is at ${api.url}\n` : ''}`);
        await signal();
        await api?.close();
      } finally {
        await server.close();
      }
    } finally {
      disk.close();
    }
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(sentence(error), 1);
  }
}

function startApi(center: Center, host: string, port: number): Promise<HttpServer> {
  const { startHttpApi } = require('../../host/center/http-api') as typeof import('../../host/center/http-api');
  const onError = (error: unknown): void => void process.stderr.write(`cupos: ${sentence(error)}\n`);
  return startHttpApi(center, { host, port, version: packageVersion(), onError });
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

export function register(program: Command): void {
  program
    .command('center')
    .description('run the acquiring center alone on a TCP port')
    .option('--port <n>', 'port to listen on; 0 takes a free one', String(DEFAULT_PORT))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--http <n>', 'serve the HTTP API on this port too; 0 takes a free one')
    .option('--http-host <address>', 'address of the HTTP API', '127.0.0.1')
    .option('--lengthless', 'frames have no two bytes of length before them')
    .option('--json', 'print JSON only: a line at the start, and one for each message')
    .action(run);
}
