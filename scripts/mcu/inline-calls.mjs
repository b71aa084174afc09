// Puts a function that is called in one place only into that place. In the small engine each function is five variables or
// more for as long as its scope lives, a call is another frame on a short stack and costs more than reading on. terser does
// this for single expressions only. Works on lowered modules before they are minified; what it cannot place stays a function.
import { parse } from 'acorn';
import { analyse, bodyOf, children, isFunction } from './scopes.mjs';
import { print } from './hoist.mjs';

const isLoop = (node) => /^(For|ForIn|While|DoWhile)Statement$/.test(node.type);
const identifier = (name) => ({ type: 'Identifier', name });
const block = (body) => ({ type: 'BlockStatement', body });
const statement = (expression) => ({ type: 'ExpressionStatement', expression });
const assign = (name, right) =>
  statement({ type: 'AssignmentExpression', operator: '=', left: identifier(name), right });
const declare = (name, init = null) => ({
  type: 'VariableDeclaration',
  kind: 'var',
  declarations: [{ type: 'VariableDeclarator', id: identifier(name), init }],
});
const nothing = () => ({
  type: 'UnaryExpression',
  operator: 'void',
  prefix: true,
  argument: { type: 'Literal', value: 0, raw: '0' },
});
const not = (argument) => ({ type: 'UnaryExpression', operator: '!', prefix: true, argument });

/** Whether a node of a function's own satisfies `test`. */
function has(node, test) {
  return children(node).some(([child]) => test(child) || (!isFunction(child) && has(child, test)));
}
const hasReturn = (node) => node.type === 'ReturnStatement' || has(node, (one) => one.type === 'ReturnStatement');

const listOf = (node) => (!node ? [] : node.type === 'BlockStatement' ? node.body : [node]);

/** True where nothing behind these statements is reached. */
function leaves(statements) {
  const last = statements.at(-1);
  if (!last) return false;
  if (last.type === 'ReturnStatement') return true;
  if (last.type === 'BlockStatement') return leaves(last.body);
  return (
    last.type === 'IfStatement' && !!last.alternate && leaves(listOf(last.consequent)) && leaves(listOf(last.alternate))
  );
}

/**
 * The same statements without `return`: each becomes what `give(argument)` makes of it, and what stands behind goes where it is not
 * passed by. Null where that cannot be said in this form.
 */
function withoutReturns(statements, give) {
  const done = [];
  for (let i = 0; i < statements.length; i++) {
    const one = statements[i];
    const rest = statements.slice(i + 1);
    if (one.type === 'ReturnStatement') return [...done, ...give(one.argument)];
    if (!hasReturn(one)) {
      done.push(one);
      continue;
    }
    if (one.type === 'BlockStatement') return joined(done, withoutReturns([...one.body, ...rest], give));
    if (one.type !== 'IfStatement') return null;
    const yes = listOf(one.consequent);
    const no = listOf(one.alternate);
    // The rest would stand there twice.
    if (!leaves(yes) && !leaves(no) && rest.length > 0) return null;
    const consequent = withoutReturns(leaves(yes) ? yes : [...yes, ...rest], give);
    const alternate = withoutReturns(leaves(yes) ? [...no, ...rest] : no, give);
    if (!consequent || !alternate) return null;
    const test = consequent.length === 0 ? not(one.test) : one.test;
    const both = consequent.length === 0 ? [alternate, []] : [consequent, alternate];
    return [
      ...done,
      { ...one, test, consequent: block(both[0]), alternate: both[1].length > 0 ? block(both[1]) : null },
    ];
  }
  return [...done, ...give(null, true)];
}

const joined = (before, after) => after && [...before, ...after];

/** Declarations of one variable each, and every branch a block, so that there is always a place for a statement. */
function normalise(node) {
  for (const [child] of children(node)) normalise(child);
  if (node.type === 'IfStatement') {
    node.consequent = block(listOf(node.consequent));
    if (node.alternate) node.alternate = block(listOf(node.alternate));
  }
  if (isLoop(node)) node.body = block(listOf(node.body));
  const list =
    node.type === 'Program' || node.type === 'BlockStatement' ? 'body' : node.type === 'SwitchCase' ? 'consequent' : '';
  if (!list) return;
  node[list] = node[list].flatMap((one) =>
    one.type === 'VariableDeclaration' && one.declarations.length > 1
      ? one.declarations.map((declaration) => ({ ...one, declarations: [declaration] }))
      : one.type === 'EmptyStatement'
        ? []
        : [one],
  );
}

