/**
 * Loads the project's sources as a build of their own, with changes: how a deliberately broken firmware is made. A change
 * names a file, a piece of its text that must occur exactly once, and what stands there instead.
 */
import { readFileSync, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { compileFunction } from 'node:vm';

export interface SourceChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

type Require = (request: string) => unknown;
/** A CommonJS module's text as a function. */
type Body = (require: Require, module: object, exports: unknown, folder: string, file: string) => void;

/** Of the sources, also when this file runs out of dist/. */
function projectRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'tsconfig.json'))) return folder;
    if (folder === dirname(folder)) throw new Error('broken builds need the sources: run this in a clone of Cupos');
  }
}

const root = projectRoot();
const compiled = new Map<string, string>();

function compile(file: string, source: string): string {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  // A development package: only whoever makes broken builds needs it.
  const { transformSync } = require('@swc/core') as typeof import('@swc/core');
  const { code } = transformSync(source, {
    filename: file,
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  compiled.set(source, code);
  return code;
}

function resolveSource(from: string, request: string): string {
  const base = resolve(dirname(from), request);
  for (const candidate of [base, `${base}.ts`, `${base}.json`, join(base, 'index.ts')]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return candidate;
  }
  throw new Error(`${relative(root, from)} imports ${request}, which is not there`);
}

/**
 * Returns a `require` for project files (paths from the project's root, without extension). What it loads first must
 * need every changed file.
 */
export function loadBuild(changes: readonly SourceChange[]): (path: string) => unknown {
  const modules = new Map<string, { exports: unknown }>();
  const pending = new Set(changes.map((change) => change.file));
  const changed = (file: string, source: string): string => {
    let text = source;
    for (const change of changes) {
      if (change.file !== relative(root, file)) continue;
      if (text.split(change.from).length !== 2) {
        throw new Error(`${change.file} does not hold this text exactly once: ${change.from}`);
      }
      text = text.replace(change.from, () => change.to);
      pending.delete(change.file);
    }
    return text;
  };
  const load = (file: string): unknown => {
    const known = modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    modules.set(file, module);
    const source = readFileSync(file, 'utf8');
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const foreign = createRequire(file);
    const requireFrom = (request: string): unknown =>
      request.startsWith('.') ? load(resolveSource(file, request)) : foreign(request);
    const parameters = ['require', 'module', 'exports', '__dirname', '__filename'];
    const run = compileFunction(compile(file, changed(file, source)), parameters, { filename: file }) as Body;
    run(requireFrom, module, module.exports, dirname(file), file);
    return module.exports;
  };
  return (path) => {
    const exports = load(resolveSource(join(root, 'package.json'), `./${path}`));
    if (pending.size > 0) {
      throw new Error(`these files were changed but not loaded: ${[...pending].join(', ')}`);
    }
    return exports;
  };
}
