/** `cupos run`: the terminal in a World at wall speed, with the page that shows it. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { addForeignOptions, MERCHANT_ID, readForeign, TERMINAL_ID, type ForeignOptions } from '../foreign-options';
import type { ForeignRun } from '../foreign-options';
import type { TerminalSetup } from '../../host/center/types';
import type { TerminalFile } from '../terminal-file';
import { listenAddress, portNumber, wholeNumber } from '../option-values';
import { addRealPartOptions, announceParts, closeParts, openWantedParts, readRealParts } from '../real-part-options';
import type { RealPartOptions } from '../real-part-options';
import { partsOf, serveUntilInterrupted } from '../serve-live';
import { checkTraceName, openTrace, TRACE_OPTION } from '../trace-option';

interface RunOptions extends ForeignOptions, RealPartOptions {
  readonly port: string;
  readonly host: string;
  readonly data: string;
  readonly seed: string;
  readonly english?: boolean;
  readonly head: string;
  readonly modem: string;
  readonly pad: string;
  readonly tui?: boolean;
  readonly trace?: string;
}

/** The terminal with its master key: the one given for a foreign host, or the TEST key of the state directory. */
function terminalOf(data: string, foreign: ForeignRun | null, own: TerminalFile | null): TerminalSetup {
  const terminalId = foreign?.terminalId ?? own?.terminalId ?? TERMINAL_ID;
  const merchantId = foreign?.merchantId ?? own?.merchantId ?? MERCHANT_ID;
  if (foreign && foreign.tmk !== '') return { terminalId, merchantId, tmk: foreign.tmk };
  const { makeKeys } = require('../make-keys') as typeof import('../make-keys');
  const keys = makeKeys({ data, tid: terminalId, mid: merchantId });
  if (keys.made) process.stdout.write(`Cupos: made TEST keys in ${data}\n`);
  const terminal = keys.terminals.find((one) => one.terminalId === terminalId);
  if (!terminal) throw new CliError(`no test key of terminal ${terminalId} in ${data}`, 1);
  return { ...terminal, merchantId };
}

async function run(options: RunOptions): Promise<void> {
  if (options.tui && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new CliError('--tui needs a console: standard input and output must be a terminal (ssh -t gives one)');
  }
  const port = portNumber(options.port);
  const host = listenAddress(options.host);
  const seed = wholeNumber(options.seed, '--seed', 0, 4294967295);
  const parts = partsOf(options);
  if (options.trace !== undefined) checkTraceName(options.trace);
  const foreign = readForeign(options, options.data);
  const wanted = readRealParts(options, foreign !== null);
  const { startLive } =
    require('../../emulator/server/start-live') as typeof import('../../emulator/server/start-live');
  const { readTerminalFile } = require('../terminal-file') as typeof import('../terminal-file');
  const own = foreign ? null : readTerminalFile(options.data);
  const realParts = await openWantedParts(wanted);
  let close = (): void => undefined;
  try {
    const terminal = terminalOf(options.data, foreign, own);
    const started = startLive({
      dataDir: foreign?.dataDir ?? options.data,
      seed,
      english: options.english === true,
      parts,
      terminal,
      realParts,
      ...(foreign && { foreign }),
      ...(own && { ownFlashOnly: own.center }),
    });
    const trace = options.trace === undefined ? null : openTrace(started.inside, options.trace);
    close = () => {
      trace?.close();
      started.close();
    };
    if (options.tui) {
      const { runTui } = require('../../emulator/tui/tui') as typeof import('../../emulator/tui/tui');
      await runTui({ live: started.live, inside: started.inside, language: options.english ? 'en' : 'zh' });
      return;
    }
    const dataDir = foreign?.dataDir ?? options.data;
    for (const wire of started.inside.serialWires)
      wire.onChange = (sentence) => void process.stdout.write(`Cupos: ${sentence}\n`);
    await serveUntilInterrupted(started.live, { host, port }, (url) => {
      process.stdout.write(`Cupos: the terminal is at ${url} (state in ${dataDir}; Ctrl-C ends)\n`);
      const real = announceParts(wanted);
      if (real !== '') process.stdout.write(`Cupos: ${real}\n`);
      if (foreign) process.stdout.write(`Cupos: ${foreign.announcement}\n`);
    });
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(error instanceof Error ? error.message : String(error), 1);
  } finally {
    close();
    await closeParts(realParts);
  }
}

export function register(program: Command): void {
  const command = program
    .command('run')
    .description('run the terminal at wall speed and serve its page')
    .option('--port <number>', 'port of the page; 0 takes a free one', '8583')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--seed <number>', "the World's seed", '1')
    .option('--head <name>', 'stripe head: shiftOut or edges', 'shiftOut')
    .option('--modem <name>', 'modem: sim800, ec20 or pstn', 'sim800')
    .option('--pad <name>', "PIN pad: openssl (a fake) or firmware (the pad's own program)", 'openssl')
    .option('--english', 'English screens and slips')
    .option(...TRACE_OPTION)
    .option('--tui', 'show the terminal in this console instead of serving a page');
  addRealPartOptions(addForeignOptions(command)).action((options: RunOptions) => run(options));
}
