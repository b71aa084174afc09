// An update of a board's Storage over an open session: old firmware or new, never half of each, whenever the power goes.
// Files are named by their content, so nothing that the old firmware needs is touched: what is missing is written beside it
// and read back, then the manifest that makes it the newer one. What neither manifest names is erased after the new firmware
// has started (docs/decisions/0017-two-manifests.md).
import { bootNames, crcHex, manifestNames, manifestText } from './image.mjs';
import { FlashError } from './flash-session.mjs';
import { lcdMessage } from './lcd-message.mjs';

/** The flashing tool's own size of pieces; the engine has room for that in its input. */
const pieceBytes = 384;
const tries = 3;
const headerBytes = 32;
const namesAtOnce = 40;
const readAtOnce = 1024;
const compactMs = 120_000;
const startMs = 15_000;
/** For the old firmware to say that it runs, and for a person to read the LCD before. */
const restartMs = 5000;
const readingMs = 2000;

/** The board keeps its old firmware; `onLcd`: why, in 16 columns. */
class Refusal extends FlashError {
  constructor(onLcd, message) {
    super(message);
    this.onLcd = onLcd;
  }
}

const storage = 'require("Storage")';
const quoted = (name) => JSON.stringify(name);
const takes = (bytes) => headerBytes + ((bytes + 3) & ~3);
const isModuleFile = (name) => /^m[0-9a-f]{8}$/.test(name);
const thousands = (number) => number.toLocaleString('en');

/** CRC-32 by name of all files, as eight digits. */
async function readNames(session) {
  const found = new Map();
  for (let from = 0; ; from += namesAtOnce) {
    const rows = await session.evaluate(
      `${storage}.list().slice(${from},${from + namesAtOnce}).map(function(n){` +
        `var b=${storage}.read(n);return [n,b===undefined?-1:E.CRC32(b)>>>0];})`,
    );
    for (const [name, crc] of rows) found.set(name, crc < 0 ? '' : crc.toString(16).padStart(8, '0'));
    if (rows.length < namesAtOnce) return found;
  }
}

async function readText(session, name) {
  let text = '';
  for (;;) {
    const piece = await session.evaluate(`${storage}.read(${quoted(name)},${text.length},${readAtOnce})`);
    if (typeof piece !== 'string' || piece === '') return text;
    text += piece;
    if (piece.length < readAtOnce) return text;
  }
}

/** Name of the board that a module is the board file of, or undefined. */
const boardOf = (id) => /^drivers\/boards\/espruino\/((?:pad-)?(?:pico2|esp32-s3))$/.exec(id ?? '')?.[1];

/** { name, number, build, board, files: Set } of a whole manifest with all its files there, or null. */
function readManifest(name, text, crcs) {
  const body = text.slice(0, -8);
  const match = /^CUPOS1 (\d{6}) ([0-9a-f]{12}),((?:[^=,]+=m[0-9a-f]{8},)+)$/.exec(body);
  if (!match || crcHex(body) !== text.slice(-8)) return null;
  const files = new Set([...match[3].matchAll(/=(m[0-9a-f]{8}),/g)].map((one) => one[1]));
  for (const file of files) if (crcs.get(file) !== file.slice(1)) return null;
  const board = [...match[3].matchAll(/([^=,]+)=/g)].map(([, id]) => boardOf(id)).find(Boolean);
  return { name, number: parseInt(match[1], 10), build: match[2], board, files };
}

async function readBoard(session) {
  const crcs = await readNames(session);
  const manifests = [];
  /** Whole or not: a damaged one is whole again when what it lacks is written. */
  const numbers = new Map();
  for (const name of manifestNames) {
    const text = crcs.has(name) ? await readText(session, name) : '';
    numbers.set(name, parseInt(text.slice(7, 13), 10) || 0);
    const manifest = readManifest(name, text, crcs);
    if (manifest) manifests.push(manifest);
  }
  manifests.sort((a, b) => b.number - a.number);
  return { crcs, manifests, numbers, stats: await session.evaluate(`${storage}.getStats()`) };
}

async function crcOnBoard(session, name) {
  const crc = await session.evaluate(
    `(function(b){return b===undefined?-1:E.CRC32(b)>>>0})(${storage}.read(${quoted(name)}))`,
  );
  return crc < 0 ? '' : crc.toString(16).padStart(8, '0');
}

