// First step to the small engine: TypeScript's own lowering to ES5 and CommonJS, a module at a time, and what makes its
// output small: constants of other modules become literals, `exports.x` of the module's own becomes a variable, and the
// boilerplate goes. Nothing here changes what the code does.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import { ancestor, simple } from 'acorn-walk';
import ts from 'typescript';
import { root } from '../lint/rooms.mjs';
import { seldom } from './seldom.mjs';
import { editWithMap, originsOf, positionOf } from './source-map.mjs';

const compilerOptions = {
  target: ts.ScriptTarget.ES5,
  module: ts.ModuleKind.CommonJS,
  isolatedModules: true,
  removeComments: true,
  noEmitHelpers: true,
  sourceMap: true,
  ignoreDeprecations: '5.0',
};

/** Longest string constant that is copied to where it is used. */
const inlineStringBytes = 8;

function parseEs5(code) {
  return parse(code, { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true });
}

/** Applies edits [start, end, text] that do not overlap. */
export function applyEdits(code, edits) {
  let out = '';
  let at = 0;
  for (const [start, end, text] of edits.sort((a, b) => a[0] - b[0])) {
    out += code.slice(at, start) + text;
    at = end;
  }
  return out + code.slice(at);
}

const isExports = (node) => node.type === 'MemberExpression' && !node.computed && node.object.name === 'exports';

/** A number, boolean or short string literal, also negative; undefined for anything else. */
function constantOf(node) {
  if (node.type === 'UnaryExpression' && node.operator === '-' && typeof node.argument.value === 'number') {
    return `(-${node.argument.raw})`;
  }
  if (node.type !== 'Literal' || node.regex) return undefined;
  if (typeof node.value === 'string' && node.value.length > inlineStringBytes) return undefined;
  return node.raw;
}

/** Repository path without ending of a module that `from` requires. */
function resolveModule(from, specifier) {
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
}

function topLevelAssignments(ast) {
  const found = [];
  for (const statement of ast.body) {
    if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') continue;
    if (isExports(statement.expression.left)) found.push({ statement, assignment: statement.expression });
  }
  return found;
}

/** A source of which nothing can be made: `file:line: why`. */
export class Refused extends Error {}

const known = new Map();

/** Reads and lowers one module, once: its ES5 text, map, tree, exported constants and what it requires. */
function lowerModule(id) {
  if (!known.has(id)) known.set(id, readModule(id));
  return known.get(id);
}

function parseLowered(id, code, map) {
  try {
    return parseEs5(code);
  } catch (error) {
    const from = originsOf(JSON.parse(map), code)(error.pos ?? 0);
    throw new Refused(`${id}.ts${from ? `:${from.line + 1}` : ''}: not ES5: ${error.message}`, { cause: error });
  }
}

function readModule(id) {
  const file = path.join(root, `${id}.ts`);
  if (!existsSync(file)) throw new Refused(`no module ${id}.ts`);
  const source = readFileSync(file, 'utf8');
  const lowered = ts.transpileModule(source, { compilerOptions, fileName: file, reportDiagnostics: true });
  const [wrong] = lowered.diagnostics;
  if (wrong) {
    const line = wrong.start === undefined ? '' : `:${positionOf(source, wrong.start).line + 1}`;
    throw new Refused(`${id}.ts${line}: ${ts.flattenDiagnosticMessageText(wrong.messageText, ' ')}`);
  }
  const outputText = lowered.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '');
  const ast = parseLowered(id, outputText, lowered.sourceMapText);
  const constants = new Map();
  for (const { assignment } of topLevelAssignments(ast)) {
    const constant = constantOf(assignment.right);
    if (constant !== undefined) constants.set(assignment.left.property.name, constant);
  }
  const aliases = new Map();
  simple(ast, {
    VariableDeclarator(node) {
      if (node.init?.type === 'CallExpression' && node.init.callee.name === 'require') {
        aliases.set(node.id.name, resolveModule(id, node.init.arguments[0].value));
      }
    },
  });
  const requires = [];
  simple(ast, {
    CallExpression(node) {
      if (node.callee.name === 'require') requires.push(resolveModule(id, node.arguments[0].value));
    },
  });
  const map = JSON.parse(lowered.sourceMapText);
  return { id, code: outputText, map, ast, constants, aliases, requires };
}

/** Every module reachable from the entries, by its repository path without ending. */
export function readModules(entries) {
  const modules = new Map();
  const queue = [...entries];
  while (queue.length > 0) {
    const id = queue.pop();
    if (modules.has(id)) continue;
    const module = lowerModule(id);
    modules.set(id, module);
    queue.push(...module.requires);
  }
  return modules;
}

function boilerplateEdits(module) {
  const edits = [];
  for (const statement of module.ast.body) {
    const text = module.code.slice(statement.start, statement.end);
    const reexport =
      /^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return ([\w.]+); \} \}\);$/;
    const match = reexport.exec(text);
    if (match) edits.push([statement.start, statement.end, `exports.${match[1]} = ${match[2]};`]);
    else if (statement.directive || text.startsWith('Object.defineProperty(exports, "__esModule"')) {
      edits.push([statement.start, statement.end, '']);
    } else if (/^(exports\.\w+ = )+void 0;$/.test(text)) edits.push([statement.start, statement.end, '']);
  }
  return edits;
}

