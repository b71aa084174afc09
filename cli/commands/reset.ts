/** `cupos reset`: forgets everything the emulator keeps between two starts. */
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error';

/** A directory that is not ours must not be lost to a slip of the hand. */
function isState(directory: string): boolean {
  return (
    basename(directory) === '.cupos' || existsSync(join(directory, 'keys.json')) || readdirSync(directory).length === 0
  );
}

function reset(data: string): string {
  const directory = resolve(data);
  const stat = lstatSync(directory, { throwIfNoEntry: false });
  if (!stat) return `nothing to reset: ${data} does not exist`;
  if (!stat.isDirectory()) throw new CliError(`${data} is not a directory`);
  if (!isState(directory)) throw new CliError(`${data} does not look like Cupos state (no keys.json): nothing deleted`);
  rmSync(directory, { recursive: true });
  return `deleted ${data}: keys, journal, center and paper are gone`;
}

export function register(program: Command): void {
  program
    .command('reset')
    .description('delete the state directory: keys, journal, center')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--json', 'print JSON only')
    .action((options: { data: string; json?: boolean }) => {
      const message = reset(options.data);
      process.stdout.write(options.json ? `${JSON.stringify({ data: options.data, message })}\n` : `${message}\n`);
    });
}
