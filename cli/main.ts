#!/usr/bin/env node
/** `cupos`: the one command-line tool. Exit status 0 ok, 1 the data failed, 2 wrong use. */
import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error';

/** Subcommands by name; a command's module loads only when it runs or prints its help. */
const commands: Record<string, () => { register(program: Command): void }> = {};

export function main(args: readonly string[]): Promise<number> {
  const program = new Command('cupos')
    .description('A UnionPay payment terminal: its firmware, its emulator, its host')
    .showHelpAfterError(false)
    .exitOverride();
  for (const load of Object.values(commands)) load().register(program);
  return program
    .parseAsync(args as string[], { from: 'user' })
    .then(() => Number(process.exitCode ?? 0))
    .catch((error: unknown) => {
      if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
      if (error instanceof CliError) {
        process.stderr.write(`cupos: ${error.message}\n`);
        return error.exitStatus;
      }
      throw error;
    });
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      process.stderr.write(`cupos: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
