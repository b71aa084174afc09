/** `cupos conformance`: runs published test vectors in a folder of JSON files against the drivers, fakes and codecs. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import type { FileReport } from '../conformance/run-file';

interface ConformanceOptions {
  json?: boolean;
}

const DEEPEST_FOLDER = 8;

/** Paths of all files below `folder`, `/` between the names, sorted; links to folders are not followed. */
function filesUnder(root: string, folder: string, depth: number): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return depth < DEEPEST_FOLDER ? filesUnder(root, path, depth + 1) : [];
      return isFile(join(root, path)) ? [path] : [];
    })
    .sort();
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function listFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CliError(`there is no directory ${folder}; name one that holds JSON files of test vectors`);
  }
  try {
    return filesUnder(folder, '', 1);
  } catch (error) {
    throw new CliError(`${folder} cannot be listed: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  }
}

/** A name or an id may come from anywhere: nothing of it may steer a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

function described(report: FileReport): string {
  const counts = `${report.passed} passed, ${report.failed} failed, ${report.unmapped} unmapped`;
  const failures = report.failures.map(({ id, why }) => `  FAILED ${id}: ${why}`);
  const reasons = report.reasons.map(({ why, cases }) => `  unmapped ${cases}: ${why}`);
  return [`${report.file}: ${counts}`, ...failures, ...reasons].map(printable).join('\n');
}

export function register(program: Command): void {
  program
    .command('conformance')
    .description('run published test vectors (JSON files of a folder) against drivers, fakes and codecs')
    .argument('<dir>', 'folder with the files; folders in it are read too')
    .option('--json', 'print JSON only, one object a file')
    .addHelpText(
      'after',
      '\nExit status: 0 nothing failed (what is not mapped does not count), 1 a case failed, 2 wrong use.',
    )
    .action((folder: string, options: ConformanceOptions) => {
      const files = listFiles(folder);
      const { runFile } = require('../conformance/run-file') as typeof import('../conformance/run-file');
      for (const file of files) {
        const report = runFile(join(folder, file), file);
        process.stdout.write(`${options.json ? JSON.stringify(report) : described(report)}\n`);
        if (report.failed > 0) process.exitCode = 1;
      }
    });
}
