// Counts the engine variables that lowered modules would hold on the small engine at one moment, by the measured costs
// of a 32-bit build (docs/performance.md). It walks everything reachable: loaded modules, functions, the scopes they
// hold, objects, arrays, strings. Strings that stand in the code stay in flash and cost one variable.
import { instrument } from './instrument.mjs';

/** Engine variables of each thing; a slot is a property, an element or a variable in a scope. */
export const costs = {
  /** The function itself, its reference to its code in flash and to its scope; its parameters come on top. */
  functionBase: 4,
  parameter: 1,
  scope: 1,
  object: 1,
  slot: 1,
  /** Characters of a name within its slot, and within each further variable. */
  nameInSlot: 4,
  nameInExtension: 6,
  /** A double, or an integer that does not fit into its slot. */
  bigNumber: 1,
  smallIntegerLimit: 32768,
  string: 1,
  stringBytes: 8,
  stringExtensionBytes: 12,
  /** Typed array: its view and buffer. */
  typedArray: 2,
  bufferBytes: 14,
  /** What the engine keeps of a timer or a watched pin, beside the function called. */
  callback: 8,
  /** An entry of the module cache. */
  module: 3,
  /** The engine itself with nothing loaded. */
  baseline: 146,
};

const nameCost = (name) => costs.slot + Math.ceil(Math.max(0, name.length - costs.nameInSlot) / costs.nameInExtension);

function stringCost(text, literals) {
  if (text === '' || literals.has(text)) return costs.string;
  return costs.string + Math.ceil(Math.max(0, text.length - costs.stringBytes) / costs.stringExtensionBytes);
}

/** Every string literal of the modules. */
function literalsOf(modules) {
  const found = new Set();
  for (const { code } of modules) {
    for (const match of code.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g)) {
      found.add(Function(`return ${match[0]}`)());
    }
  }
  return found;
}

/**
 * Loads lowered modules, instrumented, in this process. `inFlash`: literals cost what they cost on a board,
 * and so do the strings `flash`. `globals`: what
 * the engine has besides the language; `native(id)`: its own modules. Gives `require` (with `unload`, `loaded` and `names`),
 * `run(id)` for what is no module, and `count(callbacks, outside)`: engine variables now, where `callbacks` are the functions
 * that the board holds (alarms, listeners) and `outside` the objects that belong to the board itself.
 */
export function createCensus(modules, { inFlash = true, flash = [], globals = {}, native = () => undefined } = {}) {
  const literals = new Set(inFlash ? [...literalsOf(modules), ...flash] : []);
  const functions = new WeakMap();
  const cache = new Map();
  let number = 0;

  const $scope = (parent, names, read, label) => ({ parent, names, read, label });
  const $function = (one, scope, parameters, label) => {
    functions.set(one, { scope, parameters, label });
    return one;
  };
  const calls = [];
  let deepest = [];
  const $enter = (label) => {
    calls.push(label);
    if (calls.length > deepest.length) deepest = [...calls];
  };
  const $leave = () => calls.pop();
  const hooks = { $scope, $function, $enter, $leave };
  const definitions = new Map();
  globals.global = globals;
  for (const { id, code } of modules) {
    const instrumented = instrument(id, code, number);
    number = instrumented.nextNumber;
    const parameters = ['require', 'exports', 'module', ...Object.keys(hooks), ...Object.keys(globals)];
    definitions.set(id, Function(...parameters, instrumented.code));
  }
  const enter = (id, module) =>
    definitions.get(id)(
      // The engine's own `require` has no members.
      globals.require ?? (Object.keys(globals).length > 1 ? (name) => load(name) : load),
      module.exports,
      module,
      ...Object.values(hooks),
      // A module is given the engine's globals as they were; `require` is the one that is replaced.
      ...Object.entries(globals).flatMap(([name, value]) => (name === 'require' ? [] : [value])),
    );

  function load(id) {
    const known = cache.get(id);
    if (known) return known.exports;
    if (!definitions.has(id)) return native(id);
    const module = { exports: {} };
    cache.set(id, module);
    enter(id, module);
    return module.exports;
  }
  load.unload = (id) => cache.delete(id);
  load.loaded = (id) => cache.has(id);
  load.fresh = (id) => {
    const exported = load(id);
    cache.delete(id);
    return exported;
  };
  load.names = () => [...cache.keys()];
  const run = (id) => enter(id, { exports: {} });

  function count(callbacks, outside = new Set()) {
    const seen = new Set(outside);
    const byModule = new Map();
    let total = costs.baseline;
    let owner = '(engine)';
    const queue = [];

    function charge(variables) {
      total += variables;
      byModule.set(owner, (byModule.get(owner) ?? 0) + variables);
    }
    function valueCost(value) {
      if (typeof value === 'string') return stringCost(value, literals);
      if (typeof value === 'number') {
        return Number.isInteger(value) && Math.abs(value) < costs.smallIntegerLimit ? 0 : costs.bigNumber;
      }
      if ((typeof value === 'object' && value !== null) || typeof value === 'function') queue.push([value, owner]);
      return 0;
    }
    function visitScope(scope) {
      for (let one = scope; one && !seen.has(one); one = one.parent) {
        seen.add(one);
        owner = one.label.slice(0, one.label.indexOf(':'));
        charge(costs.scope);
        const values = one.read();
        one.names.forEach((name, index) => charge(nameCost(name) + valueCost(values[index])));
      }
    }
    function visit(value) {
      if (ArrayBuffer.isView(value)) {
        charge(costs.typedArray + (value.buffer.inFlash ? 0 : Math.ceil(value.byteLength / costs.bufferBytes)));
        return;
      }
      if (typeof value === 'function') {
        const known = functions.get(value);
        if (!known) {
          // One of the engine's own: it holds what was bound to it.
          if (value.bound) charge(costs.functionBase);
          for (const one of value.bound ?? []) charge(costs.slot + valueCost(one));
          return;
        }
        owner = known.label.slice(0, known.label.indexOf(':'));
        charge(costs.functionBase + known.parameters * costs.parameter);
        for (const key of Object.keys(value)) charge(nameCost(key) + valueCost(value[key]));
        visitScope(known.scope);
      } else if (Array.isArray(value)) {
        charge(costs.object);
        value.forEach((element) => charge(costs.slot + valueCost(element)));
      } else {
        charge(costs.object);
        for (const key of Object.keys(value)) charge(nameCost(key) + valueCost(value[key]));
      }
    }

    for (const [id, module] of cache) {
      owner = id;
      charge(costs.module);
      queue.push([module.exports, id]);
    }
    if (globals.require) {
      owner = '(engine)';
      charge(nameCost('require'));
      queue.push([globals.require, owner]);
    }
    for (const callback of callbacks) {
      owner = '(callbacks)';
      charge(costs.callback);
      queue.push([callback, owner]);
    }
    while (queue.length > 0) {
      const [value, holder] = queue.pop();
      if (seen.has(value)) continue;
      seen.add(value);
      owner = holder;
      visit(value);
    }
    return { total, byModule: Object.fromEntries([...byModule].sort((a, b) => b[1] - a[1])) };
  }

  return { require: load, run, count, deepestCalls: () => deepest };
}
