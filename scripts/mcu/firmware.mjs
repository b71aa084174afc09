// The whole terminal for the small engine: the reference board's drivers, the resident firmware, and its late modules in
// groups that a board loads and drops together. What is in a group follows from who requires whom.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ancestor } from 'acorn-walk';
import ts from 'typescript';
import { root } from '../lint/rooms.mjs';
import { lower } from './lower.mjs';
import { seldom } from './seldom.mjs';
import { parseEs5, shortNameEdits } from './short-names.mjs';
import { applyEdits, readModules } from './transpile.mjs';

const resident = ['drivers/boards/reference', 'firmware/terminal', 'firmware/texts/text-table', 'firmware/texts/zh-cn'];
const settings = 'firmware/settings';
const listPath = 'firmware/module-list';

/** [{ id, name }] in the order of the ids: module and exported name, read from the module list's imports and array. */
export function lateModules() {
  const file = path.join(root, `${listPath}.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const imported = new Map();
  const order = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly) {
      const id = path.posix.join('firmware', node.moduleSpecifier.text);
      for (const one of node.importClause.namedBindings.elements) {
        imported.set(one.name.text, { id, name: (one.propertyName ?? one.name).text });
      }
    }
    if (ts.isArrayLiteralExpression(node)) {
      node.forEachChild(function find(child) {
        if (ts.isIdentifier(child) && imported.has(child.text)) order.push(imported.get(child.text));
        child.forEachChild(find);
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (order.length === 0) throw new Error(`${listPath}.ts lists no late modules`);
  return order;
}

export const firmwareEntries = (board = []) => [
  ...board,
  ...resident,
  settings,
  ...new Set(lateModules().map((one) => one.id)),
];

/** What comes with the entries and stays with them: a module used seldom does not, what it requires does. */
function closure(byId, entries) {
  const kept = new Set();
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id)) return;
    seen.add(id);
    if (!seldom.has(id)) kept.add(id);
    byId.get(id).requires.forEach(visit);
    byId.get(id).fresh.forEach(visit);
  };
  entries.forEach(visit);
  return kept;
}

/** What a module exports for the start alone: by their names, functions that make or start something. */
function makersOf(id) {
  const file = path.join(root, `${id}.ts`);
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/^export function ((?:create|start)\w*)/gm)].map((match) => match[1]);
}

const isMaker = (name) => /^(create|start)[A-Z]/.test(name ?? '');

/** Lines for those of `once` that resident modules would need after the start: where no maker makes them. */
function lateMakers(ids, once) {
  const problems = [];
  for (const [id, { ast, aliases }] of readModules(ids)) {
    if (!ids.includes(id)) continue;
    ancestor(ast, {
      MemberExpression(node, _state, ancestors) {
        const { name } = node.property;
        if (!isMaker(name) || !once.includes(aliases.get(node.object.name))) return;
        const around = ancestors.filter((one) => one.type.startsWith('Function'));
        if (around.length > 1 || (around[0] && !isMaker(around[0].id?.name))) {
          problems.push(`${id}.ts: ${name} is gone after the start`);
        }
      },
    });
  }
  return problems;
}

/**
 * Gives { modules, problems, resident: [id], once: [id], late: [{ id, name, group: [id] }] }. `once`: what nobody requires
 * any more when the terminal has started; `group`: what comes and goes with a late module. `board`: modules of a board's own, resident too. `names`: as for lower.
 */
export async function lowerFirmware(board = [], names = undefined) {
  const late = lateModules();
  const { modules, problems } = await lower(firmwareEntries(board), names);
  const byId = new Map(modules.map((module) => [module.id, module]));
  const kept = closure(byId, [...board, ...resident]);
  for (const id of late) {
    if (kept.has(id.id)) problems.push(`${id.id}.ts: a late module is required by the resident ones`);
  }
  for (const { id, requires } of modules) {
    for (const one of requires) if (seldom.has(one)) problems.push(`${id}.ts: ${one} is used seldom, and would stay`);
  }
  const wanted = closure(
    byId,
    late.map(({ id }) => id),
  );
  const once = [...kept, settings].filter((id) => !wanted.has(id));
  problems.push(...lateMakers([...kept], once));
  return {
    modules,
    problems,
    resident: [...kept],
    once,
    late: late.map(({ id, name }) => ({ id, name, group: [...closure(byId, [id])].filter((one) => !kept.has(one)) })),
  };
}

/** Rows of one width, the number `n` of each as the char `n`, 0 behind the last. */
function numberRows(rows) {
  const width = Math.max(0, ...rows.map((row) => row.length)) + 1;
  const char = (n) => `\\x${n.toString(16).padStart(2, '0')}`;
  return {
    width,
    text: rows.map((row) => [...row, ...new Array(width - row.length).fill(0)].map(char).join('')).join(''),
  };
}

function textRows(rows) {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return { width, text: rows.map((row) => row.padEnd(width)).join('') };
}

/**
 * Source of the board's composition as one more module: `start(bus, settings, native, board)`, where `board` stands in place
 * of the reference board on `bus`. `held` has the row of each late module in use, so that a module shared by two groups goes
 * when the last of them is dropped. What it knows stands in strings of rows of one width, which stay in flash and are cut
 * where wanted. `native`: the engine's own versions of slow functions (hal/bytes.ts), where it has them. `names`: short names,
 * for a composition that meets modules lowered with them. `once`: modules to let go of after the start; what they export to make things with goes too, which their other functions would
 * hold for good. `fileOf`: Map of
 * module → stored file, for a board: its own tables then name files, so that nothing is searched in the manifest.
 */
export function compositionModule(late, names = new Map(), once = [], fileOf = null) {
  const shared = [...new Set(late.flatMap(({ group }) => group))];
  const groups = numberRows(late.map(({ group }) => group.map((id) => shared.indexOf(id) + 1)));
  const modules = textRows(shared.map((id) => fileOf?.get(id) ?? id));
  const entries = textRows(late.map(({ name }) => names.get(name) ?? name));
  const moduleAt = (n) =>
    `mods.substr(${n}*${modules.width}-${modules.width},${modules.width})${fileOf ? '' : '.trim()'}`;
  const [cached, isLoaded, unload] = fileOf
    ? ['cached=Modules.getCached();', 'cached.indexOf(name)>=0', 'Modules.removeCached(name)']
    : ['', 'require.loaded(name)', 'require.unload(name)'];
  const forgotten = ['board', ...once].map((id) =>
    [fileOf?.get(id) ?? id, ...(id === 'board' ? ['start'] : makersOf(id)).map((name) => names.get(name) ?? name)].join(
      ' ',
    ),
  );
  const row = `grps.substr(id*${groups.width},${groups.width})`;
  // No name longer than four characters, for those cost more.
  const code = `var mods,grps,ents,held;
function use(id){var row;row=${row};held+=row;
return require${fileOf ? '.raw' : ''}(${moduleAt('row.charCodeAt(0)')})[ents.substr(id*${entries.width},${entries.width}).trim()];}
function drop(id){var i,n,row,name,cached;row=${row};
for(i=held.length-${groups.width};i>0&&held.substr(i,${groups.width})!==row;)i-=${groups.width};
held=held.substr(0,i)+held.substr(i+${groups.width});${cached}
for(i=0;n=row.charCodeAt(i);i++)if(held.indexOf(row.charAt(i))<0){name=${moduleAt('n')};if(${isLoaded})${unload};}}
mods="${modules.text}";grps="${groups.text}";ents="${entries.text}";
held="";
exports.start=function(bus,settings,native,board){if(native)require("hal/bytes").useNativeBytes(native);
require("firmware/terminal").startTerminal(board||require("drivers/boards/reference").createReferenceBoard(bus),settings,
require("firmware/texts/text-table").createTexts(require("firmware/texts/zh-cn").zhCn),{use:use,drop:drop});"${forgotten.join(',')}".split(",").forEach(function(row){var id,made;
made=row.split(" ");id=made.shift();if(require.loaded(id)){row=require(id);require.unload(id);
made.forEach(function(name){delete row[name];});}});};`;
  return { id: 'board', code: applyEdits(code, shortNameEdits('board', parseEs5(code), names)), requires: [] };
}
