// Cuts the emulated board's power at bytes of an update and tells, as JSON, what the board runs then and what it runs after the
// update was done again. `run-sweep.mjs FOLDER VERSION STEP LAST [compact]`: from `small-a` of that folder to another version;
// every STEP-th byte, and each of the LAST ones; `compact`: of an update that tidies the Storage up first.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadSource } from '../../scripts/mcu/load-sources.mjs';
import { FlashError } from '../../scripts/mcu/flash-session.mjs';
import { update } from '../../scripts/mcu/flash-update.mjs';

const [folder, version, step, last, compact] = process.argv.slice(2);
const { EmulatedBoard } = loadSource('emulator/board/emulated-board');
const { TerminalWorld } = loadSource('emulator/terminal-world');

function readImage(name) {
  const at = path.join(folder, name);
  const image = JSON.parse(readFileSync(path.join(at, 'image.json'), 'utf8'));
  const files = image.files.map((row) => ({
    name: row.name,
    id: row.module,
    bytes: readFileSync(path.join(at, 'files', row.name), 'latin1'),
  }));
  return { ...image, files };
}

const board = await EmulatedBoard.create({ storageBytes: 16 * 4096 });
const desk = new TerminalWorld({ firmware: board.firmware });
board.solderTo(desk);
let heard = '';
board.plug({ onData: (bytes) => (heard += bytes), onGone: () => undefined });

/** The flashing tool's session without the tool: packets to the board's console, answers from it. */
const session = {
  environment: { BOARD: 'RP2350_PICO2', VERSION: '2v29' },
  lines: [],
  isGone: () => !board.isOn(),
  prompt: () => undefined,
  async evaluate(expression) {
    if (!board.isOn()) throw new FlashError('lost: no power');
    heard = '';
    board.receive(
      `\x10\x01${String.fromCharCode(0x20 | (expression.length >> 8), expression.length & 255)}${expression}`,
    );
    const answer = heard.indexOf('\x06\x10\x01');
    if (answer < 0) throw new FlashError(board.isOn() ? 'refused' : 'lost: no power');
    const length = ((heard.charCodeAt(answer + 3) << 8) | heard.charCodeAt(answer + 4)) & 0x1fff;
    return JSON.parse(heard.slice(answer + 5, answer + 5 + length));
  },
  async waitForLine(wanted) {
    await new Promise((done) => setImmediate(done));
    const line = board.printed.split('\n').find(wanted);
    if (line === undefined) throw new FlashError(board.isOn() ? board.printed.slice(-300) : 'lost: no power');
    return line;
  },
};
const options = { say: () => undefined, progress: () => undefined };
const compacting = { ...options, compact: compact !== undefined };

/** What runs: the versions that printed that they do. */
function running() {
  return [...board.printed.matchAll(/small (\w) runs/g)].map((match) => match[1]).join('');
}

async function attempt(image, how = options) {
  board.printed = '';
  try {
    await update(session, image, how);
    return '';
  } catch (error) {
    if (!(error instanceof FlashError)) throw error;
    return error.message;
  }
}

/** A person has time to read what is wrong with the other version. */
const readingMs = 5000;

function powerOn() {
  desk.power.switchOn();
  desk.world.run(readingMs);
  return running();
}

const old = readImage('small-a');
const next = readImage(`small-${version}`);
const problems = [];
// What was there before leaves something to tidy up.
if (compact) problems.push(await attempt(readImage('small-b')), await attempt(readImage('small-c')));
problems.push(await attempt(old));
const before = board.flash.bytes.slice();
// As the board is to run in the end.
desk.world.run(readingMs);
const found = { old: 0, new: 0, neither: [], notMended: [] };
const began = board.flash.worked;
problems.push(await attempt(next, compacting));
const all = board.flash.worked - began;
const close = Math.max(0, all - Number(last));
const after = (cut) => (cut < close ? Math.min(cut + Number(step), close) : cut + 1);
for (let cut = 0; cut <= all; cut = after(cut)) {
  desk.cutPower();
  board.flash.bytes.set(before);
  board.flash.cutAt = Infinity;
  powerOn();
  board.flash.cutAt = board.flash.worked + cut;
  await attempt(next, compacting);
  board.flash.cutAt = Infinity;
  desk.cutPower();
  const runs = powerOn();
  if (runs === 'a') found.old++;
  else if (runs === version) found.new++;
  else found.neither.push({ cut, printed: board.printed.slice(0, 300), lcd: desk.lcd.text() });
  const why = await attempt(next);
  desk.world.run(readingMs);
  if (why !== '' || !running().endsWith(version)) found.notMended.push({ cut, why });
}
process.stdout.write(JSON.stringify({ all, problems: problems.filter((text) => text !== ''), ...found }));
process.exit(0);
