/** `cupos replay`: plays a recorded run again and compares every wire, byte for byte. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { readTextFile } from '../read-file';
import { checkTraceName, openTrace, TRACE_OPTION } from '../trace-option';

interface ReplayOptions {
  readonly data: string;
  readonly json?: boolean;
  readonly trace?: string;
}

type RunFile = typeof import('../../emulator/record/run-file');

function read(file: string, longestBytes: number): string {
  try {
    const text = readTextFile(file, longestBytes);
    if (text === null) throw new CliError(`${file}: longer than any recorded run`, 1);
    return text;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `cannot read ${file}: ${code === 'ENOENT' ? 'there is no such file' : (code ?? 'unknown reason')}`,
    );
  }
}

/** TMKs of the state directory: one of them may have sealed the run. */
function keysIn(data: string): string[] {
  const { readKeysFile } = require('../keys-file') as typeof import('../keys-file');
  return (readKeysFile(data)?.terminals ?? []).map((terminal) => terminal.tmk);
}

function open(file: string, data: string): { opened: ReturnType<RunFile['readRunFile']>; tmk?: string } {
  const { LONGEST_FILE_BYTES, readRunFile, readRunHeader, RunFileError } =
    require('../../emulator/record/run-file') as RunFile;
  const text = read(file, LONGEST_FILE_BYTES);
  try {
    if (readRunHeader(text).header.sealedBy === 'test') return { opened: readRunFile(text) };
    let first: unknown = new RunFileError(`sealed by the key of its terminal, and there is none in ${data} (--data)`);
    for (const tmk of keysIn(data)) {
      try {
        return { opened: readRunFile(text, tmk), tmk };
      } catch (error) {
        first = error;
      }
    }
    throw first;
  } catch (error) {
    if (error instanceof RunFileError) throw new CliError(`${file}: ${error.message}`, 1);
    throw error;
  }
}

function replay(file: string, options: ReplayOptions): void {
  const { trace } = options;
  if (trace !== undefined) checkTraceName(trace);
  const { opened, tmk } = open(file, options.data);
  const { header, run } = opened;
  const { replayRun } = require('../../emulator/record/replay') as typeof import('../../emulator/record/replay');
  const { buildId } = require('../../emulator/record/build-id') as typeof import('../../emulator/record/build-id');
  const result = replayRun(run, {
    ...(run.former && tmk !== undefined && { tmk }),
    ...(trace !== undefined && { watch: (inside) => openTrace(inside, trace).close }),
  });
  const { difference } = result;
  if (options.json) {
    const summary = { file, same: difference === null, recordedBy: header.build, build: buildId(), ...result };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  } else if (difference) {
    const builds = header.build === buildId() ? '' : `recorded by ${header.build}, this is ${buildId()}\n`;
    const timeline = difference.timeline.map((line) => `  ${line}`).join('\n');
    process.stdout.write(
      `${file}: another run from ${(difference.atUs / 1_000_000).toFixed(6)} s on: ${difference.what}\n${builds}${timeline}\n`,
    );
  } else {
    const { inputs, bursts, wires, durationUs, digest } = result;
    process.stdout.write(
      `${file}: the same, byte for byte: ${inputs} things done, ${bursts} bursts on ${wires} wires, ` +
        `${(durationUs / 1_000_000).toFixed(1)} s virtual, sha256 ${digest}\n`,
    );
  }
  if (difference) process.exitCode = 1;
}

export function register(program: Command): void {
  program
    .command('replay')
    .description('play a recorded run again and compare every wire, byte for byte (docs/recording.md)')
    .argument('<file.run>', 'written by cupos record --run')
    .option('--data <dir>', 'state directory whose keys sealed it', './.cupos')
    .option('--json', 'print JSON only')
    .option(...TRACE_OPTION)
    .addHelpText('after', '\nExit status: 0 the same, 1 another run or a file that cannot be played, 2 wrong use.')
    .action(replay);
}
