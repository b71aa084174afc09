// Prepares a lowered module for the census: every function and every scope that a function can hold makes itself known,
// so that the heap of the small engine can be walked in Node. There a closure holds the whole scope it was made in,
// names and all; that is what is counted, not what V8 keeps. Calls are counted too: the engine's stack is small.
import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import { applyEdits } from './transpile.mjs';

const isFunction = (node) => node.type.startsWith('Function');
const bodyOf = (node) => (node.type === 'Program' ? node.body : node.body.body);

function scopeNames(node) {
  const names = (node.params ?? []).map((parameter) => parameter.name);
  if (node.type === 'FunctionExpression' && node.id) names.push(node.id.name);
  for (const statement of bodyOf(node)) {
    if (statement.type === 'VariableDeclaration') names.push(...statement.declarations.map((one) => one.id.name));
    if (statement.type === 'FunctionDeclaration') names.push(statement.id.name);
  }
  return [...new Set(names)];
}

/** Where a function's own statements begin. */
function afterDeclarations(node) {
  const first = bodyOf(node).find((one) => one.type !== 'VariableDeclaration' && one.type !== 'FunctionDeclaration');
  return first ? first.start : node.type === 'Program' ? node.end : node.body.end - 1;
}

/**
 * The module's code with calls of `$scope(parent, names, read, label)`, `$function(function, scope, parameters, label)`
 * and, around each function's statements, `$enter(label)` and `$leave()`.
 * `firstNumber` makes the scopes' names unique over all modules.
 */
export function instrument(id, code, firstNumber) {
  const ast = parse(code, { ecmaVersion: 5, sourceType: 'script' });
  const inner = new Map();
  ancestor(ast, {
    Function(node, _state, ancestors) {
      const holder = ancestors.slice(0, -1).findLast((one) => isFunction(one) || one.type === 'Program');
      if (!inner.has(holder)) inner.set(holder, []);
      inner.get(holder).push(node);
    },
  });
  let number = firstNumber;
  const names = new Map();
  for (const holder of inner.keys()) names.set(holder, `$S${number++}`);
  const parents = new Map();
  for (const [holder, functions] of inner) functions.forEach((one) => parents.set(one, holder));
  const label = (node) => JSON.stringify(`${id}:${node.id?.name ?? ''}@${node.start}`);
  const edits = [];
  for (const [holder, functions] of inner) {
    const variables = scopeNames(holder);
    const parent = names.get(parents.get(holder)) ?? 'null';
    const read = `function(){return[${variables.join(',')}]}`;
    let text = `var ${names.get(holder)}=$scope(${parent},${JSON.stringify(variables)},${read},${label(holder)});`;
    for (const node of functions) {
      const enter = `$enter(${label(node)});try{`;
      if (!inner.has(node)) edits.push([afterDeclarations(node), afterDeclarations(node), enter]);
      edits.push([node.body.end - 1, node.body.end - 1, '}finally{$leave()}']);
      const end = `,${names.get(holder)},${node.params.length},${label(node)})`;
      if (node.type === 'FunctionDeclaration') text += `$function(${node.id.name}${end};`;
      else edits.push([node.start, node.start, '$function('], [node.end, node.end, end]);
    }
    const at = afterDeclarations(holder);
    edits.push([at, at, holder.type === 'Program' ? text : `${text}$enter(${label(holder)});try{`]);
  }
  return { code: applyEdits(code, edits), nextNumber: number };
}
