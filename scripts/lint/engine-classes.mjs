// Typed: no class deeper than two, and none that extends `Error`: the small engine loops for ever in the first and
// loses the class in the second.

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      deep: 'no class deeper than two levels',
      library: "no class extends '{{name}}' of the library",
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const { program } = services;
    const checker = program.getTypeChecker();
    function check(node) {
      if (!node.superClass) return;
      const base = services.getTypeAtLocation(node.superClass).getProperty('prototype');
      const symbol = base && checker.getTypeOfSymbol(base).symbol;
      const declarations = symbol?.declarations ?? [];
      if (declarations.some((one) => program.isSourceFileDefaultLibrary(one.getSourceFile()))) {
        context.report({ node: node.superClass, messageId: 'library', data: { name: symbol.name } });
      } else if (declarations.some((one) => one.heritageClauses?.some((clause) => clause.token === 96))) {
        context.report({ node: node.superClass, messageId: 'deep' });
      }
    }
    return { ClassDeclaration: check, ClassExpression: check };
  },
};
