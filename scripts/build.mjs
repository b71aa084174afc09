// Builds the package into dist/: TypeScript by its own compiler, the page by Vite, nothing else. `--if-stale` does
// nothing when dist/ is newer than every source. `--if-possible` is for npm's `prepare`: an installation must not fail
// where the development packages are left out, nor for a type error in a work tree (the compiler emits all the same).
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rooms = ['hal', 'drivers', 'firmware', 'host', 'emulator', 'cli'];
const stamp = join(root, 'dist', '.built');
const options = new Set(process.argv.slice(2));

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  const sources = [...rooms, 'package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));
  return sources.every((source) => newest(source) <= statSync(stamp).mtimeMs);
}

function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  return status === 0;
}

function build() {
  const startedAtMs = Date.now();
  if (!run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json'])) return 'TypeScript found errors';
  const page = ['emulator/page/vite.config.mjs', 'emulator/page/vite.config.ts'].find((file) =>
    existsSync(join(root, file)),
  );
  if (page && !run('node_modules/vite/bin/vite.js', ['build', '--config', page, '--logLevel', 'warn'])) {
    return 'the page did not build';
  }
  const bin = join(root, 'dist/cli/main.js');
  if (existsSync(bin)) chmodSync(bin, 0o755);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, '');
  process.stderr.write(`cupos: built in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s\n`);
  return '';
}

if (options.has('--if-possible') && !existsSync(join(root, 'node_modules/typescript/bin/tsc'))) {
  process.stderr.write('cupos: not built: the development packages are not installed\n');
} else if (!options.has('--if-stale') || !isFresh()) {
  const problem = build();
  if (problem) {
    process.stderr.write(`cupos: build failed: ${problem}\n`);
    if (!options.has('--if-possible')) process.exitCode = 1;
  }
}