/**
 * Edits of uses of other modules: constants become literals, `(0, m.f)(…)` becomes `m.f(…)`, and where m is used seldom
 * `require.fresh("m").f(…)`.
 */
function importEdits(module, modules) {
  const edits = [];
  const used = new Set();
  ancestor(module.ast, {
    MemberExpression(node, _state, ancestors) {
      const target = node.object.type === 'Identifier' && module.aliases.get(node.object.name);
      if (!target || node.computed) return;
      const constant = modules.get(target).constants.get(node.property.name);
      if (constant !== undefined) {
        edits.push([node.start, node.end, constant]);
        return;
      }
      if (seldom.has(target) && !seldom.has(module.id)) {
        edits.push([node.object.start, node.object.end, `require.fresh(${JSON.stringify(target)})`]);
      } else used.add(node.object.name);
      const parent = ancestors.at(-2);
      const call = ancestors.at(-3);
      if (parent?.type === 'SequenceExpression' && parent.expressions.length === 2 && call?.callee === parent) {
        edits.push([call.callee.start - 1, node.start, '']);
        edits.push([node.end, module.code.indexOf(')', parent.end) + 1, '']);
      }
    },
  });
  for (const statement of module.ast.body) {
    if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) continue;
    const { id, init } = statement.declarations[0];
    const target = init?.type === 'CallExpression' && init.callee.name === 'require' && module.aliases.get(id.name);
    if (!target) continue;
    if (used.has(id.name)) {
      const how = seldom.has(target) ? 'require.fresh' : 'require';
      edits.push([init.start, init.end, `${how}(${JSON.stringify(target)})`]);
    } else edits.push([statement.start, statement.end, '']);
  }
  return edits;
}

/** Edits of the module's own exports: constants go, other values get a variable of their own. */
function exportEdits(module) {
  const edits = [];
  const own = new Set();
  const assigned = new Set();
  for (const { statement, assignment } of topLevelAssignments(module.ast)) {
    const { name } = assignment.left.property;
    assigned.add(assignment.left);
    if (module.constants.has(name)) edits.push([statement.start, statement.end, '']);
    else if (assignment.right.type !== 'Identifier' && assignment.right.type !== 'AssignmentExpression') {
      own.add(name);
      edits.push([assignment.start, assignment.start, `var ${name} = `]);
    }
  }
  simple(module.ast, {
    MemberExpression(node) {
      if (!isExports(node) || assigned.has(node)) return;
      const { name } = node.property;
      const constant = module.constants.get(name);
      if (constant !== undefined) edits.push([node.start, node.end, constant]);
      else if (own.has(name)) edits.push([node.start, node.end, name]);
    },
  });
  return edits;
}

/** Names that anything in the module declares, with how often; and those that are assigned to. */
function declaredNames(ast) {
  const count = new Map();
  const changed = new Set();
  const declare = (name) => count.set(name, (count.get(name) ?? 0) + 1);
  simple(ast, {
    VariableDeclarator: (node) => declare(node.id.name),
    Function(node) {
      if (node.id) declare(node.id.name);
      node.params.forEach((parameter) => declare(parameter.name));
    },
    AssignmentExpression: (node) => changed.add(node.left.name),
    UpdateExpression: (node) => changed.add(node.argument.name),
  });
  return { count, changed };
}

const isName = (node, ancestors) => {
  const parent = ancestors.at(-2);
  if (parent?.type === 'MemberExpression') return parent.object === node || parent.computed;
  return !(parent?.type === 'Property' && parent.key === node);
};

/**
 * Edits that put the module's own constants where they are used. terser leaves them: it cannot know that no function runs
 * before they are set. Each would be an engine variable for good, and one more name to search.
 */
function ownConstantEdits(module) {
  const { count, changed } = declaredNames(module.ast);
  const constants = new Map();
  for (const statement of module.ast.body) {
    if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) continue;
    const { id, init } = statement.declarations[0];
    const raw = init && (constantOf(init) ?? (typeof init.value === 'string' ? init.raw : undefined));
    if (raw !== undefined && count.get(id.name) === 1 && !changed.has(id.name)) {
      constants.set(id.name, { statement, raw, isShort: constantOf(init) !== undefined, uses: [] });
    }
  }
  ancestor(module.ast, {
    Identifier(node, _state, ancestors) {
      if (isName(node, ancestors)) constants.get(node.name)?.uses.push(node);
    },
  });
  return [...constants.values()].flatMap(({ statement, raw, isShort, uses }) => {
    // A long string stays one: it would stand in the flash as often as it is used.
    if (!isShort && uses.length > 1) return [];
    return [[statement.start, statement.end, ''], ...uses.map((node) => [node.start, node.end, raw])];
  });
}

/** One module with short constants in place, as { code, map }; its `require` takes repository paths. */
export function inlineModule(module, modules) {
  const boilerplate = boilerplateEdits(module);
  const inside = ([start, end]) =>
    boilerplate.some((edit) => start >= edit[0] && end <= edit[1] && edit[0] !== edit[1]);
  const all = [...importEdits(module, modules), ...exportEdits(module), ...ownConstantEdits(module)];
  const rest = all.filter((edit) => !inside(edit));
  return editWithMap({ ...module.map, sources: [`${module.id}.ts`] }, module.code, [...boilerplate, ...rest]);
}
