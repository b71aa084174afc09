// Typed: the small engine's `indexOf`, `includes` and `replace` of a string find a part of more than one character also where
// the text ends in its beginning ("\r\n" in "OK\r"); `find` of hal/bytes does not. At the very beginning of a text they do
// not err, so that `indexOf(…) === 0` may stay.
const faulty = new Set(['indexOf', 'includes', 'replace']);
const STRING_LIKE = 402653316;
const equals = new Set(['===', '!==', '==', '!=']);

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      find: "the small engine's {{name}} finds more than one character also where the text ends in its beginning: find() of hal/bytes",
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const parts = (type) => (type.isUnion() ? type.types : [type]);
    const isText = (node) => parts(services.getTypeAtLocation(node)).some((type) => (type.flags & STRING_LIKE) !== 0);

    function isMethod(node, name) {
      return node?.type === 'CallExpression' && node.callee.property?.name === name;
    }

    /** Of one character at most, by its type or by where it comes from. */
    function isShort(node) {
      if (isMethod(node, 'charAt') || (isMethod(node, 'fromCharCode') && node.arguments.length === 1)) return true;
      const types = parts(services.getTypeAtLocation(node));
      if (types.every((type) => type.isStringLiteral() && type.value.length <= 1)) return true;
      if (node.type !== 'Identifier') return false;
      const found = context.sourceCode.getScope(node).references.find((one) => one.identifier === node)?.resolved;
      const [definition] = found?.defs ?? [];
      const isConstant = definition?.type === 'Variable' && definition.parent.kind === 'const';
      return isConstant && definition.node.init !== null && definition.node.id === definition.name
        ? isShort(definition.node.init)
        : false;
    }

    function isAtBeginning({ parent }, name) {
      return (
        name === 'indexOf' &&
        parent.type === 'BinaryExpression' &&
        equals.has(parent.operator) &&
        parent.right.value === 0
      );
    }

    return {
      CallExpression(node) {
        const { callee } = node;
        const [part] = node.arguments;
        if (callee.type !== 'MemberExpression' || !part) return;
        const name = callee.property.name ?? callee.property.value;
        if (!faulty.has(name) || !isText(callee.object) || !isText(part)) return;
        if (isShort(part) || isAtBeginning(node, name)) return;
        context.report({ node: callee.property, messageId: 'find', data: { name } });
      },
    };
  },
};
