/** `cupos record`: as `cupos run`, and what is done on the page becomes a scenario, or a run that can be played again. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Recording } from '../../emulator/record/start-recorded';
import { CliError } from '../cli-error';
import { MERCHANT_ID, TERMINAL_ID } from '../foreign-options';
import { listenAddress, portNumber, wholeNumber } from '../option-values';
import { partsOf, serveUntilInterrupted } from '../serve-live';
import { checkTraceName, openTrace, TRACE_OPTION } from '../trace-option';

interface RecordOptions {
  readonly out?: string;
  readonly run?: string;
  readonly continue?: boolean;
  readonly port: string;
  readonly host: string;
  readonly data: string;
  readonly seed: string;
  readonly english?: boolean;
  readonly head: string;
  readonly modem: string;
  readonly pad: string;
  readonly trace?: string;
}

function checkNames({ out, run, trace, continue: goesOn }: RecordOptions): void {
  if (out === undefined && run === undefined)
    throw new CliError('say what to write: --out sale.yaml, --run sale.run, or both');
  if (out !== undefined && !/\.ya?ml$/i.test(out))
    throw new CliError(`--out takes a name that ends in .yaml, not "${out}"`);
  if (run !== undefined && !/\.run$/i.test(run))
    throw new CliError(`--run takes a name that ends in .run, not "${run}"`);
  if (trace !== undefined) checkTraceName(trace);
  if (out !== undefined && goesOn) {
    throw new CliError('a scenario begins with a new terminal: leave --continue away, or write a --run');
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw new CliError(`cannot write ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`, 1);
  }
}

/** TMK and numbers of the state directory's terminal; makes its TEST key where there is none. */
function terminalIn(data: string): { terminalId: string; merchantId: string; tmk: string } {
  const { makeKeys } = require('../make-keys') as typeof import('../make-keys');
  const { readTerminalFile } = require('../terminal-file') as typeof import('../terminal-file');
  const { terminalId = TERMINAL_ID, merchantId = MERCHANT_ID } = readTerminalFile(data) ?? {};
  const key = makeKeys({ data, tid: terminalId, mid: merchantId }).terminals.find(
    (one) => one.terminalId === terminalId,
  );
  if (!key) throw new CliError(`no test key of terminal ${terminalId} in ${data}`, 1);
  return { ...key, merchantId };
}

function begin(options: RecordOptions): Recording {
  const { recordContinued, recordNew } =
    require('../../emulator/record/start-recorded') as typeof import('../../emulator/record/start-recorded');
  const seed = wholeNumber(options.seed, '--seed', 0, 4294967295);
  const english = options.english === true;
  const parts = partsOf(options);
  if (!options.continue) return recordNew({ seed, english, parts });
  const { readTerminalFile } = require('../terminal-file') as typeof import('../terminal-file');
  const own = readTerminalFile(options.data);
  return recordContinued({
    ...{ dataDir: options.data, seed, english, parts, terminal: terminalIn(options.data) },
    ...(own && { ownFlashOnly: own.center }),
  });
}

/** Runs what was written: a story that does not come true is better known now. */
function tryStory(file: string, text: string): string {
  const { parseScenario } =
    require('../../emulator/scenario/parse-scenario') as typeof import('../../emulator/scenario/parse-scenario');
  const { runScenario } =
    require('../../emulator/scenario/run-scenario') as typeof import('../../emulator/scenario/run-scenario');
  const { failure } = runScenario(parseScenario(text, file));
  return failure
    ? `told again it goes otherwise, line ${failure.line}: ${failure.message}; edit it`
    : 'told again it passes';
}

function writeAll(recording: Recording, { out, run: runFile, data, continue: goesOn }: RecordOptions): void {
  const { run, hasOwnCards, story } = recording.end();
  const say = (text: string): void => void process.stdout.write(`Cupos: ${text}\n`);
  if (out !== undefined) {
    const text = story(basename(out).replace(/\.ya?ml$/i, ''));
    write(out, text);
    say(`${out}: ${run.inputs.length} things done; ${tryStory(out, text)}`);
    if (hasOwnCards) say('a card of your own was drawn: the scenario has a test card in its place');
  }
  if (runFile === undefined) return;
  const { writeRunFile } = require('../../emulator/record/run-file') as typeof import('../../emulator/record/run-file');
  const { buildId } = require('../../emulator/record/build-id') as typeof import('../../emulator/record/build-id');
  const isSecret = hasOwnCards || goesOn === true;
  write(runFile, writeRunFile(run, buildId(), isSecret ? terminalIn(data).tmk : undefined));
  const key = isSecret ? `; sealed by the keys in ${data}` : '';
  say(`${runFile}: ${run.inputs.length} things done, ${run.wires.count} bursts on the wires${key}`);
}

async function record(options: RecordOptions): Promise<void> {
  checkNames(options);
  const place = { host: listenAddress(options.host), port: portNumber(options.port) };
  const recording = begin(options);
  try {
    const trace = options.trace === undefined ? null : openTrace(recording.inside, options.trace);
    await serveUntilInterrupted(recording.live, place, (url) => {
      process.stdout.write(`Cupos: recording; the terminal is at ${url} (Ctrl-C ends and writes)\n`);
    });
    trace?.close();
    writeAll(recording, options);
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(error instanceof Error ? error.message : String(error), 1);
  } finally {
    recording.close();
  }
}

export function register(program: Command): void {
  program
    .command('record')
    .description('run a new terminal, and write what you do on its page as a scenario or as a run to play again')
    .option('--out <file.yaml>', 'scenario to write at the end')
    .option('--run <file.run>', 'recorded run to write at the end, for cupos replay')
    .option('--continue', 'go on with the terminal of the state directory (for --run)')
    .option('--port <number>', 'port of the page; 0 takes a free one', '8583')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <dir>', 'state directory: its keys seal what is secret', './.cupos')
    .option('--seed <number>', "the World's seed", '1')
    .option('--head <name>', 'stripe head: shiftOut or edges', 'shiftOut')
    .option('--modem <name>', 'modem: sim800, ec20 or pstn', 'sim800')
    .option('--pad <name>', "PIN pad: openssl (a fake) or firmware (the pad's own program)", 'openssl')
    .option('--english', 'English screens and slips')
    .option(...TRACE_OPTION)
    .action(record);
}
