// TypeScript modules of the portable rooms → what the small engine runs: ES5 by TypeScript, minified by terser a module
// at a time, hoisted, checked. Modules stay apart: a flat bundle would be one long scope, which the engine searches
// name by name.
import { simple } from 'acorn-walk';
import { minify } from 'terser';
import { missingNames, ownNames } from './check-names.mjs';
import { checkModule, isBoardFile, problemAt } from './check.mjs';
import { hoistWithMap } from './hoist.mjs';
import { inlineCalls } from './inline-calls.mjs';
import { parseEs5, shortNameEdits, shortNames } from './short-names.mjs';
import { editWithMap } from './source-map.mjs';
import { inlineModule, readModules } from './transpile.mjs';

const terserOptions = {
  ecma: 5,
  toplevel: true,
  compress: {
    ecma: 5,
    passes: 2,
    arrows: false,
    sequences: false,
    hoist_vars: false,
    hoist_funs: false,
    // Yoda comparisons put string literals where the engine loses them.
    lhs_constants: false,
    // A function used once would become a function made anew at every call.
    reduce_funcs: false,
    inline: 3,
  },
  mangle: { toplevel: true, reserved: ['require', 'exports', 'module'] },
  format: { ecma: 5, ascii_only: true },
};

/** Map of name → short name for all modules reachable from `entries` and for `more` texts. */
export function shortNamesOf(entries, more) {
  const read = readModules(entries);
  const texts = [...[...read.values()].map((module) => inlineModule(module, read).code), ...more];
  return shortNames(texts.map(parseEs5));
}

function shorten(id, { code, map }, names) {
  return editWithMap(map, code, shortNameEdits(id, parseEs5(code), names));
}

/** Without `clock.worked(…)`: what the World is told of work done, a board has no use for (hal/bus.ts). */
function withoutWorked({ code, map }) {
  const edits = [];
  simple(parseEs5(code), {
    ExpressionStatement({ start, end, expression }) {
      if (expression.callee?.property?.name === 'worked') edits.push([start, end, ';']);
    },
  });
  return editWithMap(map, code, edits);
}

/**
 * Lowers the modules reachable from `entries` (repository paths without ending). `names`: short names for properties, which
 * all modules that meet must have in common, on a board; without it they keep theirs.
 * Gives { modules: [{ id, code, map, requires, fresh }], problems: [line] }.
 */
export async function lower(entries, names) {
  const read = readModules(entries);
  const modules = [];
  const problems = [];
  const all = [...read.values()].map((module) => [module, inlineModule(module, read)]);
  const own = ownNames(all.map(([, inlined]) => inlined.code));
  for (const [module, inlined] of all) {
    const source = `${module.id}.ts`;
    for (const [offset, what] of missingNames(inlined.code, own, isBoardFile(module.id))) {
      problems.push(problemAt(module.id, inlined.code, inlined.map, offset, what));
    }
    const short = names ? shorten(module.id, withoutWorked(inlined), names) : inlined;
    const placed = inlineCalls(short);
    const sourceMap = { content: placed.map, asObject: true };
    const minified = await minify({ [source]: placed.code }, { ...terserOptions, sourceMap });
    const { code, map } = hoistWithMap(minified.code, minified.map);
    problems.push(...checkModule(module.id, code, map));
    const requires = [...code.matchAll(/(?<!\.)require\("([^"]+)"\)/g)].map((match) => match[1]);
    const fresh = [...code.matchAll(/require\.fresh\("([^"]+)"\)/g)].map((match) => match[1]);
    modules.push({ id: module.id, code, map, requires, fresh });
  }
  return { modules: reachable(modules, entries), problems };
}

/** Modules of constants alone are needed by nobody once their constants are in place. */
function reachable(modules, entries) {
  const byId = new Map(modules.map((module) => [module.id, module]));
  const kept = new Set();
  const visit = (id) => {
    if (kept.has(id)) return;
    kept.add(id);
    byId.get(id).requires.forEach(visit);
    byId.get(id).fresh.forEach(visit);
  };
  entries.forEach(visit);
  return modules.filter((module) => kept.has(module.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** One script that defines `require` over the modules, as the board's own does, and runs `entry`'s body last. */
export function bundle(modules) {
  const table = modules.map(({ id, code }) => `${JSON.stringify(id)}:function(require,exports,module){${code}\n}`);
  return (
    `(function(){var defs={${table.join(',\n')}};var cache={};` +
    `function require(id){var m=cache[id];if(m)return m.exports;if(!defs[id])throw new Error("no module "+id);` +
    `m={exports:{}};cache[id]=m;defs[id](require,m.exports,m);return m.exports}` +
    `require.unload=function(id){delete cache[id]};require.loaded=function(id){return!!cache[id]};` +
    `require.fresh=function(id){var e=require(id);delete cache[id];return e};return require})()`
  );
}
