/** `cupos scenario`: runs stories written in YAML against a terminal in a World. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { readTextFile } from '../read-file';
import { checkTraceName, openTrace, TRACE_OPTION } from '../trace-option';

interface ScenarioOptions {
  readonly json?: boolean;
  readonly junit?: string;
  readonly seed?: string;
  readonly trace?: string;
  readonly schema?: boolean;
}

const LONGEST_BYTES = 1_000_000;
const HIGHEST_SEED = 4_294_967_295;

function seedOf(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? parseInt(text, 10) : -1;
  if (seed >= 0 && seed <= HIGHEST_SEED) return seed;
  throw new CliError(`--seed must be a whole number from 0 to ${HIGHEST_SEED}, not "${text}"`);
}

/** Why the system refused, in its own word: ENOENT, EISDIR, … */
function reason(error: unknown, missing: 'file' | 'directory'): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `there is no such ${missing}`;
  if (code === 'EISDIR') return 'it is a directory';
  return code ?? (error instanceof Error ? error.message : String(error));
}

function read(file: string): string {
  try {
    const text = readTextFile(file, LONGEST_BYTES);
    if (text === null) throw new CliError(`${file}:1: too long for a scenario: split it`);
    return text;
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(`cannot read ${file}: ${reason(error, 'file')}`);
  }
}

function run(files: readonly string[], options: ScenarioOptions): void {
  if (options.schema) {
    const { scenarioSchemaText } =
      require('../../emulator/scenario/schema') as typeof import('../../emulator/scenario/schema');
    process.stdout.write(scenarioSchemaText());
    return;
  }
  if (files.length === 0) throw new CliError('name a scenario file, or several');
  const seed = options.seed === undefined ? undefined : seedOf(options.seed);
  const { trace } = options;
  if (trace !== undefined) {
    checkTraceName(trace);
    if (files.length > 1) throw new CliError('--trace follows one scenario: name one file');
  }
  const { parseScenario, ScenarioError } =
    require('../../emulator/scenario/parse-scenario') as typeof import('../../emulator/scenario/parse-scenario');
  const { runScenario } =
    require('../../emulator/scenario/run-scenario') as typeof import('../../emulator/scenario/run-scenario');
  const { junitOf, textOf } =
    require('../../emulator/scenario/report') as typeof import('../../emulator/scenario/report');
  const scenarios = files.map((file) => {
    try {
      return parseScenario(read(file), file);
    } catch (error) {
      throw error instanceof ScenarioError ? new CliError(error.message) : error;
    }
  });
  const results = scenarios.map((scenario) => {
    const result = runScenario(scenario, {
      seed,
      ...(trace !== undefined && { watch: (terminal) => openTrace(terminal.inside, trace).close }),
    });
    if (!options.json) process.stdout.write(`${textOf(result)}\n`);
    return result;
  });
  const passed = results.filter((result) => result.passed).length;
  const failed = results.length - passed;
  if (options.junit !== undefined) {
    try {
      writeFileSync(options.junit, junitOf(results));
    } catch (error) {
      throw new CliError(`cannot write ${options.junit}: ${reason(error, 'directory')}`);
    }
  }
  const summary = options.json
    ? JSON.stringify({ passed, failed, scenarios: results })
    : `${passed} passed, ${failed} failed`;
  process.stdout.write(`${summary}\n`);
  if (failed > 0) process.exitCode = 1;
}

export function register(program: Command): void {
  program
    .command('scenario')
    .description('run stories written in YAML: steps, faults, expectations (docs/testing.md)')
    .argument('[file...]', 'scenario files')
    .option('--schema', 'print the JSON Schema of scenario files, for editors')
    .option('--json', 'print JSON only')
    .option('--junit <file>', 'write JUnit XML as well')
    .option(...TRACE_OPTION)
    .option('--seed <number>', "the World's seed, in place of the file's")
    .addHelpText('after', '\nExit status: 0 all passed, 1 a story went otherwise, 2 a file cannot be used.')
    .action(run);
}
