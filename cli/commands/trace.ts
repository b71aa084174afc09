/** `cupos trace convert`: a trace of JSON lines as a capture file for Wireshark. */
import { createReadStream, createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { TraceRecord } from '../../emulator/trace/trace-record';
import { CliError } from '../cli-error';
import { linesOf } from '../line-filter';

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' ? 'there is no such file or directory' : (code ?? String(error));
}

async function convertLines(lines: AsyncIterable<string | null>, out: WriteStream, file: string): Promise<number> {
  const { readHeader, readRecord, TraceFormatError } =
    require('../../emulator/trace/read-trace') as typeof import('../../emulator/trace/read-trace');
  const { traceSink } =
    require('../../emulator/trace/trace-writer') as typeof import('../../emulator/trace/trace-writer');
  let add: ((record: TraceRecord) => void) | null = null;
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line === null) throw new CliError(`${file}:${number}: longer than any line of a trace`, 1);
      if (line.trim() === '') continue;
      if (add) add(readRecord(line, number));
      else if (number === 1) add = traceSink('pcapng', readHeader(line), (bytes) => out.write(bytes));
      if (out.writableNeedDrain) await once(out, 'drain');
    }
  } catch (error) {
    if (error instanceof TraceFormatError) throw new CliError(`${file}:${error.message}`, 1);
    throw error;
  }
  if (!add) throw new CliError(`${file}:1: empty: a trace begins with a line that says "trace": "cupos"`, 1);
  return number - 1;
}

async function convert(input: string, output: string): Promise<void> {
  if (!/\.pcapng$/i.test(output)) throw new CliError(`the second file must end in .pcapng, not "${output}"`);
  if (resolve(input) === resolve(output)) throw new CliError('the two files must be different ones');
  const source = createReadStream(input, 'utf8');
  await once(source, 'open').catch((error: unknown) => {
    throw new CliError(`cannot read ${input}: ${reason(error)}`);
  });
  const out = createWriteStream(output, { mode: 0o600 });
  await once(out, 'open').catch((error: unknown) => {
    source.destroy();
    throw new CliError(`cannot write ${output}: ${reason(error)}`);
  });
  try {
    const count = await convertLines(linesOf(source), out, input);
    process.stdout.write(`${output}: ${count} records\n`);
  } catch (error) {
    rmSync(output, { force: true });
    throw error instanceof CliError ? error : new CliError(`cannot read ${input}: ${reason(error)}`);
  } finally {
    source.destroy();
    out.end();
    await once(out, 'close');
  }
}

export function register(program: Command): void {
  const trace = program
    .command('trace')
    .description('traces of runs (docs/traces.md); run, scenario and replay write them');
  trace
    .command('convert')
    .description('a trace of JSON lines as a capture file that Wireshark opens')
    .argument('<file.jsonl>', 'written by --trace')
    .argument('<file.pcapng>', 'to write')
    .action(convert);
}
