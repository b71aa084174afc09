/**
 * The package as npm would hand it out: packed, unpacked into a project of its own, with the dependencies of this tree beside
 * it (no network). Built first where it is out of date.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');

export interface Project {
  readonly dir: string;
  /** Runs Node in the project; throws with what it printed where it fails. */
  node(args: readonly string[], env?: Record<string, string>): string;
  remove(): void;
}

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): string {
  const result = spawnSync(command, [...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

export function installPacked(): Project {
  run(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], root);
  const dir = mkdtempSync(join(tmpdir(), 'cupos-packed-'));
  const [packed] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], root)) as {
    filename: string;
  }[];
  // A project of its own: what lies in folders above is none of its business.
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'somebodys-project', private: true }));
  const modules = join(dir, 'node_modules');
  mkdirSync(join(modules, 'cupos'), { recursive: true });
  execFileSync('tar', [
    '-xzf',
    join(dir, packed?.filename ?? ''),
    '-C',
    join(modules, 'cupos'),
    '--strip-components=1',
  ]);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const names = [
    ...Object.keys(manifest['dependencies'] ?? {}),
    ...Object.keys(manifest['optionalDependencies'] ?? {}),
  ];
  for (const name of [...names, '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  return {
    dir,
    node: (args, env) => run(process.execPath, args, dir, env),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
