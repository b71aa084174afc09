// What goes into the image of the PIN pad's own board: its program, the board's drivers, the loader, a self-test. Nothing comes and
// goes: all but the test stays in memory.
import { lower, shortNamesOf } from './lower.mjs';

const folder = 'drivers/boards/espruino';
const program = 'firmware/pinpad/pad';
/** What has another name in the image than here: the boot file knows of one start only, and a person types the test's. */
const named = new Map([
  [`${folder}/pad-start`, `${folder}/start`],
  [`${folder}/pad-self-test`, 'test'],
]);

/** As lowerForBoard of board-image.mjs. `boot`: modules of the boot file, which share the short names. */
export async function lowerForPad(board, boot) {
  const entries = [`${folder}/${board}`, `${folder}/loader`, ...named.keys(), program];
  const names = shortNamesOf([...entries, ...boot], []);
  const { modules, problems } = await lower(entries, names);
  const renamed = modules.map((module) => ({ ...module, id: named.get(module.id) ?? module.id }));
  return { modules: renamed, problems, names, late: [], once: [], resident: renamed.map(({ id }) => id) };
}