/** The one call of a function that nothing else mentions, as { call, caller }, or null. */
function onlyCall(facts, declaration) {
  const holder = facts.holderOf(declaration);
  const binding = facts.scopes.get(holder).get(declaration.id.name);
  const uses = binding.uses.filter((use) => use !== declaration.id);
  if (uses.length !== 1 || binding.declarators.length > 0) return null;
  const call = facts.parents.get(uses[0]);
  if (call.type !== 'CallExpression' || call.callee !== uses[0]) return null;
  for (let one = call; one; one = facts.parents.get(one)) if (one === declaration) return null;
  return { call, caller: facts.holderOf(call) };
}

/** Names of the function's own that stay as variables: its parameters and `var`s. */
const ownNames = (facts, declaration) => [...facts.scopes.get(declaration).values()];

const usesThis = (node) =>
  has(node, (one) => one.type === 'ThisExpression' || (one.type === 'Identifier' && one.name === 'arguments'));

const isInLoop = (facts, node, caller) => {
  for (let one = facts.parents.get(node); one !== caller; one = facts.parents.get(one)) if (isLoop(one)) return true;
  return false;
};

/** A value that nothing done meanwhile can change. */
function isSteady(facts, node, isCallee = false) {
  switch (node.type) {
    case 'Literal':
    case 'ThisExpression':
      return true;
    case 'Identifier': {
      const binding = facts.bindingOf.get(node);
      if (!binding) return true;
      // Written by its own function only, which stands still meanwhile.
      return (
        binding.isSteady ||
        binding.writes.every(
          (write) => facts.holderOf(write) === facts.holderOf(node) && binding.holder === facts.holderOf(node),
        )
      );
    }
    case 'UnaryExpression':
      return isSteady(facts, node.argument);
    case 'BinaryExpression':
      return isSteady(facts, node.left) && isSteady(facts, node.right);
    // Methods are not replaced.
    case 'MemberExpression':
      return isCallee && !node.computed && isSteady(facts, node.object);
    default:
      return false;
  }
}

/**
 * Makes a place for statements right before a call: what is evaluated only sometimes gets a branch of its own. Gives the
 * statement that the call stands in, where the call is evaluated before anything that it could change; null where that
 * is not so.
 */
function placeFor(facts, call, newName) {
  let node = call;
  for (;;) {
    const parent = facts.parents.get(node);
    switch (parent.type) {
      case 'ExpressionStatement':
      case 'ReturnStatement':
      case 'VariableDeclaration':
      case 'IfStatement':
        if (parent.type === 'VariableDeclaration' && /^For/.test(facts.parents.get(parent).type)) return null;
        return { at: parent, branches: [] };
      case 'VariableDeclarator':
      case 'UnaryExpression':
        break;
      case 'BinaryExpression':
        if (parent.right === node && !isSteady(facts, parent.left)) return null;
        break;
      case 'AssignmentExpression':
        if (parent.left === node) return null;
        if (parent.operator !== '=' && !isSteady(facts, parent.left)) return null;
        if (parent.left.type !== 'Identifier' && !isSteady(facts, parent.left, true)) return null;
        break;
      case 'MemberExpression':
        if (parent.object !== node) return null;
        break;
      case 'CallExpression':
        if (parent.callee === node) return null;
        if (!isSteady(facts, parent.callee, true)) return null;
        if (!parent.arguments.slice(0, parent.arguments.indexOf(node)).every((one) => isSteady(facts, one)))
          return null;
        break;
      case 'LogicalExpression':
      case 'ConditionalExpression':
        if (node !== parent.left && node !== parent.test) {
          const outer = placeFor(facts, parent, newName);
          return outer && { at: outer.at, branches: [...outer.branches, { node: parent, part: node }] };
        }
        break;
      default:
        return null;
    }
    node = parent;
  }
}

