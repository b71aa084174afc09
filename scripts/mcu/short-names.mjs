// Short names for what the house's own objects are made of. In the small engine every property of an object is a variable
// that holds four characters of its name, and another one for each six more; each name is also read over and over again. The
// names of the language's library and of the engine's own objects stay.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import ts from 'typescript';
import { members } from '../engine-facts.mjs';
import { root } from '../lint/rooms.mjs';

const boardFolder = path.join(root, 'drivers/boards/espruino');
/** Words of the language that a short name must not be. */
const words = ['do', 'if', 'in', 'is', 'of'];
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$';

/**
 * What a boot file calls in the firmware: an update replaces the boot file first, so that one of another version may call it.
 * These names, with their arguments, never change (docs/decisions/0017-two-manifests.md).
 */
export const acrossVersions = ['install', 'startBoard'];

/** Members of the engine's objects: whatever engine.ts and the board files' `declare`s name. */
function engineMembers() {
  const found = new Set();
  for (const file of readdirSync(boardFolder)) {
    const source = ts.createSourceFile(
      file,
      readFileSync(path.join(boardFolder, file), 'utf8'),
      ts.ScriptTarget.ES2022,
    );
    const collect = (node) => {
      if (ts.isPropertySignature(node) || ts.isMethodSignature(node)) found.add(node.name.text);
      node.forEachChild(collect);
    };
    for (const statement of source.statements) {
      const declares =
        ts.canHaveModifiers(statement) && statement.modifiers?.some((one) => one.kind === ts.SyntaxKind.DeclareKeyword);
      if (file === 'engine.ts' || declares) collect(statement);
    }
  }
  return found;
}

/** Calls `visit(node, name)` for each name of a property in the tree. */
function eachProperty(ast, visit) {
  simple(ast, {
    MemberExpression(node) {
      if (!node.computed) visit(node.property, node.property.name);
    },
    // A number is asked for by its value.
    Property: ({ key }) => typeof key.value !== 'number' && visit(key, key.name ?? key.value),
  });
}

function* candidates() {
  for (const letter of letters) yield letter;
  for (const first of letters) for (const second of `${letters}0123456789`) yield first + second;
}

/** Map of name → short name for everything in these trees that may have one, the most used ones shortest. */
export function shortNames(trees) {
  const kept = new Set([...engineMembers(), ...Object.values(members).flat(), ...words, ...acrossVersions]);
  const uses = new Map();
  for (const tree of trees) eachProperty(tree, (_node, name) => uses.set(name, (uses.get(name) ?? 0) + 1));
  const wanted = [...uses].filter(([name]) => !kept.has(name)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const names = candidates();
  const free = () => {
    for (;;) {
      const { value } = names.next();
      if (!kept.has(value)) return value;
    }
  };
  return new Map(wanted.map(([name]) => [name, free()]));
}

/** The one module that reaches properties by strings: the settings by their names. */
const reflective = 'firmware/settings-codec';

/** Edits [start, end, text] that give a module's properties their short names. */
export function shortNameEdits(id, ast, names) {
  const edits = [];
  eachProperty(ast, (node, name) => {
    if (names.has(name)) edits.push([node.start, node.end, names.get(name)]);
  });
  if (id !== reflective) return edits;
  const settings = settingNames();
  simple(ast, {
    Literal(node) {
      if (settings.has(node.value)) edits.push([node.start, node.end, JSON.stringify(names.get(node.value))]);
    },
  });
  return edits;
}

function settingNames() {
  const source = ts.createSourceFile(
    'settings.ts',
    readFileSync(path.join(root, 'firmware/settings.ts'), 'utf8'),
    ts.ScriptTarget.ES2022,
  );
  const found = new Set();
  source.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node)) node.members.forEach((member) => found.add(member.name.text));
  });
  return found;
}

export const parseEs5 = (code) =>
  parse(code, { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true });