/** Writes one file and reads it back; what did not arrive whole is written again. */
async function writeFile(session, name, bytes, onPiece) {
  const wanted = crcHex(bytes);
  let why = '';
  for (let attempt = 0; attempt < tries; attempt++) {
    why = '';
    for (let at = 0; at < bytes.length && why === ''; at += pieceBytes) {
      const piece = bytes.slice(at, at + pieceBytes);
      const data = Buffer.from(piece, 'latin1').toString('base64');
      try {
        await session.evaluate(`${storage}.write(${quoted(name)},atob("${data}"),${at},${bytes.length})`);
        if (attempt === 0) onPiece(piece.length);
      } catch (error) {
        if (session.isGone()) throw error;
        why = error.message === 'refused' ? session.lines.slice(-4).join(' ').trim() : error.message;
      }
    }
    if (why === '' && (await crcOnBoard(session, name)) === wanted) return;
  }
  throw new Refusal(
    'write failed',
    `${name} does not read back as it was written${why ? ` (${why})` : ''}: the Storage may be torn by a power cut; ` +
      'run again with --compact, or with --erase',
  );
}

/** Erases module files that none of `manifests` names. */
async function eraseUnnamed(session, crcs, manifests) {
  const named = new Set(manifests.flatMap(({ files }) => [...files]));
  const extra = [...crcs.keys()].filter((name) => isModuleFile(name) && !named.has(name));
  for (let from = 0; from < extra.length; from += namesAtOnce) {
    const names = extra.slice(from, from + namesAtOnce).join(',');
    await session.evaluate(`"${names}".split(",").forEach(function(n){${storage}.erase(n);})`);
  }
  return extra.length;
}

function checkBoard(environment, image, anyBoard) {
  if (!anyBoard && environment.BOARD !== image.engine) {
    throw new FlashError(
      `the board is a ${environment.BOARD}, the image is for ${image.title} (${image.engine}): name the other with --board`,
    );
  }
  const [, major, minor] = /^(\d+)v(\d+)/.exec(environment.VERSION ?? '') ?? [];
  if (!(Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 25))) {
    throw new FlashError(`the board runs Espruino ${environment.VERSION}: it must be 2v25 or later (docs/boards)`);
  }
}

function checkForeign({ crcs, manifests }, image) {
  const wanted = image.files.map(({ id }) => boardOf(id)).find(Boolean);
  const runs = manifests[0]?.board;
  if (wanted && runs && runs !== wanted) {
    throw new FlashError(
      `the board runs the firmware of a ${runs}, the image is for a ${wanted}: --erase clears the Storage, keys of a PIN pad included`,
    );
  }
  const boot = [...crcs.keys()].find((name) => /^\.boot(PowerOn|cde|rst|[0-3])$/.test(name));
  const isOurs = manifests.length > 0 || manifestNames.some((name) => crcs.has(name));
  if (boot === undefined || isOurs || [...crcs.keys()].some(isModuleFile)) return;
  throw new FlashError(
    `the board runs another program (${boot} is in its Storage): --erase clears the Storage for this one`,
  );
}

/** What must be written of `image` onto `board`. */
function planOf(image, board) {
  const { crcs, manifests, numbers } = board;
  const modules = image.files.filter(({ name }) => isModuleFile(name));
  // In their order: one of the two is whole at any time.
  const boots = bootNames
    .map((name) => image.files.find((file) => file.name === name))
    .filter(({ name, bytes }) => crcs.get(name) !== crcHex(bytes));
  const current = manifests[0];
  // With none that is whole the higher number goes: the one that stays must not outrank the new one.
  const [first, second] = manifestNames;
  const stays = current?.name ?? (numbers.get(first) >= numbers.get(second) ? second : first);
  const place = stays === first ? second : first;
  const number = numbers.get(stays) + 1;
  const manifest = manifestText(
    modules.map(({ id, name }) => ({ id, name })),
    number,
    image.build,
  );
  const missing = modules.filter(({ name }) => crcs.get(name) !== name.slice(1));
  const needed = [...missing, ...boots, { bytes: manifest }].reduce((sum, { bytes }) => sum + takes(bytes.length), 0);
  const isThere = current?.build === image.build && missing.length === 0 && boots.length === 0;
  return { missing, boots, manifest, place, number, needed, isThere };
}

async function makeRoom(session, image, options) {
  let board = await readBoard(session);
  if (options.erase) {
    options.say('erasing the whole Storage');
    await session.evaluate(`${storage}.eraseAll()`, compactMs);
    board = await readBoard(session);
  }
  checkForeign(board, image);
  let plan = planOf(image, board);
  const size = (stats) => `${thousands(stats.freeBytes)} of its ${thousands(stats.totalBytes)} bytes are free`;
  const isShort = () => plan.needed > board.stats.freeBytes;
  // With no firmware in it there is nothing that a power cut could take.
  if (options.compact || (isShort() && board.manifests.length === 0 && board.stats.trashBytes > 0)) {
    options.say('compacting the Storage: the power must stay on until the end');
    await eraseUnnamed(session, board.crcs, board.manifests.slice(0, 1));
    const old = board.manifests[1];
    if (old) await session.evaluate(`${storage}.erase(${quoted(old.name)})`);
    board = await readBoard(session);
    await eraseUnnamed(session, board.crcs, board.manifests);
    await session.evaluate(`${storage}.compact()`, compactMs);
    board = await readBoard(session);
    plan = planOf(image, board);
  }
  if (isShort()) {
    const couldHelp = board.stats.trashBytes > 0 && !options.compact;
    const remedy = couldHelp
      ? `--compact tidies ${thousands(board.stats.trashBytes)} bytes up, but not safely if the power goes meanwhile`
      : 'it is too small for two versions';
    throw new Refusal(
      'Storage full',
      `the Storage is too small: ${thousands(plan.needed)} bytes are wanted, ${size(board.stats)}; ${remedy}`,
    );
  }
  return { board, plan };
}

