/** `cupos reset`: forgets everything the emulator keeps between two starts. */
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error';

/** Of a terminal at a foreign host, whose key may be given each time. */
const foreign = /^center-.+-\d+-\w{8}$/;

/** Names that a state directory may hold, with what is written beside them for a moment. */
const ours =
  /^(?:(?:keys\.json|terminal\.json|flash\.bin|pinpad\.sealed|center\.key|center\.db)(?:[.-].*)?|slips|center-.+-\d+-\w{8})$/;

/** A directory that is not ours must not be lost to a slip of the hand; `.cupos` is ours by its name. */
function checkState(directory: string, data: string): void {
  if (basename(directory) === '.cupos') return;
  const names = readdirSync(directory);
  const other = names.find((name) => !ours.test(name));
  if (names.length > 0 && !existsSync(join(directory, 'keys.json')) && !names.some((name) => foreign.test(name)))
    throw new CliError(`${data} does not look like Cupos state (no keys.json): nothing deleted`);
  if (other !== undefined)
    throw new CliError(`${data} holds ${other} too, which is not Cupos state: nothing deleted; move it away first`);
}

/** What a running terminal or center writes must not be taken from under it. */
function checkUnused(directory: string): void {
  const path = join(directory, 'center.db');
  if (!existsSync(path)) return;
  const { lockStore } = require('../../host/center/store-lock') as typeof import('../../host/center/store-lock');
  try {
    lockStore(path);
  } catch (error) {
    throw new CliError(`${error instanceof Error ? error.message : String(error)}: end it first; nothing deleted`, 1);
  }
}

function reset(data: string): string {
  const directory = resolve(data);
  const stat = lstatSync(directory, { throwIfNoEntry: false });
  if (!stat) return `nothing to reset: ${data} does not exist`;
  if (!stat.isDirectory()) throw new CliError(`${data} is not a directory`);
  checkState(directory, data);
  checkUnused(directory);
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
