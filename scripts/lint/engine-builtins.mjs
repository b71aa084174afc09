// Typed: members of the language's library that the small engine lacks or gets wrong (scripts/engine-facts.mjs), by
// whatever way they are reached, arguments it does not heed, and loops over anything but arrays and strings.
import { longestArguments, members } from '../engine-facts.mjs';

const allowed = new Map(Object.entries(members).map(([name, list]) => [name, new Set(list)]));

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      member: '{{owner}}.{{name}} is missing in the small engine, or behaves otherwise there',
      argument: 'the small engine does not heed this argument of {{owner}}.{{name}}',
      iterate: 'the small engine loops with for-of only over arrays, typed arrays and strings',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const { program } = services;
    const checker = program.getTypeChecker();
    /** [interface of the library, name] of a library's member; null for anything else. */
    function libraryMember(symbol) {
      const declaration = symbol?.declarations?.[0];
      if (!declaration || !program.isSourceFileDefaultLibrary(declaration.getSourceFile())) return null;
      const owner = declaration.parent?.name?.text;
      return owner === undefined ? null : { owner, name: symbol.name };
    }
    function check(node, found) {
      if (found && !allowed.get(found.owner)?.has(found.name))
        context.report({ node, messageId: 'member', data: found });
    }
    function accessed(node) {
      if (!node.computed) return libraryMember(services.getSymbolAtLocation(node.property));
      if (typeof node.property.value !== 'string') return null;
      return libraryMember(services.getTypeAtLocation(node.object).getProperty(node.property.value));
    }
    return {
      MemberExpression(node) {
        check(node.property, accessed(node));
      },
      ObjectPattern(node) {
        const type = services.getTypeAtLocation(node);
        for (const { key, computed } of node.properties) {
          if (key && !computed) check(key, libraryMember(type.getProperty(key.name ?? String(key.value))));
        }
      },
      CallExpression(node) {
        if (node.callee.type !== 'MemberExpression') return;
        const found = accessed(node.callee);
        const most = found ? longestArguments[`${found.owner}.${found.name}`] : undefined;
        if (most !== undefined && node.arguments.length > most) {
          context.report({ node: node.arguments[most], messageId: 'argument', data: found });
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
