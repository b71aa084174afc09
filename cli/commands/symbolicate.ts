/**
 * `cupos symbolicate`: a board's stack trace in terms of the TypeScript sources. The engine names a stored file, and a line
 * and column in its bytes, where the last token before the failure ends; the build keeps a source map for each file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { readTextFile } from '../read-file';

const BUILDS = 'dist-mcu';
const LONGEST_TRACE = 1024 * 1024;
/** `at name (file:line:column)`, or without a name. */
const frame = /^(\s*at .*?)(\(?)(\.bootPowerOn|\.bootcde|boot code|m[0-9a-f]{8}):(\d{1,7}):(\d{1,7})(\)?)\s*$/;
/** The prompt, and how the engine wipes it away. */
const prompt = /^(?:>|\r|\x1b\[J)+/;
/** What the engine puts under a frame: a piece of the file's bytes, then where in it. */
const caret = /^\s*\^\s*$/;

/** The folders in which maps may be. */
function mapFolders(given: string | undefined): string[] {
  if (given !== undefined) {
    if (!existsSync(given)) throw new CliError(`no folder ${given}; npm run build:mcu makes dist-mcu/<board>/maps`);
    return [given];
  }
  const builds = existsSync(BUILDS) ? readdirSync(BUILDS).map((board) => join(BUILDS, board, 'maps')) : [];
  const found = builds.filter((folder) => existsSync(folder));
  if (found.length === 0) throw new CliError(`no maps in ${BUILDS}; npm run build:mcu makes them, or say --maps DIR`);
  return found;
}

/** A map, and the column of the first line from which on the engine does not count that line. */
interface EngineMap {
  readonly map: SourceMap;
  readonly uncountedFrom: number;
}

/** The lines of a file that the engine may mean. */
function linesOf({ uncountedFrom }: EngineMap, line: number, column: number): number[] {
  if (uncountedFrom === Infinity) return [Math.max(1, line)];
  return line === 1 && column < uncountedFrom ? [1, 2] : [line + 1];
}

function createLookup(folders: readonly string[]): (file: string, line: number, column: number) => string | undefined {
  const maps = new Map<string, EngineMap | undefined>();

  function mapOf(file: string): EngineMap | undefined {
    const path = folders.map((folder) => join(folder, `${file}.map`)).find((one) => existsSync(one));
    if (path === undefined) return undefined;
    try {
      const payload = JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload & { x_uncounted?: number };
      return { map: new SourceMap(payload), uncountedFrom: payload.x_uncounted ?? Infinity };
    } catch {
      throw new CliError(`${path} is no source map; npm run build:mcu makes it anew`, 1);
    }
  }

  return (file, line, column) => {
    const name = file === 'boot code' ? '.bootcde' : file;
    if (!maps.has(name)) maps.set(name, mapOf(name));
    const known = maps.get(name);
    if (!known) return undefined;
    const places = linesOf(known, line, column).flatMap((one) => {
      // The column, from 1, is that of the end of the token that was read last.
      const found = known.map.findEntry(one - 1, Math.max(0, column - 2));
      if (!('originalSource' in found)) return [];
      return [`${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`];
    });
    return places.length === 0 ? undefined : places.join(' or ');
  };
}

/** The trace with its places translated, and how many were found and were not. */
export function symbolicate(trace: string, lookUp: ReturnType<typeof createLookup>): [string, number, number] {
  const lines: string[] = [];
  let found = 0;
  let unknown = 0;
  for (const printed of trace.split(/\r?\n/)) {
    // What is printed while the prompt stands takes its place.
    const line = printed.replace(prompt, '');
    const match = frame.exec(line);
    if (match) {
      const [, before, open, file, row, column, close] = match as unknown as string[];
      const place = lookUp(file, Number(row), Number(column));
      if (place === undefined) unknown++;
      else found++;
      lines.push(`${before}${open}${place ?? `${file}:${row}:${column}, not in this build`}${close}`);
    } else if (caret.test(line)) {
      // The piece of tokens above it says nothing to a reader.
      if (lines.length > 0 && !frame.test(lines[lines.length - 1])) lines.pop();
    } else lines.push(line);
  }
  return [lines.join('\n'), found, unknown];
}

function readTrace(file: string): string {
  let text: string | null;
  try {
    text = readTextFile(file === '-' ? '/dev/stdin' : file, LONGEST_TRACE);
  } catch (error) {
    throw new CliError(`cannot read ${file}: ${(error as Error).message}`);
  }
  if (text === null) throw new CliError(`${file}: more than a megabyte is no stack trace`, 1);
  return text;
}

export function register(program: Command): void {
  program
    .command('symbolicate')
    .description("translate a board's stack trace into lines of the TypeScript sources")
    .argument('[file]', 'the trace; "-" or nothing: standard input')
    .option('--maps <dir>', 'source maps of the build that runs on the board (default: those in dist-mcu)')
    .addHelpText('after', '\nExit status: 0 all frames found, 1 a frame is of another build, 2 wrong use.')
    .action((file: string | undefined, options: { maps?: string }) => {
      const lookUp = createLookup(mapFolders(options.maps));
      const [text, found, unknown] = symbolicate(readTrace(file ?? '-'), lookUp);
      if (found + unknown === 0) throw new CliError('no stack trace of a board in this', 1);
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      if (unknown > 0) throw new CliError(`${unknown} of ${found + unknown} frames are of another build`, 1);
    });
}
