// What of a lowered module the small engine reads and what it skips, in tokens: it has no other form of the code than these.
import { tokenizer } from 'acorn';

/**
 * For a text: `measure(from, to)`, how many tokens, and how many characters of names, lie between two offsets; `indexOf(offset)`,
 * the number of the token there.
 */
export function createRuler(code) {
  const starts = [];
  const bytes = [0];
  for (const token of tokenizer(code, { ecmaVersion: 5 })) {
    starts.push(token.start);
    bytes.push(bytes.at(-1) + (token.type.label === 'name' ? token.end - token.start : 1));
  }
  const indexOf = (offset) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const measure = (from, to) => {
    const [a, b] = [indexOf(from), indexOf(to)];
    return { tokens: b - a, bytes: bytes[b] - bytes[a] };
  };
  return { measure, indexOf };
}

export const isFunction = (node) => node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression';

export const childrenOf = (node) =>
  Object.values(node)
    .flat()
    .filter((one) => one && typeof one.type === 'string');

/** What the engine makes of code that it does not obey: blocks, functions and object literals are skipped. */
export function dryCost(node, measure) {
  const whole = measure(node.start, node.end);
  let skipped = 0;
  const visit = (one) => {
    const block = isFunction(one) ? one.body : one;
    if (block.type === 'BlockStatement' || block.type === 'ObjectExpression') {
      skipped += measure(block.start, block.end).tokens;
    } else childrenOf(one).forEach(visit);
  };
  visit(node);
  return { dry: whole.tokens - skipped, skip: skipped, bytes: whole.bytes };
}
