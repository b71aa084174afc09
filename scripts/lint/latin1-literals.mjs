// Strings of the portable rooms are bytes: no character above U+00FF, written or escaped, and none in a name, which is
// a string to the small engine. Chinese texts are generated as GBK bytes (firmware/texts).
const firstWide = (text) => [...text].find((character) => character.codePointAt(0) > 0xff);

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: { wide: 'U+{{code}} is not one byte: portable strings are byte strings (hal/bytes.ts)' },
  },
  create(context) {
    function check(node, text) {
      const wide = firstWide(text);
      if (wide === undefined) return;
      const code = wide.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
      context.report({ node, messageId: 'wide', data: { code } });
    }
    return {
      Literal(node) {
        if (typeof node.value === 'string') check(node, node.value);
        else if (node.regex) check(node, node.regex.pattern);
      },
      Identifier(node) {
        check(node, node.name);
      },
      TemplateElement(node) {
        check(node, node.value.cooked ?? node.value.raw);
      },
    };
  },
};
