// Runs lowered modules and counts what the small engine would have to do for it. It is an interpreter of the ES5 that is left
// after lowering, with values and functions of the host, so that the engine's API and the World can be what they are
// elsewhere. The counts (work-kinds.mjs) follow the engine's own parser (jsparse.c): what is read, what is skipped and how
// far every name is. Nothing in it depends on a machine or a clock.
import { parse } from 'acorn';
import { compileModule } from './meter-statements.mjs';
import { K, emptyCounts } from './work-kinds.mjs';

/** Characters of a string in one of the engine's variables: further ones are walked block by block. */
const blockBytes = 12;
/** Functions of a string that give a piece of it. */
const pieces = new Set(['charAt', 'charCodeAt', 'slice', 'substr', 'substring']);

const isIndex = (key) => typeof key === 'number' || /^\d+$/.test(key);

/** The counts, and ways to count. `now`: the row of the function that runs, `place`. */
class Work {
  buckets = new Map();
  now = null;
  place = '';
  /** Objects and functions that lowered code made; all others are the engine's. */
  made = new WeakSet();
  metered = new WeakSet();
  /** Strings that stay in flash: literals, stored files and pieces of them. */
  inFlash = new Set();

  constructor(globals) {
    this.globals = globals;
    this.enter('(engine)#0');
  }

  enter = (place) => {
    this.place = place;
    this.now = this.buckets.get(place);
    if (!this.now) this.buckets.set(place, (this.now = emptyCounts()));
  };

  /** Tokens that are read and obeyed. */
  read = ({ tokens, bytes }) => {
    this.now[K.token] += tokens;
    this.now[K.byte] += bytes;
  };

  /** Code that is passed without being obeyed. */
  count = (cost) => {
    this.now[K.dry] += cost.dry;
    this.now[K.skip] += cost.skip;
    this.now[K.byte] += cost.bytes;
  };

  /** Looking up `key` of `object`. */
  countMember = (object, key) => {
    const { now } = this;
    if (Array.isArray(object) && isIndex(key)) {
      now[K.element]++;
      now[K.elementPassed] += Math.min(Number(key), object.length);
    } else if (ArrayBuffer.isView(object) && isIndex(key)) now[K.typed]++;
    else if (!this.made.has(object) || Array.isArray(object)) now[key === 'length' ? K.length : K.builtin]++;
    else {
      now[K.member]++;
      const keys = Object.keys(object);
      const at = keys.indexOf(String(key));
      now[K.passed] += at < 0 ? keys.length : at;
      if (at < 0) now[K.missing]++;
    }
  };

  invoke = (callee, self, values, name) => {
    if (typeof callee !== 'function') throw new TypeError(`${name} is no function at ${this.place}`);
    if (this.metered.has(callee)) return callee.apply(self, values);
    return this.callNative(callee, self, values, callee.name === 'mapInPlace' ? callee.name : name);
  };

  /** A call of one of the engine's own functions. */
  callNative(callee, self, values, name) {
    const { now, inFlash } = this;
    const result = callee.apply(self, values);
    const isPiece = typeof self === 'string' && pieces.has(name);
    const stays = typeof result === 'string' && (name === 'read' || (isPiece && inFlash.has(self)));
    now[K.native]++;
    now[K.argument] += values.length;
    if (stays && result.length > blockBytes) inFlash.add(result);
    if (typeof result === 'string' && !stays) now[K.stringByte] += result.length;
    else if (ArrayBuffer.isView(result)) now[K.stringByte] += result.byteLength;
    else if (Array.isArray(result)) now[K.slot] += result.length;
    if (name === 'indexOf' && Array.isArray(self)) now[K.listed] += result < 0 ? self.length : result;
    if (name === 'indexOf' && typeof self === 'string') {
      const from = Math.max(0, Math.min(values[1] ?? 0, self.length));
      now[K.scanned] += (result < 0 ? self.length : result) - from;
    } else if (isPiece && !inFlash.has(self)) {
      now[K.walked] += Math.floor(Math.min(values[0] ?? 0, self.length) / blockBytes);
    }
    for (const value of values) if (typeof value === 'string') now[K.taken] += value.length;
    if (name === 'apply') {
      now[K.typed] += values[1].length;
      now[K.argument] += values[1].length;
    }
    if (name === 'mapInPlace') now[K.mapped] += values[1].length;
    return result;
  }

  /** The counts so far; it begins anew. */
  take() {
    const taken = this.buckets;
    this.buckets = new Map();
    this.enter(this.place);
    return taken;
  }
}

/**
 * `modules`: [{ id, code }]. `globals`: what the engine has besides the language; `native(id)`: its own modules. Gives
 * `require` (with `unload`, `loaded`, `names`), `run(id)` for what is no module, and `take()`: the counts since it was called
 * last, a Map of `id#token` → row of counts, the token being the number of the one at which a function begins.
 */
export function createMeter(modules, { globals = {}, native = () => undefined } = {}) {
  const codes = new Map(modules.map(({ id, code }) => [id, code]));
  const programs = new Map();
  const cache = new Map();
  const work = new Work(globals);
  globals.global = globals;

  function programOf(id) {
    if (!programs.has(id)) {
      const code = codes.get(id);
      programs.set(id, compileModule(id, code, parse(code, { ecmaVersion: 5, sourceType: 'script' }), work));
    }
    return programs.get(id);
  }

  function execute(id, module) {
    const caller = work.place;
    const { run, size } = programOf(id);
    const values = new Array(size).fill(undefined);
    values[0] = module.exports;
    values[1] = module;
    work.enter(`${id}#0`);
    work.now[K.load]++;
    run({ parent: null, values, self: module.exports });
    work.enter(caller);
    return module.exports;
  }

  function load(id) {
    const known = cache.get(id);
    if (known) return known.exports;
    if (!codes.has(id)) return native(id);
    const module = { exports: {} };
    work.made.add(module.exports);
    cache.set(id, module);
    return execute(id, module);
  }
  load.unload = (id) => cache.delete(id);
  load.loaded = (id) => cache.has(id);
  load.names = () => [...cache.keys()];
  // The engine's own, until the loader puts another in its place.
  globals.require ??= (id) => load(id);

  return { require: load, run: (id) => execute(id, { exports: {} }), take: () => work.take() };
}
