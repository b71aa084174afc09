/** The page's bundle for tests: built once where dist/page is missing or older than its sources. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

function newest(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).reduce(
    (latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs),
    0,
  );
}

export function buildPageForTests(): void {
  const index = join(root, 'dist/page/index.html');
  if (existsSync(index) && statSync(index).mtimeMs > newest(join(root, 'emulator/page'))) return;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'emulator/page/vite.config.mjs');
  const built = spawnSync(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'warn'], { cwd: root });
  if (built.status !== 0) throw new Error(`the page did not build: ${built.stderr.toString()}`);
}
