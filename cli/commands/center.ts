/** `cupos center`: the acquiring center alone on a TCP port, for a terminal elsewhere. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { listenAddress, portNumber } from '../option-values';

const DEFAULT_PORT = 8584;

interface CenterCommandOptions {
  readonly port: string;
  readonly host: string;
  readonly data: string;
  readonly json?: boolean;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs until a signal; resolves with the port closed and the database written. */
async function run(options: CenterCommandOptions): Promise<void> {
  const port = portNumber(options.port);
  // Node takes an empty address for every address there is.
  const host = listenAddress(options.host);
  const { openCenterOnDisk } = require('../../host/center/files') as typeof import('../../host/center/files');
  const { readKeysFile } = require('../keys-file') as typeof import('../keys-file');
  const { startTcpServer } = require('../../host/center/tcp') as typeof import('../../host/center/tcp');
  try {
    const terminals = readKeysFile(options.data)?.terminals;
    if (!terminals || terminals.length === 0)
      throw new CliError(`no test keys in ${options.data}: run "cupos keys" first`, 1);
    const disk = openCenterOnDisk(options.data, terminals, (error) =>
      process.stderr.write(`cupos: ${sentence(error)}\n`),
    );
    try {
      const server = await startTcpServer(disk.center, { host, port });
      const where = `${server.host}:${server.port}`;
      const facts = { host: server.host, port: server.port, terminals: terminals.length };
      const line = `center listens on ${where}, ${terminals.length} terminal(s), TEST data in ${options.data}`;
      process.stdout.write(`${options.json ? JSON.stringify(facts) : line}\n`);
      await signal();
      await server.close();
    } finally {
      disk.close();
    }
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(sentence(error), 1);
  }
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
    .option('--json', 'print JSON only')
    .action(run);
}
