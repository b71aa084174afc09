// Reads a lowered module as the small engine will, and names everything in it that the engine lacks or gets wrong. The
// lint rules say it earlier and nearer to the source; this looks at what really goes to the board.
import { parse } from 'acorn';
import { full, fullAncestor } from 'acorn-walk';
import { engineGlobals, globals } from '../engine-facts.mjs';
import { missingFeature } from '../lint/engine-regex.mjs';
import { originsOf } from './source-map.mjs';

const allowed = new Set([...globals, 'require', 'exports', 'module']);
/** Board files are made for the engine and may use what it offers. */
const boardFolder = 'drivers/boards/espruino/';

/** Longest scope that is still looked up quickly: it is a linked list. */
export const maxNamesInScope = 80;

/** They are tried one after the other. */
const maxCases = 16;

/** Where in the source: `file:line: what, near "code"`. `map`: source map of `code`; without it no line is told. */
export function problemAt(id, code, map, offset, what) {
  const found = map && originsOf(map, code)(offset);
  const line = found ? `:${found.line + 1}` : '';
  return `${id}.ts${line}: ${what}, near ${JSON.stringify(code.slice(offset, offset + 60))}`;
}

export const isBoardFile = (id) => id.startsWith(boardFolder);

const isFunction = (node) => node.type.startsWith('Function');

function ownNames(node) {
  const names = new Set((node.params ?? []).map((parameter) => parameter.name));
  if (node.type === 'FunctionExpression' && node.id) names.add(node.id.name);
  const body = node.type === 'Program' ? node.body : node.body.body;
  for (const statement of body) {
    if (statement.type === 'VariableDeclaration') statement.declarations.forEach((one) => names.add(one.id.name));
    else if (statement.type === 'FunctionDeclaration') names.add(statement.id.name);
  }
  return names;
}

/** Of a text they find a part of several characters also where the text ends in its beginning (lint rule engine-find). */
const faultySearches = new Set(['indexOf', 'includes', 'replace']);

/** At the very beginning of a text the engine does not err. */
function checkSearch(node, ancestors, report) {
  const { property } = node.callee;
  const [part] = node.arguments;
  if (!property || !faultySearches.has(property.name) || typeof part?.value !== 'string' || part.value.length < 2)
    return;
  const parent = ancestors.at(-2);
  const isAtBeginning = parent?.type === 'BinaryExpression' && /^[!=]==?$/.test(parent.operator);
  if (!isAtBeginning || ![parent.left.value, parent.right.value].includes(0))
    report(node, `${property.name} of several characters: find() of hal/bytes`);
}

function checkNode(node, report, code) {
  switch (node.type) {
    case 'LabeledStatement':
      return report(node, 'label');
    case 'ForInStatement':
      return report(node, 'for-in');
    case 'ThrowStatement':
      return report(node, 'throw');
    case 'SwitchStatement': {
      const at = node.cases.findIndex((one) => one.test === null);
      if (at >= 0 && at < node.cases.length - 1) report(node, 'case after default');
      if (node.cases.length > maxCases)
        report(node, `more than ${maxCases} cases: an array of functions finds its way at once`);
      return undefined;
    }
    case 'SwitchCase':
      // Run from source, the engine loses a string literal that follows `case n:` at once.
      if (/^\s*["']/.test(code.slice(node.test ? code.indexOf(':', node.test.end) + 1 : node.start + 8))) {
        report(node, 'string literal straight after case');
      }
      return undefined;
    case 'ArrayExpression':
      return node.elements.includes(null) ? report(node, 'array hole') : undefined;
    case 'ReturnStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return code[node.end - 1] === ';' ? undefined : report(node, 'statement without its semicolon');
    case 'UnaryExpression':
      return node.operator === '+' ? report(node, 'unary plus') : undefined;
    case 'AssignmentExpression':
      return node.left.property?.name === 'length' ? report(node, 'assignment to length') : undefined;
    case 'CallExpression':
      return node.callee.name === 'parseInt' && node.arguments.length < 2 ? report(node, 'parseInt radix') : undefined;
    case 'WithStatement':
      return report(node, 'with');
    case 'Literal': {
      if (typeof node.value === 'number' && Math.abs(node.value) > Number.MAX_SAFE_INTEGER)
        report(node, 'number beyond 2^53');
      if (node.regex) {
        const feature = missingFeature(node.regex.pattern, node.regex.flags);
        if (feature) report(node, `regular expression: ${feature}`);
      } else if (typeof node.value === 'string' && /[^\0-\xff]/.test(node.value)) report(node, 'string beyond Latin-1');
      return undefined;
    }
    default:
      return undefined;
  }
}

/** Declarations stand where the engine meets them before their use. */
function checkHoisted(node, report) {
  const body = node.type === 'Program' ? node.body : node.body.body;
  let beyond = false;
  for (const statement of body) {
    const declares = statement.type === 'VariableDeclaration' || statement.type === 'FunctionDeclaration';
    if (declares && beyond) report(statement, 'declaration not hoisted');
    if (statement.type === 'VariableDeclaration' && statement.declarations.some((one) => one.init)) {
      report(statement, 'declaration with a value');
    }
    if (!declares) beyond = true;
  }
  if (ownNames(node).size > maxNamesInScope) report(node, `more than ${maxNamesInScope} names in one scope`);
}

function checkIdentifier(node, ancestors, report, names) {
  const parent = ancestors.at(-2);
  if (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) return;
  if (parent?.type === 'Property' && parent.key === node && parent.value !== node) return;
  const scopes = ancestors.filter((one) => isFunction(one) || one.type === 'Program');
  const caught = ancestors.some((one) => one.type === 'CatchClause' && one.param?.name === node.name);
  if (caught || names.has(node.name) || scopes.some((scope) => ownNames(scope).has(node.name))) return;
  report(node, node.name.startsWith('__') ? `lowering helper ${node.name}` : `global ${node.name}`);
}

/** Problems of one module as lines of problemAt; [] when the engine can run it. */
export function checkModule(id, code, map) {
  const problems = [];
  const report = (node, what) => problems.push(problemAt(id, code, map, node.start, what));
  let ast;
  try {
    ast = parse(code, { ecmaVersion: 5, sourceType: 'script' });
  } catch (error) {
    return [`${id}.ts: not ES5: ${error.message}`];
  }
  checkHoisted(ast, report);
  full(ast, (node) => {
    checkNode(node, report, code);
    if (isFunction(node)) checkHoisted(node, report);
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') report(node, node.kind);
  });
  const names = isBoardFile(id) ? new Set([...allowed, ...engineGlobals]) : allowed;
  fullAncestor(ast, (node, _state, ancestors) => {
    if (node.type === 'Identifier') checkIdentifier(node, ancestors, report, names);
    if (node.type === 'CallExpression' && !isBoardFile(id)) checkSearch(node, ancestors, report);
  });
  return problems;
}
