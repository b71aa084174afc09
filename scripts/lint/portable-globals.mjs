// Portable code reads no global that a microcontroller's engine lacks, and none that would bring in the host's time,
// chance or scheduling: those come from hal/bus.ts.
import { globals } from '../engine-facts.mjs';

const allowed = new Set(globals);

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: { global: "'{{name}}' is a global of the host, or missing in the small engine" },
  },
  create(context) {
    function report(reference) {
      const { name } = reference.identifier;
      if (reference.isTypeReference && !reference.isValueReference) return;
      if (!allowed.has(name)) context.report({ node: reference.identifier, messageId: 'global', data: { name } });
    }
    return {
      'Program:exit'(node) {
        const scope = context.sourceCode.getScope(node);
        for (const reference of scope.through) report(reference);
        // Globals that the configuration declares are resolved, but defined nowhere in the file.
        for (const variable of scope.variables) if (variable.defs.length === 0) variable.references.forEach(report);
      },
      ThisExpression(thisNode) {
        // `this` outside every function is the global object in the small engine.
        const inside = context.sourceCode
          .getAncestors(thisNode)
          .some((node) => node.type.startsWith('Function') || node.type === 'PropertyDefinition');
        if (!inside) context.report({ node: thisNode, messageId: 'global', data: { name: 'this' } });
      },
    };
  },
};
