// A late module of the firmware is loaded by `use(id)` when a flow needs it and dropped after it. Whoever imported it by
// value would keep it resident for ever. The late modules are those that firmware/module-list.ts imports by value; the list
// itself is the composition's.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { importVisitors, importedPath, relativePath, roomOf, root } from './rooms.mjs';

const listFile = path.join(root, 'firmware/module-list.ts');
let known = { mtimeMs: -1, paths: new Set() };

/** Repository paths of the late modules, from the text of the module list. */
export function lateModules(listText, listPath = listFile) {
  const paths = new Set([relativePath(listPath).replace(/\.ts$/, '')]);
  const pattern = /(?:^|\n)import (?!type\b)[^;]*?from '([^']+)'|(?:require|import)\('([^']+)'\)/g;
  for (const match of listText.matchAll(pattern)) {
    const target = importedPath(listPath, match[1] ?? match[2]);
    // What the list needs itself, the registry, is resident.
    if (target && target !== 'firmware/modules') paths.add(target);
  }
  return paths;
}

function current() {
  const stat = statSync(listFile, { throwIfNoEntry: false });
  if (!stat) return new Set();
  if (stat.mtimeMs !== known.mtimeMs) {
    known = { mtimeMs: stat.mtimeMs, paths: lateModules(readFileSync(listFile, 'utf8')) };
  }
  return known.paths;
}

export default {
  meta: {
    type: 'problem',
    schema: [{ type: 'array', items: { type: 'string' } }],
    messages: { late: "'{{target}}' is a late module: import only its types, and `use` it (firmware/modules.ts)" },
  },
  create(context) {
    const own = relativePath(context.filename);
    const late = context.options[0] ? new Set(context.options[0]) : current();
    if (roomOf(own) !== 'firmware' || own === 'firmware/module-list.ts') return {};
    return importVisitors((node, specifier, typeOnly) => {
      const target = importedPath(context.filename, specifier);
      if (!typeOnly && late.has(target)) context.report({ node, messageId: 'late', data: { target } });
    });
  },
};
