// The small engine hoists neither functions nor variables: a function is unknown above its declaration, and an
// assignment above `var` makes a global. So every function begins with its variables, then its inner functions. It also
// refuses a `return`, `break` or `continue` without a semicolon at the end of a block, and keeps `1e3` as a double.
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { minify_sync } from 'terser';
import { editWithMap } from './source-map.mjs';
import { applyEdits } from './transpile.mjs';

const options = { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true };

/** Calls `visit` for each node of one function's body, not for those of functions within. */
function walkOwn(node, visit) {
  if (!node || typeof node.type !== 'string') return;
  const goOn = visit(node);
  if (goOn === false) return;
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (Array.isArray(value)) value.forEach((one) => walkOwn(one, visit));
    else if (value && typeof value.type === 'string') walkOwn(value, visit);
  }
}

const assignment = (declarator) => ({
  type: 'AssignmentExpression',
  operator: '=',
  left: declarator.id,
  right: declarator.init,
});

/** What is left of `var a = 1, b, c = 2` once its names are declared above: `a = 1, c = 2`, or null. */
function assignments(declaration) {
  const set = declaration.declarations.filter((declarator) => declarator.init).map(assignment);
  if (set.length === 0) return null;
  return set.length === 1 ? set[0] : { type: 'SequenceExpression', expressions: set };
}

function replaceDeclaration(node, key, value) {
  if (value.type === 'FunctionDeclaration') node[key] = { type: 'EmptyStatement' };
  else if (node.type === 'ForInStatement' && key === 'left') node[key] = value.declarations[0].id;
  else if (node.type === 'ForStatement' && key === 'init') node[key] = assignments(value);
  else {
    const expression = assignments(value);
    node[key] = expression ? { type: 'ExpressionStatement', expression } : { type: 'EmptyStatement' };
  }
}

const isDeclaration = (node) => node?.type === 'VariableDeclaration' || node?.type === 'FunctionDeclaration';

/** Takes the declarations out of a body and gives the names and functions found. */
function takeDeclarations(body) {
  const names = [];
  const functions = [];
  const found = (node) => {
    if (node.type === 'FunctionDeclaration') functions.push(node);
    else node.declarations.forEach((declarator) => names.push(declarator.id.name));
  };
  walkOwn({ type: 'Body', body }, (node) => {
    if (node.type.startsWith('Function')) return false;
    for (const key of Object.keys(node)) {
      const value = node[key];
      if (Array.isArray(value)) {
        value.forEach((one, index) => {
          if (!isDeclaration(one)) return;
          found(one);
          replaceDeclaration(value, index, one);
          // Initialisers may hold functions, but no further declarations of this body.
        });
        if (value.length > 0 && node.type !== 'CallExpression' && value.some((one) => one?.type === 'EmptyStatement')) {
          node[key] = value.filter((one) => one?.type !== 'EmptyStatement');
        }
      } else if (isDeclaration(value)) {
        found(value);
        replaceDeclaration(node, key, value);
      }
    }
    return true;
  });
  return { names, functions };
}

function hoistBody(holder, parameters) {
  const wrapper = { body: holder.body };
  const { names, functions } = takeDeclarations(wrapper.body);
  const taken = new Set([...parameters, ...functions.map((one) => one.id.name)]);
  const variables = [...new Set(names)].filter((name) => !taken.has(name));
  const declared = variables.map((name) => ({
    type: 'VariableDeclarator',
    id: { type: 'Identifier', name },
    init: null,
  }));
  holder.body = [
    ...(declared.length > 0 ? [{ type: 'VariableDeclaration', kind: 'var', declarations: declared }] : []),
    ...functions,
    ...holder.body.filter((statement) => statement.type !== 'EmptyStatement'),
  ];
}

const integer = (value) => (Number.isInteger(value) && Math.abs(value) <= 0xffffffff ? String(value) : '');

/** Edits that print cannot make: final semicolons, and integers in plain digits. */
function finalEdits(code) {
  const edits = [];
  const end = (node) => {
    if (code[node.end - 1] !== ';') edits.push([node.end, node.end, ';']);
  };
  simple(parse(code, options), {
    ReturnStatement: end,
    BreakStatement: end,
    ContinueStatement: end,
    Literal(node) {
      if (typeof node.value !== 'number' || !/[eE]/.test(node.raw) || node.raw.startsWith('0x')) return;
      const digits = integer(node.value);
      if (digits) edits.push([node.start, node.end, digits]);
    },
  });
  return edits;
}

function hoistedTree(code) {
  const ast = parse(code, { ...options, locations: true, sourceFile: 'lowered' });
  const bodies = [[ast, []]];
  simple(ast, {
    Function(node) {
      bodies.push([node.body, node.params.map((parameter) => parameter.name)]);
    },
  });
  for (const [holder, parameters] of bodies) hoistBody(holder, parameters);
  return ast;
}

const printOptions = {
  parse: { spidermonkey: true },
  compress: false,
  mangle: false,
  format: { ecma: 5, ascii_only: true, semicolons: true },
};

/** A tree as text; with the map of what it was parsed from, { code, map }. */
export function print(tree, map) {
  const { code, map: printed } = minify_sync(tree, {
    ...printOptions,
    ...(map && { sourceMap: { content: map, asObject: true } }),
  });
  return { code, map: printed };
}

/** The hoist pass over one lowered, minified module. */
export function hoist(code) {
  const printed = print(hoistedTree(code)).code;
  return applyEdits(printed, finalEdits(printed));
}

/** The same with its source map: { code, map }. */
export function hoistWithMap(code, map) {
  const printed = print(hoistedTree(code), map);
  return editWithMap(printed.map, printed.code, finalEdits(printed.code));
}