/** Whether nothing of the function comes behind this statement. */
function isTail(facts, one, caller) {
  const parent = facts.parents.get(one);
  if (parent.type === 'IfStatement') return isTail(facts, parent, caller);
  if (parent.type !== 'BlockStatement' || parent.body.at(-1) !== one) return false;
  const above = facts.parents.get(parent);
  return above === caller || (above.type === 'IfStatement' && isTail(facts, above, caller));
}

function replace(facts, node, by) {
  const [owner, key] = facts.places.get(node);
  owner[key] = by;
  facts.places.set(by, [owner, key]);
  facts.parents.set(by, facts.parents.get(node));
}

/** Puts statements in place of one. */
function replaceStatement(facts, one, by) {
  replace(facts, one, block(by));
}

/** `x && f()` as a statement, `return c ? f() : g` and so on become branches; gives true when something changed. */
function openBranch(facts, { at, branches }, newName) {
  const { node, part } = branches[0];
  const isOr = node.operator === '||';
  const test = node.type === 'ConditionalExpression' ? node.test : node.left;
  const holder = facts.parents.get(node);
  const make = (yes, no) => ({
    type: 'IfStatement',
    test: isOr ? not(test) : test,
    consequent: block(yes),
    alternate: no && block(no),
  });
  if (node.type === 'ConditionalExpression' && at.type === 'ReturnStatement' && at.argument === node) {
    const back = (argument) => [{ type: 'ReturnStatement', argument }];
    replaceStatement(facts, at, [make(back(node.consequent), back(node.alternate))]);
  } else if (holder === at && at.type === 'ExpressionStatement') {
    if (node.type === 'ConditionalExpression') {
      replaceStatement(facts, at, [make([statement(node.consequent)], [statement(node.alternate)])]);
    } else replaceStatement(facts, at, [make([statement(node.right)], null)]);
  } else if (holder === at && at.type === 'IfStatement' && node.operator === '&&' && !at.alternate) {
    at.test = node.left;
    at.consequent = block([{ type: 'IfStatement', test: node.right, consequent: at.consequent, alternate: null }]);
  } else {
    const name = newName('t');
    replace(facts, node, identifier(name));
    const before =
      node.type === 'ConditionalExpression'
        ? [make([assign(name, node.consequent)], [assign(name, node.alternate)])]
        : [
            assign(name, node.left),
            { ...make([assign(name, node.right)], null), test: isOr ? not(identifier(name)) : identifier(name) },
          ];
    replaceStatement(facts, at, [declare(name), ...before, at]);
  }
  return part !== null;
}

/** Statements that give the parameters their values; a parameter that only stands for a steady value is replaced by it. */
function passArguments(facts, declaration, call) {
  const out = [];
  declaration.params.forEach((parameter, index) => {
    const binding = facts.bindingOf.get(parameter);
    const value = call.arguments[index] ?? nothing();
    const uses = binding.uses.filter((use) => use !== parameter);
    const plain = value.type === 'Literal' || (value.type === 'Identifier' && facts.bindingOf.get(value)?.isSteady);
    // A function within may have a variable of that name itself.
    const isOwn = uses.every((use) => facts.holderOf(use) === declaration);
    if (plain && binding.writes.length === 0 && isOwn) {
      for (const use of uses) {
        if (value.type === 'Identifier') use.name = value.name;
        else replace(facts, use, { ...value });
      }
    } else out.push(declare(parameter.name, value));
  });
  return out;
}

/** Gives every name of the function's own, and each name between it and the call that would hide another, a new one. */
function rename(facts, declaration, caller, newName) {
  const change = (binding) => {
    const name = newName(binding.name);
    for (const use of binding.uses) use.name = name;
  };
  const outside = new Set(facts.free.map((node) => node.name));
  const inside = (node) => {
    for (let one = node; one; one = facts.parents.get(one)) if (one === declaration) return true;
    return false;
  };
  const reached = new Set([...facts.bindingOf].filter(([node]) => inside(node)).map(([, binding]) => binding.name));
  ownNames(facts, declaration).forEach(change);
  for (let one = caller; one && one !== facts.holderOf(declaration); one = facts.holderOf(one)) {
    for (const binding of facts.scopes.get(one).values()) {
      if (reached.has(binding.name) || outside.has(binding.name)) change(binding);
    }
  }
}

