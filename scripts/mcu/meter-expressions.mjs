// Expressions of lowered modules, compiled for the meter: each gives a function from a frame to its value, which counts what
// the engine would do for it.
import { dryCost } from './meter-tokens.mjs';
import { K } from './work-kinds.mjs';

const binary = {
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  // eslint-disable-next-line eqeqeq
  '==': (a, b) => a == b,
  // eslint-disable-next-line eqeqeq
  '!=': (a, b) => a != b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  instanceof: (a, b) => a instanceof b,
  in: (a, b) => a in b,
};

const unary = {
  '!': (a) => !a,
  '-': (a) => -a,
  '+': (a) => +a,
  '~': (a) => ~a,
  void: () => undefined,
  typeof: (a) => typeof a,
};

/**
 * Compiles expressions of one module. `work`: the meter's counts and ways to count; `code`: { id, measure, own, find, frameAt }.
 * `functionMaker`: makes functions. Gives `expression(node, scope)`.
 */
export function createExpressions(work, code, functionMaker) {
  const { id, measure, own, find, frameAt } = code;
  const { read, count, countMember, invoke, made, inFlash, globals } = work;
  /** Compiled reference: { get, set } given a frame; `resolve` evaluates object and key once. */
  function reference(node, scope) {
    if (node.type === 'Identifier') {
      const { name } = node;
      const { depth, index, passed } = find(name, scope);
      const cost = own(node);
      const look = () => {
        read(cost);
        work.now[K.look]++;
        work.now[K.passed] += passed;
      };
      if (depth >= 0) {
        return (frame) => {
          look();
          const { values } = frameAt(frame, depth);
          return { get: () => values[index], set: (value) => (values[index] = value) };
        };
      }
      return () => {
        look();
        work.now[K.builtin]++;
        const host = name in globals ? globals : globalThis;
        return { get: () => host[name], set: (value) => (globals[name] = value) };
      };
    }
    if (node.type !== 'MemberExpression') throw new Error(`the meter cannot assign to a ${node.type}`);
    const object = expression(node.object, scope);
    const key = node.computed ? expression(node.property, scope) : () => node.property.name;
    const cost = own(node, node.computed ? [node.object, node.property] : [node.object]);
    return (frame) => {
      const target = object(frame);
      const name = key(frame);
      read(cost);
      countMember(target, name);
      return { target, get: () => target[name], set: (value) => (target[name] = value), name };
    };
  }

  function concat(a, b, value) {
    if (typeof value !== 'string') {
      work.now[K.operator]++;
      return value;
    }
    work.now[K.concat]++;
    work.now[K.stringByte] += typeof b === 'string' ? value.length : a.length;
    return value;
  }

  const expressions = {
    Literal(node) {
      const cost = own(node);
      if (typeof node.value === 'string') inFlash.add(node.value);
      return () => {
        read(cost);
        return node.regex ? new RegExp(node.regex.pattern, node.regex.flags) : node.value;
      };
    },
    ThisExpression(node) {
      const cost = own(node);
      return (frame) => {
        read(cost);
        return frame.self;
      };
    },
    Identifier(node, scope) {
      const place = reference(node, scope);
      return (frame) => place(frame).get();
    },
    MemberExpression(node, scope) {
      const place = reference(node, scope);
      return (frame) => place(frame).get();
    },
    SequenceExpression(node, scope) {
      const cost = own(node);
      const parts = node.expressions.map((one) => expression(one, scope));
      return (frame) => {
        read(cost);
        let value;
        for (const part of parts) value = part(frame);
        return value;
      };
    },
    UnaryExpression(node, scope) {
      const cost = own(node);
      if (node.operator === 'delete') {
        const place = reference(node.argument, scope);
        return (frame) => {
          const { target, name } = place(frame);
          read(cost);
          work.now[K.operator]++;
          return delete target[name];
        };
      }
      const argument = expression(node.argument, scope);
      const apply = unary[node.operator];
      return (frame) => {
        read(cost);
        work.now[K.operator]++;
        return apply(argument(frame));
      };
    },
    BinaryExpression(node, scope) {
      const cost = own(node);
      const left = expression(node.left, scope);
      const right = expression(node.right, scope);
      const apply = binary[node.operator];
      return (frame) => {
        const a = left(frame);
        read(cost);
        const b = right(frame);
        return concat(a, b, apply(a, b));
      };
    },
    LogicalExpression(node, scope) {
      const cost = own(node);
      const left = expression(node.left, scope);
      const right = expression(node.right, scope);
      const dry = dryCost(node.right, measure);
      return (frame) => {
        const a = left(frame);
        read(cost);
        work.now[K.operator]++;
        if (node.operator === '&&' ? a : !a) return right(frame);
        count(dry);
        return a;
      };
    },
    ConditionalExpression(node, scope) {
      const cost = own(node);
      const [test, yes, no] = [node.test, node.consequent, node.alternate].map((one) => expression(one, scope));
      const dryYes = dryCost(node.consequent, measure);
      const dryNo = dryCost(node.alternate, measure);
      return (frame) => {
        const isTrue = test(frame);
        read(cost);
        count(isTrue ? dryNo : dryYes);
        return isTrue ? yes(frame) : no(frame);
      };
    },
    AssignmentExpression(node, scope) {
      const cost = own(node);
      const resolve = reference(node.left, scope);
      const right = expression(node.right, scope);
      const apply = binary[node.operator.slice(0, -1)];
      return (frame) => {
        const place = resolve(frame);
        read(cost);
        work.now[K.assign]++;
        const value = right(frame);
        if (!apply) return place.set(value);
        const before = place.get();
        const after = apply(before, value);
        if (typeof after !== 'string') work.now[K.operator]++;
        else {
          // It is added to the string where it is.
          work.now[K.concat]++;
          work.now[K.stringByte] += after.length - before.length;
        }
        return place.set(after);
      };
    },
    UpdateExpression(node, scope) {
      const cost = own(node);
      const resolve = reference(node.argument, scope);
      const step = node.operator === '++' ? 1 : -1;
      return (frame) => {
        const place = resolve(frame);
        read(cost);
        work.now[K.assign]++;
        work.now[K.operator]++;
        const before = place.get();
        place.set(before + step);
        return node.prefix ? before + step : before;
      };
    },
    ArrayExpression(node, scope) {
      const cost = own(node);
      const elements = node.elements.map((one) => expression(one, scope));
      return (frame) => {
        read(cost);
        work.now[K.object]++;
        work.now[K.slot] += elements.length;
        const value = elements.map((element) => element(frame));
        made.add(value);
        return value;
      };
    },
    ObjectExpression(node, scope) {
      const cost = own(
        node,
        node.properties.map((one) => one.value),
      );
      const entries = node.properties.map((one) => [one.key.name ?? one.key.value, expression(one.value, scope)]);
      return (frame) => {
        read(cost);
        work.now[K.object]++;
        work.now[K.slot] += entries.length;
        const value = {};
        made.add(value);
        for (const [key, part] of entries) value[key] = part(frame);
        return value;
      };
    },
    FunctionExpression: (node, scope) => functionMaker(node, scope),
    CallExpression(node, scope) {
      const cost = own(node);
      const parts = node.arguments.map((one) => expression(one, scope));
      const method = node.callee.type === 'MemberExpression' ? reference(node.callee, scope) : null;
      const callee = method ? null : expression(node.callee, scope);
      const name = node.callee.property?.name ?? node.callee.name ?? 'it';
      return (frame) => {
        const place = method?.(frame);
        const called = place ? place.get() : callee(frame);
        read(cost);
        const values = parts.map((part) => part(frame));
        return invoke(called, place?.target, values, place?.name ?? name);
      };
    },
    NewExpression(node, scope) {
      const cost = own(node);
      const parts = node.arguments.map((one) => expression(one, scope));
      const callee = expression(node.callee, scope);
      return (frame) => {
        const called = callee(frame);
        read(cost);
        work.now[K.object]++;
        work.now[K.native]++;
        work.now[K.argument] += parts.length;
        const value = new called(...parts.map((part) => part(frame)));
        if (ArrayBuffer.isView(value)) work.now[K.stringByte] += value.byteLength;
        return value;
      };
    },
  };

  function expression(node, scope) {
    const compile = expressions[node.type];
    if (!compile) throw new Error(`the meter knows no ${node.type} (${id})`);
    return compile(node, scope);
  }

  return expression;
}
