// The rooms of the house and the direction of its imports (docs/decisions/0001-rooms.md).
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Room → rooms it may import from, besides itself. */
export const arrows = {
  hal: [],
  drivers: ['hal'],
  firmware: ['hal'],
  host: ['hal', 'firmware'],
  emulator: ['hal', 'drivers', 'firmware', 'host'],
  cli: ['hal', 'drivers', 'firmware', 'host', 'emulator'],
  tests: ['hal', 'drivers', 'firmware', 'host', 'emulator', 'cli', 'scripts'],
};

/** Rooms that also run on a microcontroller. */
export const portable = ['hal', 'drivers', 'firmware'];

/** Path of a file relative to the repository, with `/`. */
export function relativePath(fileName) {
  return path.relative(root, fileName).split(path.sep).join('/');
}

/** The room a repository path lies in. */
export function roomOf(repositoryPath) {
  return repositoryPath.split('/')[0] ?? '';
}

/** Repository path of a relative import of `fileName`, without its ending; '' for a package. */
export function importedPath(fileName, specifier) {
  if (!specifier.startsWith('.')) return '';
  return relativePath(path.resolve(path.dirname(fileName), specifier)).replace(/\.(ts|tsx|js|mjs)$/, '');
}

/** Visitors that call `check(node, specifier, typeOnly)` for each import in whatever form, re-export and `require`. */
export function importVisitors(check) {
  const typeOnly = (node) =>
    node.importKind === 'type' ||
    node.exportKind === 'type' ||
    (node.specifiers?.length > 0 && node.specifiers.every((specifier) => specifier.importKind === 'type'));
  const declaration = (node) => {
    if (node.source) check(node.source, node.source.value, typeOnly(node));
  };
  return {
    ImportDeclaration: declaration,
    ExportNamedDeclaration: declaration,
    ExportAllDeclaration: declaration,
    TSImportEqualsDeclaration(node) {
      const { expression } = node.moduleReference;
      if (expression?.type === 'Literal') check(expression, expression.value, node.importKind === 'type');
    },
    TSImportType(node) {
      check(node.source, node.source.value, true);
    },
    ImportExpression(node) {
      if (node.source.type === 'Literal') check(node.source, node.source.value, false);
    },
    CallExpression(node) {
      const [argument] = node.arguments;
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'require') return;
      if (argument?.type === 'Literal' && typeof argument.value === 'string') check(argument, argument.value, false);
    },
  };
}
