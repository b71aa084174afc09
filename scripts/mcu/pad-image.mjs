// What goes into the image of the PIN pad's own board: its program, the board's drivers, the loader. Nothing comes and goes: all
// of it stays in memory.
import { lower, shortNamesOf } from './lower.mjs';

const folder = 'drivers/boards/espruino';
const program = 'firmware/pinpad/pad';
const padStart = `${folder}/pad-start`;

/** As lowerForBoard of board-image.mjs. `boot`: modules of the boot file, which share the short names. */
export async function lowerForPad(board, boot) {
  const entries = [`${folder}/${board}`, `${folder}/loader`, padStart, program];
  const names = shortNamesOf([...entries, ...boot], []);
  const { modules, problems } = await lower(entries, names);
  // The boot file knows of one start only.
  const named = modules.map((module) => (module.id === padStart ? { ...module, id: `${folder}/start` } : module));
  return { modules: named, problems, names, late: [], once: [], resident: named.map(({ id }) => id) };
}
