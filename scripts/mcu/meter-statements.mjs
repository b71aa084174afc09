// Statements and functions of lowered modules, compiled for the meter.
import { createExpressions } from './meter-expressions.mjs';
import { childrenOf, createRuler, dryCost } from './meter-tokens.mjs';
import { K } from './work-kinds.mjs';

export const BREAK = { kind: 'break' };
const CONTINUE = { kind: 'continue' };

/** Module `id` as { run(frame), size }: what its body does, and how many names it has. `work`: of the meter. */
export function compileModule(id, text, ast, work) {
  const { read, count, enter, made, metered } = work;
  const { measure, indexOf } = createRuler(text);
  /** What a node reads itself, without its parts. */
  function own(node, parts = childrenOf(node)) {
    const whole = measure(node.start, node.end);
    for (const part of parts) {
      const inner = measure(part.start, part.end);
      whole.tokens -= inner.tokens;
      whole.bytes -= inner.bytes;
    }
    return whole;
  }

  /** Where a name is: { depth, index } of the scope that holds it, and the names before it. */
  function find(name, scope) {
    let passed = 0;
    let depth = 0;
    for (let one = scope; one; one = one.parent, depth++) {
      const index = one.names.lastIndexOf(name);
      if (index >= 0) return { depth, index, passed: passed + index };
      passed += one.names.length;
    }
    return { depth: -1, passed };
  }
  const frameAt = (frame, depth) => {
    let one = frame;
    for (let n = 0; n < depth; n++) one = one.parent;
    return one;
  };

  /** Statements of a block; what stands behind one that ends it is skipped, `end` being where the block does. */
  function statements(body, scope, end) {
    const parts = body.map((one) => statement(one, scope));
    const rest = body.map((one) => measure(one.end, end));
    return (frame) => {
      for (let n = 0; n < parts.length; n++) {
        const ended = parts[n](frame);
        if (!ended) continue;
        work.now[K.skip] += rest[n].tokens;
        work.now[K.byte] += rest[n].bytes;
        return ended;
      }
      return undefined;
    };
  }

  /** A loop: the step is parsed once before it runs, the body skipped where the loop never runs. */
  function loop(node, scope, { init, test, update, first = false }) {
    const parts = [node.init, node.test, node.update, node.body].filter(Boolean);
    const cost = own(node, parts);
    const body = statement(node.body, scope);
    const dryUpdate = node.update && dryCost(node.update, measure);
    const dryBody = dryCost(node.body, measure);
    return (frame) => {
      read(cost);
      init?.(frame);
      let isFirst = first;
      let wasRun = false;
      for (;;) {
        const goesOn = isFirst || !test || test(frame);
        if (!wasRun && dryUpdate) count(dryUpdate);
        if (!goesOn) {
          if (!wasRun) count(dryBody);
          return undefined;
        }
        isFirst = false;
        wasRun = true;
        work.now[K.pass]++;
        const ended = body(frame);
        if (ended === BREAK) return undefined;
        if (ended && ended !== CONTINUE) return ended;
        update?.(frame);
      }
    };
  }

  const compiled = {
    EmptyStatement: () => () => undefined,
    ExpressionStatement(node, scope) {
      const cost = own(node);
      const value = expression(node.expression, scope);
      return (frame) => {
        read(cost);
        value(frame);
      };
    },
    VariableDeclaration(node, scope) {
      const cost = own(node, []);
      const { length } = node.declarations;
      const names = node.declarations.map((one) => find(one.id.name, scope).index);
      return (frame) => {
        read(cost);
        work.now[K.slot] += length;
        for (const index of names) frame.values[index] = undefined;
      };
    },
    FunctionDeclaration(node, scope) {
      const make = functionMaker(node, scope);
      const { index } = find(node.id.name, scope);
      return (frame) => {
        work.now[K.slot]++;
        frame.values[index] = make(frame);
      };
    },
    ReturnStatement(node, scope) {
      const cost = own(node);
      const value = node.argument ? expression(node.argument, scope) : () => undefined;
      const { passed } = find('\xffreturn', scope);
      return (frame) => {
        read(cost);
        const result = { value: value(frame) };
        work.now[K.look]++;
        work.now[K.passed] += passed;
        return result;
      };
    },
    BreakStatement(node) {
      const cost = own(node);
      return () => (read(cost), BREAK);
    },
    ContinueStatement(node) {
      const cost = own(node);
      return () => (read(cost), CONTINUE);
    },
    BlockStatement(node, scope) {
      const cost = own(node);
      const run = statements(node.body, scope, node.end - 1);
      return (frame) => {
        read(cost);
        return run(frame);
      };
    },
    IfStatement(node, scope) {
      const cost = own(node);
      const test = expression(node.test, scope);
      const yes = statement(node.consequent, scope);
      const no = node.alternate && statement(node.alternate, scope);
      const dryYes = dryCost(node.consequent, measure);
      const dryNo = node.alternate && dryCost(node.alternate, measure);
      return (frame) => {
        read(cost);
        if (test(frame)) {
          const ended = yes(frame);
          if (dryNo) count(dryNo);
          return ended;
        }
        count(dryYes);
        return no?.(frame);
      };
    },
    ForStatement(node, scope) {
      const [init, test, update] = [node.init, node.test, node.update].map((one) => one && expression(one, scope));
      return loop(node, scope, { init, test, update });
    },
    WhileStatement: (node, scope) => loop(node, scope, { test: expression(node.test, scope) }),
    DoWhileStatement: (node, scope) => loop(node, scope, { test: expression(node.test, scope), first: true }),
    SwitchStatement(node, scope) {
      const cost = measure(node.start, node.discriminant.end);
      const on = expression(node.discriminant, scope);
      const cases = node.cases.map((one) => ({
        test: one.test && expression(one.test, scope),
        run: statements(one.consequent, scope, one.end),
        dry: dryCost(one, measure),
      }));
      return (frame) => {
        read(cost);
        const value = on(frame);
        let isTaken = false;
        let ended;
        for (const one of cases) {
          isTaken = !ended && (isTaken || !one.test || one.test(frame) === value);
          if (isTaken) ended = one.run(frame);
          else count(one.dry);
        }
        return ended === BREAK ? undefined : ended;
      };
    },
  };

  function statement(node, scope) {
    const compile = compiled[node.type];
    if (!compile) throw new Error(`the meter knows no ${node.type} (${id})`);
    return compile(node, scope);
  }

  function namesIn(body) {
    return body.flatMap((one) => {
      if (one.type === 'VariableDeclaration') return one.declarations.map(({ id: { name } }) => name);
      return one.type === 'FunctionDeclaration' ? [one.id.name] : [];
    });
  }

  function functionMaker(node, scope) {
    const head = measure(node.start, node.body.start);
    const body = measure(node.body.start, node.body.end);
    const inner = { parent: scope, names: node.params.map(({ name }) => name) };
    if (node.type === 'FunctionExpression' && node.id) inner.names.push(node.id.name);
    inner.names.push('\xffreturn', ...namesIn(node.body.body).filter((name) => !inner.names.includes(name)));
    const { length } = inner.names;
    const parameters = node.params.length;
    const ownName = node.type === 'FunctionExpression' && node.id ? parameters : -1;
    const place = `${id}#${indexOf(node.start)}`;
    let run = null;
    return (frame) => {
      read(head);
      work.now[K.skip] += body.tokens;
      work.now[K.byte] += body.bytes;
      work.now[K.closure]++;
      work.now[K.slot] += parameters;
      const one = function (...given) {
        const caller = work.place;
        enter(place);
        work.now[K.call]++;
        work.now[K.parameter] += Math.max(parameters, given.length);
        run ??= statements(node.body.body, inner, node.body.end - 1);
        const values = new Array(length).fill(undefined);
        for (let n = 0; n < parameters; n++) values[n] = given[n];
        if (ownName >= 0) values[ownName] = one;
        const ended = run({ parent: frame, values, self: this });
        enter(caller);
        return ended?.value;
      };
      metered.add(one);
      made.add(one);
      made.add(one.prototype);
      return one;
    };
  }

  const expression = createExpressions(work, { id, measure, own, find, frameAt }, functionMaker);
  const top = { parent: null, names: ['exports', 'module', ...namesIn(ast.body)] };
  return { run: statements(ast.body, top, text.length), size: top.names.length };
}
