// Which name means what in a lowered module: scopes of ES5, where only functions make them.

export const isFunction = (node) => node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression';
export const bodyOf = (node) => (node.type === 'Program' ? node.body : node.body.body);

/** [child, owner, key] of each: `owner[key]` is the child. */
export function children(node) {
  const found = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') continue;
    if (Array.isArray(value)) {
      value.forEach((one, index) => one && typeof one.type === 'string' && found.push([one, value, index]));
    } else if (value && typeof value.type === 'string') found.push([value, node, key]);
  }
  return found;
}

const isMention = (node, parent) =>
  node.type === 'Identifier' &&
  !(parent.type === 'MemberExpression' && parent.property === node && !parent.computed) &&
  !(parent.type === 'Property' && parent.key === node);

const isWrite = (node, parent) =>
  (parent.type === 'AssignmentExpression' && parent.left === node) ||
  parent.type === 'UpdateExpression' ||
  (parent.type === 'ForInStatement' && parent.left === node);

/**
 * { scopes: Map of function or program → Map of name → binding, parents, places: Map of node → [owner, key], holderOf(node):
 * the function or program around it, bindingOf: Map of identifier → binding, free: identifiers that nobody declares }. A binding:
 * { name, holder, uses: [identifier], writes: [identifier], declarators: [node], isSteady: has one value for ever }.
 */
export function analyse(tree) {
  const scopes = new Map([[tree, new Map()]]);
  const parents = new Map();
  const places = new Map();
  const declareIn = (holder, name) => {
    const names = scopes.get(holder);
    if (!names.has(name)) names.set(name, { name, holder, uses: [], writes: [], declarators: [], kinds: new Set() });
    return names.get(name);
  };
  const collect = (node, holder) => {
    for (const [child, owner, key] of children(node)) {
      parents.set(child, node);
      places.set(child, [owner, key]);
      if (child.type === 'FunctionDeclaration') declareIn(holder, child.id.name).kinds.add('function');
      if (child.type === 'VariableDeclarator') declareIn(holder, child.id.name).declarators.push(child);
      if (child.type === 'CatchClause') declareIn(holder, child.param.name).kinds.add('catch');
      if (isFunction(child)) {
        scopes.set(child, new Map());
        if (child.type === 'FunctionExpression' && child.id) declareIn(child, child.id.name).kinds.add('function');
        child.params.forEach((one) => declareIn(child, one.name).kinds.add('parameter'));
        collect(child, child);
      } else collect(child, holder);
    }
  };
  collect(tree, tree);
  const holderOf = (node) => {
    let one = parents.get(node);
    while (one && !scopes.has(one)) one = parents.get(one);
    return one;
  };
  const bindingOf = new Map();
  const free = [];
  const mention = (node) => {
    for (const [child] of children(node)) {
      if (isMention(child, node)) {
        let holder = node.type === 'FunctionDeclaration' && node.id === child ? holderOf(node) : holderOf(child);
        while (holder && !scopes.get(holder).has(child.name)) holder = holderOf(holder);
        const binding = holder && scopes.get(holder).get(child.name);
        if (binding) {
          bindingOf.set(child, binding);
          binding.uses.push(child);
          if (isWrite(child, node)) binding.writes.push(child);
        } else free.push(child);
      }
      mention(child);
    }
  };
  mention(tree);
  for (const names of scopes.values()) {
    for (const binding of names.values()) {
      const { declarators, kinds } = binding;
      binding.isSteady =
        binding.writes.length === 0 && declarators.length + kinds.size === 1 && declarators.every((one) => one.init);
    }
  }
  return { scopes, parents, places, holderOf, bindingOf, free };
}
