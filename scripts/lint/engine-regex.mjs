// The small engine's regular expressions know literals, classes, `*`, `+`, `?`, `|`, groups and anchors. What else a
// pattern holds matches wrongly there, mostly in silence. Best: no regular expression at all.
import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';

/** The first feature of a pattern that the engine lacks, or ''. */
export function missingFeature(pattern, flags) {
  for (const flag of flags) if (!'gi'.includes(flag)) return `flag ${flag}`;
  let missing = '';
  const found = (feature) => {
    missing ||= feature;
  };
  const ast = new RegExpParser().parsePattern(pattern);
  visitRegExpAST(ast, {
    onQuantifierEnter(node) {
      if (node.raw.includes('}', node.element.raw.length)) found('{n}');
      if (!node.greedy) found('lazy quantifier');
    },
    onAssertionEnter(node) {
      if (node.kind === 'lookahead' || node.kind === 'lookbehind') found(node.kind);
      if (node.kind === 'word') found('\\b');
    },
    onBackreferenceEnter: () => found('back reference'),
    onGroupEnter: () => found('(?:'),
    onCapturingGroupEnter: (node) => node.name !== null && found('named group'),
    onCharacterSetEnter: (node) => node.kind === 'property' && found('\\p'),
  });
  return missing;
}

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: { feature: 'the small engine lacks {{feature}} in regular expressions' },
  },
  create(context) {
    return {
      'Literal[regex]'(node) {
        const feature = missingFeature(node.regex.pattern, node.regex.flags);
        if (feature) context.report({ node, messageId: 'feature', data: { feature } });
      },
    };
  },
};
