/** `cupos run`: the terminal in a World at wall speed, with the page that shows it. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import type { PartNames } from '../../emulator/parts';
import { listenAddress, oneOf, portNumber, wholeNumber } from '../option-values';

const TERMINAL_ID = '10000001';
const MERCHANT_ID = '898110053310001';

interface RunOptions {
  readonly port: string;
  readonly host: string;
  readonly data: string;
  readonly seed: string;
  readonly english?: boolean;
  readonly head: string;
  readonly modem: string;
}

function interrupted(): Promise<void> {
  return new Promise((ended) => {
    process.once('SIGINT', () => ended());
    process.once('SIGTERM', () => ended());
  });
}

/** The board variants of `--head` and `--modem`, checked. */
function partsOf(options: RunOptions): PartNames {
  const { headNames, modemNames } = require('../../emulator/parts') as typeof import('../../emulator/parts');
  return { head: oneOf(options.head, '--head', headNames), modem: oneOf(options.modem, '--modem', modemNames) };
}

async function run(options: RunOptions): Promise<void> {
  const port = portNumber(options.port);
  const host = listenAddress(options.host);
  const seed = wholeNumber(options.seed, '--seed', 0, 4294967295);
  const parts = partsOf(options);
  const { makeKeys } = require('../make-keys') as typeof import('../make-keys');
  const { startLive } =
    require('../../emulator/server/start-live') as typeof import('../../emulator/server/start-live');
  const { servePage } = require('../../emulator/server/server') as typeof import('../../emulator/server/server');
  const keys = makeKeys({ data: options.data, tid: TERMINAL_ID, mid: MERCHANT_ID });
  if (keys.made) process.stdout.write(`Cupos: made TEST keys in ${options.data}\n`);
  const terminal = keys.terminals.find((one) => one.terminalId === TERMINAL_ID);
  if (!terminal) throw new CliError(`no test key of terminal ${TERMINAL_ID} in ${options.data}`, 1);
  let close = (): void => undefined;
  try {
    const started = startLive({ dataDir: options.data, seed, english: options.english === true, parts, terminal });
    close = started.close;
    const server = await servePage(started.live, { host, port });
    const ended = interrupted();
    process.stdout.write(`Cupos: the terminal is at ${server.url} (state in ${options.data}; Ctrl-C ends)\n`);
    await Promise.race([ended, server.failed]);
    await server.close();
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(error instanceof Error ? error.message : String(error), 1);
  } finally {
    close();
  }
}

export function register(program: Command): void {
  program
    .command('run')
    .description('run the terminal at wall speed and serve its page')
    .option('--port <number>', 'port of the page; 0 takes a free one', '8583')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--seed <number>', "the World's seed", '1')
    .option('--head <name>', 'stripe head: shiftOut or edges', 'shiftOut')
    .option('--modem <name>', 'modem: sim800, ec20 or pstn', 'sim800')
    .option('--english', 'English screens and slips')
    .action((options: RunOptions) => run(options));
}
