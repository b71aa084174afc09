// Puts stored names in place of the ids that modules require each other by: on a board nothing is then searched in the
// manifest while a sale runs. A file's name is the checksum of its bytes, so what a module requires is named before it.
import { moduleFiles } from './image.mjs';
import { editWithMap } from './source-map.mjs';
import { applyEdits } from './transpile.mjs';

const required = /(?<![.\w$])require(\.fresh)?\("([^"]+)"\)/g;

/**
 * Modules [{ id, code, map }] as { modules, files: [{ id, name, bytes }] }, both in their order. `known`: Map of id → name of others.
 * What is in neither is the engine's own.
 */
export function link(modules, known = new Map()) {
  const byId = new Map(modules.map((module) => [module.id, module]));
  const linked = new Map();
  const nameOf = (id) => {
    const before = linked.get(id);
    if (before) return before.file.name;
    if (before === null) throw new Error(`${id} requires itself in a circle`);
    linked.set(id, null);
    const { map, code } = byId.get(id);
    const edits = [...code.matchAll(required)].flatMap(({ 0: call, 1: fresh, 2: one, index }) => {
      const at = index + 'require'.length;
      const name = byId.has(one) ? nameOf(one) : known.get(one);
      return name ? [[at, index + call.length, `${fresh ?? '.raw'}("${name}")`]] : [];
    });
    const changed = map ? editWithMap(map, code, edits) : { code: applyEdits(code, edits), map };
    const [file] = moduleFiles([{ id, code: changed.code }]);
    linked.set(id, { module: { ...byId.get(id), ...changed }, file });
    return file.name;
  };
  modules.forEach(({ id }) => nameOf(id));
  const all = modules.map(({ id }) => linked.get(id));
  return { modules: all.map(({ module }) => module), files: all.map(({ file }) => file) };
}
