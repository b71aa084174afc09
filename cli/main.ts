#!/usr/bin/env node
/** `cupos`: the one command-line tool. Exit status 0 ok, 1 the data failed, 2 wrong use. */
import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error';
import { packageVersion } from './package-version';

/** Exit status of a command whose console went away (`serve-live.ts`, `tui.ts`). */
const HUNG_UP = 129;

interface CommandModule {
  register(program: Command): void;
}

/** Subcommands by name; a command's module loads only when it is named, or when all are listed. */
const commands: Record<string, () => CommandModule> = {
  run: () => require('./commands/run') as CommandModule,
  keys: () => require('./commands/keys') as CommandModule,
  provision: () => require('./commands/provision') as CommandModule,
  center: () => require('./commands/center') as CommandModule,
  scenario: () => require('./commands/scenario') as CommandModule,
  decode: () => require('./commands/decode') as CommandModule,
  record: () => require('./commands/record') as CommandModule,
  replay: () => require('./commands/replay') as CommandModule,
  trace: () => require('./commands/trace') as CommandModule,
  encode: () => require('./commands/encode') as CommandModule,
  conformance: () => require('./commands/conformance') as CommandModule,
  board: () => require('./commands/board') as CommandModule,
  symbolicate: () => require('./commands/symbolicate') as CommandModule,
  device: () => require('./commands/device') as CommandModule,
  reset: () => require('./commands/reset') as CommandModule,
};

/** What goes to the error stream is one line that names the tool. */
function errorLine(text: string): string {
  return `cupos: ${text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s+/g, ' ')}\n`;
}

/** Help of nothing would be everybody's help, and no error. */
function checkHelped(args: readonly string[]): void {
  const [named] = args;
  if (named === undefined || named.startsWith('-') || named === 'help' || Object.hasOwn(commands, named)) return;
  if (args.includes('--help') || args.includes('-h'))
    throw new CliError(`unknown command '${named}'; cupos --help lists them`);
}

function createProgram(args: readonly string[]): Command {
  const program = new Command('cupos')
    .description('A UnionPay payment terminal: its firmware, its emulator, its host')
    .version(packageVersion())
    .showHelpAfterError(false)
    .configureOutput({ outputError: (text, write) => write(errorLine(text)) })
    .exitOverride();
  const named = args.find((arg) => !arg.startsWith('-'));
  const load = named !== undefined && Object.hasOwn(commands, named) ? commands[named] : undefined;
  for (const one of load ? [load] : Object.values(commands)) one().register(program);
  return program;
}

/** Runs one command line and gives its exit status; everything expected is reported, anything else is thrown. */
export async function main(args: readonly string[]): Promise<number> {
  process.exitCode = undefined;
  try {
    checkHelped(args);
    await createProgram(args).parseAsync(args, { from: 'user' });
    const status = Number(process.exitCode ?? 0);
    // The caller decides what the status is for: a test must not end with that of a command it tried.
    process.exitCode = undefined;
    return status;
  } catch (error: unknown) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CliError)) throw error;
    process.stderr.write(errorLine(error.message));
    return error.exitStatus;
  }
}

/** What `bin/cupos.js` does. */
export function runTool(): void {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    // The console went away; the signal says so too, and ends what goes on.
    if (error.code !== 'EIO') throw error;
  });
  main(process.argv.slice(2)).then(
    (status) => {
      process.exitCode = status;
      // Everything is written; Node itself fails when it puts a console in order that is gone.
      if (status === HUNG_UP) process.kill(process.pid, 'SIGHUP');
    },
    (error: unknown) => {
      process.stderr.write(errorLine(error instanceof Error ? error.message : String(error)));
      if (process.env['CUPOS_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      process.exitCode = 1;
    },
  );
}

if (require.main === module) runTool();
