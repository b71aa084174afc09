// The firmware for one board as files for its Storage: a file a module, the boot file, the first manifest. Beside them the
// source map of each, which stays on this side (`cupos symbolicate`).
import { createHash } from 'node:crypto';
import { boards } from './boards.mjs';
import { compositionModule, firmwareEntries, lateModules, lowerFirmware } from './firmware.mjs';
import { bootNames, buildOf, clashes, crcHex, manifestNames, manifestText } from './image.mjs';
import { storageBytes } from './intel-hex.mjs';
import { link } from './link.mjs';
import { lower, shortNamesOf } from './lower.mjs';
import { lowerForPad } from './pad-image.mjs';
import { mapTokens, originsOf } from './source-map.mjs';
import { tokenise } from './tokenise.mjs';

const folder = 'drivers/boards/espruino';

export { boards };

/** The PIN pad is a board of its own, wired otherwise; its LCD is where the terminal's is. */
const isPad = (board) => board.startsWith('pad-');
const lcdModule = (board) => `${folder}/${board.replace('pad-', '')}-lcd`;

const boardModule = (board) => `${folder}/${board}`;
/** The console self-test; at the console it has a name that one can type. */
const selfTest = { id: `${folder}/self-test`, typed: 'test' };
/** The firmware over the console's cable (docs/hil.md), found by its name from the other end. */
const bridge = { id: `${folder}/bridge`, typed: 'bridge' };
const bridgeParts = [`${folder}/bridge-board`, `${folder}/bridge-flash`, `${folder}/bridge-link`];
/** What a board has beside the firmware: its own file, and what the boot leaves behind. */
const boardEntries = (board) => [boardModule(board), `${folder}/loader`, `${folder}/start`];

const bootModules = (board) => [`${folder}/last-words`, lcdModule(board), `${folder}/boot`];

/** The firmware with the board's own module and the composition, names short; `names` they were given. */
async function lowerForBoard(board) {
  const composition = compositionModule(lateModules().map((one) => ({ ...one, group: [] })));
  const entries = [
    ...firmwareEntries([...boardEntries(board), selfTest.id, bridge.id, ...bridgeParts]),
    ...bootModules(board),
  ];
  const names = shortNamesOf(entries, [composition.code]);
  const lowered = await lowerFirmware(boardEntries(board), names);
  const rest = await lower([selfTest.id, bridge.id, ...bridgeParts], names);
  const module = (id) => rest.modules.find((one) => one.id === id);
  const modules = [
    ...lowered.modules,
    ...[selfTest, bridge].map(({ id, typed }) => ({ ...module(id), id: typed })),
    ...bridgeParts.map(module),
  ];
  return { ...lowered, problems: [...lowered.problems, ...rest.problems], names, modules };
}

/**
 * The boot file's text: the way to the LCD, what is said on it, and the boot itself, each in a function of its own because
 * their short names are the same. Gives { code, origin } as mapTokens wants them, and problems.
 */
async function bootCode(board, names) {
  const ids = bootModules(board);
  const { modules, problems } = await lower(ids, names);
  const spans = [];
  let code = '(function(require){var e;if(global.cupos||require.loaded)return;e={};';
  for (const id of ids) {
    const module = modules.find((one) => one.id === id);
    if (module.requires.length > 0) problems.push(`${id}.ts: the boot file stands alone, it cannot import by value`);
    code += '(function(exports){';
    spans.push({ from: code.length, to: code.length + module.code.length, origin: originsOf(module.map, module.code) });
    code += `${module.code}})(e);`;
  }
  const [run, openLcd, lastWords] = ['boot', 'openLcd', 'lastWords'].map((name) => `e.${names.get(name)}`);
  code += `${run}(${JSON.stringify(boardModule(board))},${openLcd},${lastWords},require)})(require);`;
  const origin = (offset) => {
    const span = spans.find(({ from, to }) => offset >= from && offset < to);
    return span ? span.origin(offset - span.from) : null;
  };
  return { code, origin, problems };
}

/** Code of a function that sends bytes to the board's LCD: `npm run flash` says there what becomes of an update. */
async function lcdCode(board, names) {
  const { modules } = await lower([lcdModule(board)], names);
  const [open, port, select] = ['openLcd', 'port', 'select'].map((name) => names.get(name) ?? name);
  return (
    `(function(bytes){var exports,lcd;exports={};${modules[0].code};lcd=exports.${open}();` +
    `lcd.${select}.write(1);lcd.${port}.write(bytes);lcd.${select}.write(0);})`
  );
}

/** What is required most comes first: the loader searches the manifest from its beginning. */
function inOrder(modules) {
  const uses = new Map();
  for (const id of modules.flatMap(({ requires }) => requires)) uses.set(id, (uses.get(id) ?? 0) + 1);
  return [...modules].sort((a, b) => (uses.get(b.id) ?? 0) - (uses.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1));
}

/**
 * Gives { board, isPad, build, lcd, files: [{ name, id, bytes }], bytes, maps: Map of name → map, modules, late, names, problems }.
 * The files: modules, then the first manifest, and last the boot file twice; `id` is a module's. `names`: Map of name → short name;
 * `lcd`: code of a function that sends bytes to the LCD.
 */
export async function buildImage(board) {
  const program = isPad(board) ? await lowerForPad(board, bootModules(board)) : await lowerForBoard(board);
  const { modules: lowered, late, once, resident, problems, names } = program;
  const parts = link(inOrder(lowered));
  const fileOf = new Map(parts.files.map(({ id, name }) => [id, name]));
  const composition = link(isPad(board) ? [] : [compositionModule(late, names, once, fileOf)], fileOf);
  const modules = [...parts.modules, ...composition.modules];
  const stored = [...parts.files, ...composition.files];
  const boot = await bootCode(board, names);
  const bootBytes = tokenise(boot.code);
  const lcd = await lcdCode(board, names);
  const build = buildOf([...stored, { id: bootNames[0], name: `m${crcHex(bootBytes)}` }]);
  const bootMap = mapTokens(boot.origin, boot.code, bootBytes);
  const maps = new Map(bootNames.map((name) => [name, bootMap]));
  stored.forEach(({ id, name, bytes }) => {
    const { map, code } = modules.find((one) => one.id === id);
    if (map) maps.set(name, mapTokens(originsOf(map, code), code, bytes));
  });
  const files = [
    ...stored,
    { name: manifestNames[0], bytes: manifestText(stored, 1, build) },
    ...bootNames.map((name) => ({ name, bytes: bootBytes })),
  ];
  const found = [...problems, ...boot.problems, ...clashes(stored)];
  if (storageBytes(files) * 2 > boards[board].storageBytes) {
    found.push(`${board}: two versions of ${storageBytes(files)} bytes do not fit into its Storage`);
  }
  const bytes = storageBytes(files);
  const image = { board, isPad: isPad(board), build, lcd, files, bytes, maps };
  return { ...image, modules, late, resident, names, problems: found };
}

/** What a file's row in image.json says. */
export function describeFile({ name, id, bytes }) {
  const sha256 = createHash('sha256').update(bytes, 'latin1').digest('hex');
  return { name, ...(id && { module: id }), bytes: bytes.length, crc32: crcHex(bytes), sha256 };
}
