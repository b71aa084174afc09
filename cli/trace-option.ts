/** `--trace FILE`: what crosses the wires, masked, into a file. */
import type { TerminalWorld } from '../emulator/terminal-world';
import type { OpenTrace } from '../emulator/trace/trace-writer';
import { CliError } from './cli-error';
import { packageVersion } from './package-version';

export const TRACE_OPTION = [
  '--trace <file>',
  'what crosses the wires, masked: .jsonl (JSON lines) or .pcapng (Wireshark)',
] as const;

/** Throws a `CliError` for a name that is neither. */
export function checkTraceName(file: string): void {
  const { traceFormatOf } =
    require('../emulator/trace/trace-writer') as typeof import('../emulator/trace/trace-writer');
  if (traceFormatOf(file) === '')
    throw new CliError(`--trace takes a name that ends in .jsonl or .pcapng, not "${file}"`);
}

export function openTrace(inside: TerminalWorld, file: string): OpenTrace {
  const { startTrace, traceFormatOf } =
    require('../emulator/trace/trace-writer') as typeof import('../emulator/trace/trace-writer');
  const { DEFAULT_START } = require('../emulator/terminal-world') as typeof import('../emulator/terminal-world');
  checkTraceName(file);
  const { seed, startsAt = DEFAULT_START } = inside.options;
  try {
    const header = { trace: 'cupos', version: 1, build: packageVersion(), seed: seed ?? 1, startsAt } as const;
    return startTrace(inside, file, traceFormatOf(file) || 'jsonl', header);
  } catch (error) {
    throw new CliError(`cannot write ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`);
  }
}
