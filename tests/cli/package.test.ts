/** The package as its user gets it: entry points that exist, no dependency without a written reason. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Entry {
  types: string;
  default: string;
}

const manifest = JSON.parse(read('package.json')) as {
  bin: Record<string, string>;
  exports: Record<string, string | Entry>;
  typesVersions: { '*': Record<string, string[]> };
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** The source of a built file. */
const sourceOf = (built: string): string => built.replace(/^(\.\/)?dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts');

test('every entry point has its source', () => {
  const entries = Object.values(manifest.exports).filter((entry): entry is Entry => typeof entry !== 'string');
  const built = entries.flatMap((entry) => [entry.types, entry.default]);
  expect(built.length).toBeGreaterThan(2);
  for (const file of built) expect([file, existsSync(join(root, sourceOf(file)))]).toEqual([file, true]);
  // Commands are there before anything is built: npm links them once, when it installs.
  for (const file of Object.values(manifest.bin)) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
});

test('a compiler that does not read "exports" finds the same types', () => {
  const subpaths = Object.entries(manifest.exports).flatMap(([name, entry]) =>
    typeof entry === 'string' || name === '.' ? [] : [[name.slice(2), [entry.types]]],
  );
  expect(manifest.typesVersions['*']).toEqual(Object.fromEntries(subpaths));
});

test('the entry points load and hold what they promise', () => {
  const load = (name: string): object => {
    const entry = manifest.exports[name] as Entry;
    return require(join(root, sourceOf(entry.default))) as object;
  };
  expect(load('.')).toMatchObject({ startTerminal: expect.any(Function), cards: expect.anything() });
  expect(load('./iso8583')).toMatchObject({ decodeMessage: expect.any(Function), encodeMessage: expect.any(Function) });
  expect(load('./center')).toMatchObject({ createCenter: expect.any(Function), openStore: expect.any(Function) });
});

test('every script file that package.json names is there', () => {
  for (const command of Object.values(manifest.scripts)) {
    for (const match of command.matchAll(/node (scripts\/\S+)/g)) expect(existsSync(join(root, match[1]))).toBe(true);
  }
});

test('every dependency is listed with its reason, and none is listed that is gone', () => {
  const page = read('docs/decisions/dependencies.md');
  const tables = page.split('\n').filter((line) => line.startsWith('|'));
  const listed = tables.flatMap((line) => [...line.matchAll(/`([@a-z][\w@/.*-]*)`/g)].map((match) => match[1]));
  const own = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies].flatMap((group) =>
    Object.keys(group),
  );
  const missing = own.filter((name) => !name.startsWith('@types/') && !listed.includes(name));
  const gone = listed.filter((name) => name !== '@types/*' && !own.includes(name));
  expect({ missing, gone }).toEqual({ missing: [], gone: [] });
});

test('the lock file is complete: npm ci refuses it otherwise (node scripts/complete-lock.mjs)', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const paths = Object.keys(packages);
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.filter((name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
});

test('no source, script or page names the machine it was written on', () => {
  const folders = ['hal', 'drivers', 'firmware', 'host', 'emulator', 'cli', 'scripts', 'docs', 'tests'];
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (/\.(ts|tsx|mjs|md|txt|yaml|html|css)$/.test(path) && /\/(work|root)\//.test(read(path)))
        found.push(path);
    }
  };
  folders.forEach(visit);
  expect(found.filter((path) => path !== 'tests/cli/package.test.ts')).toEqual([]);
});
