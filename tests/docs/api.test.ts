/** The package's public names: every one is explained where it is declared and on docs/api.md, which names no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string }>;
};

/** Source of each entry by its subpath. */
const entries = Object.entries(manifest.exports).flatMap(([subpath, entry]) =>
  typeof entry === 'string'
    ? []
    : [[subpath, join(root, entry.types.replace(/^\.\/dist\//, '').replace(/\.d\.ts$/, '.ts'))] as const],
);

interface PublicName {
  readonly name: string;
  readonly isExplained: boolean;
}

let names: Record<string, PublicName[]>;

beforeAll(() => {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(
    entries.map(([, file]) => file),
    { ...options, noEmit: true },
  );
  const checker = program.getTypeChecker();
  names = Object.fromEntries(
    entries.map(([subpath, file]) => {
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      if (!module) throw new Error(`${file} is no module`);
      const found = checker.getExportsOfModule(module).map((symbol) => {
        const declared = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        const comment = ts.displayPartsToString(declared.getDocumentationComment(checker));
        return { name: symbol.name, isExplained: comment.trim().length > 10 };
      });
      return [subpath, found];
    }),
  );
}, 60_000);

/** Names in the first column of the tables under the heading of an entry. */
function documented(subpath: string): string[] {
  const page = readFileSync(join(root, 'docs/api.md'), 'utf8');
  const title = `## \`${subpath.replace(/^\./, 'cupos')}\``;
  const [, section] = page.split(`${title}\n`);
  if (section === undefined) throw new Error(`docs/api.md has no heading ${title}`);
  const [part = ''] = section.split('\n## ');
  return part
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)/g)].map((match) => match[1] ?? ''));
}

test('every public name has a comment where it is declared', () => {
  expect(Object.keys(names).length).toBeGreaterThan(3);
  for (const [subpath, found] of Object.entries(names)) {
    expect(found.length).toBeGreaterThan(3);
    expect([subpath, found.filter((one) => !one.isExplained).map((one) => one.name)]).toEqual([subpath, []]);
  }
});

test('docs/api.md explains every public name once, under its entry, and no name that is none', () => {
  for (const [subpath, found] of Object.entries(names)) {
    const own = found.map((one) => one.name).sort();
    expect([subpath, documented(subpath).sort()]).toEqual([subpath, own]);
  }
});