/** Whether to place it, by what it saves and what it costs. */
function isWorth(facts, declaration, caller) {
  const holdsScope = has(caller, isFunction);
  const hasFunctions = has(declaration, isFunction);
  const names = ownNames(facts, declaration).length;
  if (hasFunctions && !holdsScope) return false;
  // A scope that functions hold lives as long as they, with all its variables.
  return !holdsScope || names <= 5 + declaration.params.length;
}

/** What is left of an expression whose value nobody asks for. */
function effectOf(argument) {
  const acts = argument && has(statement(argument), (one) => /^(Call|Assignment|Update|New)Expression$/.test(one.type));
  return acts ? [statement(argument)] : [];
}

/** `return value` becomes `value; return`. */
function dropValues(facts, node) {
  if (node.type === 'ReturnStatement') {
    if (node.argument)
      replaceStatement(facts, node, [...effectOf(node.argument), { type: 'ReturnStatement', argument: null }]);
    return;
  }
  for (const [child] of children(node)) if (!isFunction(child)) dropValues(facts, child);
}

function place(facts, declaration, { call, caller }, newName) {
  if (caller.type === 'Program' || call.arguments.length > declaration.params.length) return false;
  if (usesThis(declaration) || !isWorth(facts, declaration, caller)) return false;
  const inLoop = isInLoop(facts, call, caller);
  if (inLoop && has(declaration, isFunction)) return false;
  const spot = placeFor(facts, call, newName);
  if (!spot) return false;
  if (spot.branches.length > 0) return openBranch(facts, spot, newName);
  const { at } = spot;
  const isVoid = at.type === 'ExpressionStatement' && at.expression === call;
  const isReturn = at.type === 'ReturnStatement' && at.argument === call;
  const tail = isVoid && isTail(facts, at, caller);
  const result = isVoid || isReturn ? '' : newName('r');
  const own = () => declaration.body.body.filter((one) => one.type !== 'FunctionDeclaration');
  const functions = declaration.body.body.filter((one) => one.type === 'FunctionDeclaration');
  const bodyFor = () => {
    if (isReturn) return leaves(own()) ? own() : [...own(), { type: 'ReturnStatement', argument: null }];
    if (tail) return own();
    return withoutReturns(own(), result ? (argument) => [assign(result, argument ?? nothing())] : effectOf);
  };
  if (!bodyFor()) return false;
  const unset = inLoop
    ? ownNames(facts, declaration)
        .filter(({ declarators }) => declarators.some((one) => !one.init))
        .map((binding) => binding.uses[0])
    : [];
  rename(facts, declaration, caller, newName);
  const before = [...passArguments(facts, declaration, call), ...unset.map((use) => assign(use.name, nothing()))];
  if (tail) own().forEach((one) => dropValues(facts, one));
  const body = bodyFor();
  if (result) replace(facts, call, identifier(result));
  const after = result ? [at] : [];
  replaceStatement(facts, at, [...(result ? [declare(result)] : []), ...before, ...body, ...after]);
  bodyOf(caller).unshift(...functions);
  const siblings = bodyOf(facts.holderOf(declaration));
  siblings.splice(siblings.indexOf(declaration), 1);
  return true;
}

/** One module { code, map } with what is called once in its place; `count` says how many. */
export function inlineCalls({ code, map }) {
  const tree = parse(code, {
    ecmaVersion: 5,
    allowReturnOutsideFunction: true,
    locations: true,
    sourceFile: 'lowered',
  });
  let number = 0;
  let count = 0;
  const newName = (name) => `${name.replace(/\$\d+$/, '')}$${++number}`;
  const refused = new Set();
  for (;;) {
    normalise(tree);
    const facts = analyse(tree);
    const candidates = [...facts.scopes.keys()].filter(
      (one) => one.type === 'FunctionDeclaration' && !refused.has(one),
    );
    const next = candidates.find((declaration) => {
      const found = onlyCall(facts, declaration);
      if (found && place(facts, declaration, found, newName)) return true;
      return false;
    });
    if (!next) break;
    count++;
  }
  return { ...print(tree, map), count };
}
