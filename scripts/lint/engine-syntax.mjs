// Syntax that the small engine lacks or gets wrong, and that lowering to ES5 does not mend (or mends at the price of a
// helper that drags `arguments`, iterators or a promise machine along).
const messages = {
  label: 'no labels: the small engine does not know them',
  generator: 'no generators',
  async: 'no async functions: a flow is a step machine (docs/decisions)',
  bigint: 'no BigInt',
  throw: 'no throw in portable code: faults are codes (hal/fault.ts)',
  default: "'default' comes last: the small engine refuses a 'case' after it",
  forIn: "no for-in: over an array it lists the engine's additions too; use an index or Object.keys",
  length: "no assignment to 'length': the small engine refuses it; use splice",
  hole: 'no array holes: the small engine refuses them in code it skips',
  arguments: "no 'arguments' and no rest parameters: its length differs there",
  spread: 'no spread beside other elements: lowering needs a helper; use concat or Object.assign',
  number: 'no Number() and no unary plus: "010" is 8 there; use parseInt(x, 10)',
  radix: 'parseInt needs its radix',
  private: 'no #private members: lowering needs a WeakMap',
  tagged: 'no tagged templates',
  exportLet: "no exported 'let': export functions",
  dynamicImport: 'no import(): late modules are loaded by `use` (firmware/modules.ts)',
  newTarget: 'no new.target',
};

export default {
  meta: { type: 'problem', schema: [], messages },
  create(context) {
    const report = (node, messageId) => context.report({ node, messageId });
    function checkFunction(node) {
      if (node.generator) report(node, 'generator');
      if (node.async) report(node, 'async');
      if (node.params.some((parameter) => parameter.type === 'RestElement')) report(node, 'arguments');
    }
    function checkTarget(target) {
      if (target.type !== 'MemberExpression') return;
      if ((target.computed ? target.property.value : target.property.name) === 'length') report(target, 'length');
    }
    return {
      LabeledStatement: (node) => report(node, 'label'),
      FunctionDeclaration: checkFunction,
      FunctionExpression: checkFunction,
      ArrowFunctionExpression: checkFunction,
      AwaitExpression: (node) => report(node, 'async'),
      ForOfStatement: (node) => node.await && report(node, 'async'),
      ForInStatement: (node) => report(node, 'forIn'),
      ThrowStatement: (node) => report(node, 'throw'),
      TaggedTemplateExpression: (node) => report(node, 'tagged'),
      PrivateIdentifier: (node) => report(node, 'private'),
      ImportExpression: (node) => report(node, 'dynamicImport'),
      MetaProperty: (node) => report(node, 'newTarget'),
      Literal: (node) => 'bigint' in node && report(node, 'bigint'),
      SwitchStatement(node) {
        const at = node.cases.findIndex((one) => one.test === null);
        if (at >= 0 && at < node.cases.length - 1) report(node.cases[at], 'default');
      },
      AssignmentExpression: (node) => checkTarget(node.left),
      UpdateExpression: (node) => checkTarget(node.argument),
      ArrayExpression(node) {
        if (node.elements.includes(null)) report(node, 'hole');
        if (node.elements.some((element) => element?.type === 'SpreadElement')) report(node, 'spread');
      },
      ObjectExpression(node) {
        if (node.properties.some((property) => property.type === 'SpreadElement')) report(node, 'spread');
      },
      ArrayPattern(node) {
        if (node.elements.some((element) => element?.type === 'RestElement')) report(node, 'spread');
      },
      ObjectPattern(node) {
        if (node.properties.some((property) => property.type === 'RestElement')) report(node, 'spread');
      },
      CallExpression(node) {
        const spread = node.arguments.some((argument) => argument.type === 'SpreadElement');
        if (spread && node.arguments.length > 1) report(node, 'spread');
        if (node.callee.type !== 'Identifier') return;
        if (node.callee.name === 'Number') report(node, 'number');
        if (node.callee.name === 'parseInt' && node.arguments.length < 2) report(node, 'radix');
      },
      NewExpression(node) {
        if (node.arguments.some((argument) => argument.type === 'SpreadElement')) report(node, 'spread');
      },
      UnaryExpression: (node) => node.operator === '+' && report(node, 'number'),
      Identifier(node) {
        if (node.name !== 'arguments' || node.parent.type === 'MemberExpression') {
          if (node.name !== 'arguments' || node.parent.object !== node) return;
        }
        if (node.parent.type !== 'Property' || node.parent.key !== node) report(node, 'arguments');
      },
      ExportNamedDeclaration(node) {
        if (node.declaration?.type === 'VariableDeclaration' && node.declaration.kind !== 'const') {
          report(node, 'exportLet');
        }
      },
    };
  },
};