/**
 * `image`: { build, engine, title, files: [{ name, id?, bytes }] }. `options`: { erase, compact, anyBoard, say(line),
 * progress(done, all, name) }. Gives { written, kept, number, erased }. Throws FlashError.
 */
export async function update(session, image, options) {
  checkBoard(session.environment, image, options.anyBoard);
  // Nothing runs while the Storage changes under it.
  await session.evaluate('reset()');
  await session.prompt();
  try {
    return await replace(session, image, options).catch((error) => {
      if (!error.isTorn || options.erase) throw error;
      options.say('the Storage is torn by a power cut and holds no firmware: it is erased');
      return replace(session, image, { ...options, erase: true });
    });
  } catch (error) {
    if (!(error instanceof FlashError) || session.isGone() || error.isStarted) throw error;
    throw new FlashError(error.message + (await goBack(session, image, error)));
  }
}

/** Shows rows on the board's LCD, if it has a firmware of ours: pins of another program's board are left alone. */
async function show(session, image, rows) {
  if (!image.lcd) return;
  const bytes = Buffer.from(lcdMessage(rows), 'latin1').toString('base64');
  // Another board, taken by force, may have no such pins: that stops no update.
  await session.evaluate(`${image.lcd}(atob("${bytes}"))`).catch(() => undefined);
}

/** Starts what the board had; gives what to add to the message. */
async function goBack(session, image, error) {
  try {
    const { manifests } = await readBoard(session);
    if (manifests.length > 0 && error.onLcd) {
      await show(session, image, ['', '固件未更新', error.onLcd, '原固件继续运行']);
      await new Promise((done) => setTimeout(done, readingMs));
    }
    const runs = session.waitForLine((text) => /^Cupos \d{6} /.test(text), restartMs);
    runs.catch(() => undefined);
    await session.evaluate('load()').catch(() => undefined);
    if (manifests.length === 0) return '';
    await runs;
    return '; the old firmware runs again';
  } catch {
    return '; switch the board off and on for its old firmware';
  }
}

async function replace(session, image, options) {
  const { board, plan } = await makeRoom(session, image, options);
  if (!plan.isThere && board.manifests.length > 0) await show(session, image, ['', '固件更新中', '请稍候']);
  const all = plan.needed;
  let done = 0;
  const write = async (name, bytes, label) => {
    options.progress(done, all, label);
    done += headerBytes;
    await writeFile(session, name, bytes, (length) => {
      done += length;
      options.progress(Math.min(done, all), all, label);
    });
  };
  const writeAll = async () => {
    for (const { name, id, bytes } of plan.missing) await write(name, bytes, id);
    for (const { name, bytes } of plan.boots) await write(name, bytes, 'boot file');
    await write(plan.place, plan.manifest, plan.place);
    options.progress(all, all, '');
  };
  if (!plan.isThere) {
    await writeAll().catch((error) => {
      error.isTorn = error instanceof Refusal && board.manifests.length === 0;
      throw error;
    });
  }
  const number = await start(session, image).catch((error) => {
    error.isStarted = true;
    throw error;
  });
  const erased = await tidyUp(session);
  return { written: plan.isThere ? 0 : plan.missing.length, isThere: plan.isThere, bytes: plan.needed, number, erased };
}

/** What neither version needs; a board that has no time to answer now keeps it until the next update. */
async function tidyUp(session) {
  try {
    const { crcs, manifests } = await readBoard(session);
    return await eraseUnnamed(session, crcs, manifests);
  } catch {
    return 0;
  }
}

async function start(session, image) {
  const line = session
    .waitForLine((text) => /^Cupos \d{6} [0-9a-f]{12}/.test(text), startMs)
    .catch((error) => {
      throw new FlashError(`the board does not start the new firmware${error.message ? `: ${error.message}` : ''}`);
    });
  line.catch(() => undefined);
  await session.evaluate('load()').catch((error) => {
    if (session.isGone()) throw error;
  });
  const [, number, build] = /^Cupos (\d{6}) ([0-9a-f]{12})/.exec(await line);
  if (build !== image.build) throw new FlashError(`the board started build ${build}, not ${image.build}`);
  return parseInt(number, 10);
}
