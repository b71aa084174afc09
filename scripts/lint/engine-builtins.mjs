// Typed: members of the language's library that the small engine lacks or gets wrong (scripts/engine-facts.mjs), and
// loops over anything but arrays and strings.
import { members } from '../engine-facts.mjs';

const allowed = new Map(Object.entries(members).map(([name, list]) => [name, new Set(list)]));

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      member: '{{owner}}.{{name}} is missing in the small engine, or behaves otherwise there',
      iterate: 'the small engine loops with for-of only over arrays, typed arrays and strings',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const { program } = services;
    const checker = program.getTypeChecker();
    return {
      MemberExpression(node) {
        if (node.computed) return;
        const symbol = services.getSymbolAtLocation(node.property);
        const declaration = symbol?.declarations?.[0];
        if (!declaration || !program.isSourceFileDefaultLibrary(declaration.getSourceFile())) return;
        const owner = declaration.parent?.name?.text;
        const name = node.property.name;
        const list = owner === undefined ? undefined : allowed.get(owner);
        if (owner !== undefined && !list?.has(name)) {
          context.report({ node: node.property, messageId: 'member', data: { owner, name } });
        }
      },
      ForOfStatement(node) {
        const type = services.getTypeAtLocation(node.right);
        const simple = (one) =>
          checker.isArrayType(one) ||
          checker.isTupleType(one) ||
          (one.flags & 402653316) !== 0 ||
          /^(Ui|I)nt(8|16|32)Array$/.test(one.symbol?.name ?? '');
        const types = type.isUnion() ? type.types : [type];
        if (!types.every(simple)) context.report({ node: node.right, messageId: 'iterate' });
      },
    };
  },
};
